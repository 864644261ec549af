package heed.blas;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an ELF file says of itself before anybody opens it as a library.
///
/// `dlopen` maps what the program headers promise without asking how long the file is. A file cut short
/// by a full disk or a broken download then kills the process with SIGBUS instead of failing to open.
/// The section headers are the last thing linkers write, so their end is within a whole file; where they were
/// stripped, what is mapped must be.
///
/// @param machine the processor, `e_machine`
/// @param isTruncated whether the file ends before its own last byte
/// @param needed the libraries that it asks the loader for, `DT_NEEDED`
record ElfFile(int machine, boolean isTruncated, List<String> needed) {
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_BYTES = 56;
    private static final int DYNAMIC_BYTES = 1 << 16;
    private static final int MAGIC = 0x464C457F; // 0x7F 'E' 'L' 'F', little-endian
    private static final int CLASS_64_LITTLE = 0x0102;
    // Offsets in Elf64_Ehdr.
    private static final int CLASS_AT = 4;
    private static final int MACHINE_AT = 0x12;
    private static final int PROGRAM_OFFSET_AT = 0x20;
    private static final int SECTIONS_OFFSET_AT = 0x28;
    private static final int PROGRAM_BYTES_AT = 0x36;
    private static final int PROGRAM_COUNT_AT = 0x38;
    private static final int SECTION_BYTES_AT = 0x3A;
    private static final int SECTION_COUNT_AT = 0x3C;
    // Kinds of Elf64_Phdr, and tags of Elf64_Dyn.
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final long NEEDED = 1;
    private static final long STRING_TABLE = 5;
    private static final int NAME_BYTES = 256;

    /// What a program header maps: `bytes` of the file at `offset` to `address`.
    private record Segment(int kind, long offset, long address, long bytes) {}

    /// The file, if it is a little-endian 64-bit ELF file. Any other is for `dlopen` to judge.
    static Optional<ElfFile> read(Path path) throws IOException {
        // Not a channel: to an interrupted thread that would be closed at once, and no library be one.
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            ByteBuffer header = bytes(file, 0, HEADER_BYTES);
            if (file.length() < HEADER_BYTES
                    || header.getInt(0) != MAGIC
                    || header.getShort(CLASS_AT) != CLASS_64_LITTLE) {
                return Optional.empty();
            }
            int machine = Short.toUnsignedInt(header.getShort(MACHINE_AT));
            if (isBeyond(file, header, SECTIONS_OFFSET_AT, SECTION_BYTES_AT, SECTION_COUNT_AT)
                    || isBeyond(file, header, PROGRAM_OFFSET_AT, PROGRAM_BYTES_AT, PROGRAM_COUNT_AT)) {
                return Optional.of(new ElfFile(machine, true, List.of()));
            }
            List<Segment> segments = segments(file, header);
            boolean truncated = false;
            for (Segment segment : segments) {
                truncated |= segment.kind == LOAD && isBeyond(file, segment.offset, segment.bytes);
            }
            return Optional.of(new ElfFile(machine, truncated, truncated ? List.of() : needed(file, segments)));
        }
    }

    /// Whether a table of headers ends after the file.
    private static boolean isBeyond(RandomAccessFile file, ByteBuffer header, int offsetAt, int bytesAt, int countAt)
            throws IOException {
        long bytes =
                Short.toUnsignedInt(header.getShort(bytesAt)) * (long) Short.toUnsignedInt(header.getShort(countAt));
        return isBeyond(file, header.getLong(offsetAt), bytes);
    }

    private static boolean isBeyond(RandomAccessFile file, long offset, long bytes) throws IOException {
        long length = file.length();
        return Long.compareUnsigned(offset, length) > 0 || Long.compareUnsigned(bytes, length - offset) > 0;
    }

    private static List<Segment> segments(RandomAccessFile file, ByteBuffer header) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (int n = 0; n < Short.toUnsignedInt(header.getShort(PROGRAM_COUNT_AT)); n++) {
            int size = Short.toUnsignedInt(header.getShort(PROGRAM_BYTES_AT));
            ByteBuffer entry = bytes(file, header.getLong(PROGRAM_OFFSET_AT) + (long) n * size, PROGRAM_BYTES);
            segments.add(new Segment(entry.getInt(0), entry.getLong(0x08), entry.getLong(0x10), entry.getLong(0x20)));
        }
        return segments;
    }

    private static List<String> needed(RandomAccessFile file, List<Segment> segments) throws IOException {
        List<Long> names = new ArrayList<>();
        long table = 0;
        for (Segment dynamic : segments.stream().filter(s -> s.kind == DYNAMIC).toList()) {
            ByteBuffer entries = bytes(file, dynamic.offset, Math.clamp(dynamic.bytes, 0, DYNAMIC_BYTES));
            while (entries.remaining() >= 16) {
                long tag = entries.getLong();
                long value = entries.getLong();
                if (tag == NEEDED) {
                    names.add(value);
                } else if (tag == STRING_TABLE) {
                    table = value;
                }
            }
        }
        List<String> needed = new ArrayList<>();
        for (long name : names) {
            needed.add(text(file, offset(segments, table) + name));
        }
        return needed;
    }

    /// Where in the file lies what is mapped to `address`.
    private static long offset(List<Segment> segments, long address) {
        return segments.stream()
                .filter(s -> s.kind == LOAD && s.address <= address && address < s.address + s.bytes)
                .mapToLong(s -> s.offset + address - s.address)
                .findFirst()
                .orElse(address);
    }

    private static String text(RandomAccessFile file, long at) throws IOException {
        ByteBuffer name = bytes(file, at, NAME_BYTES);
        int end = 0;
        while (end < name.limit() && name.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8.decode(name.slice(0, end)).toString();
    }

    /// The `count` bytes from `at` on; zeros where the file has none.
    private static ByteBuffer bytes(RandomAccessFile file, long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        if (at >= 0 && at < file.length()) {
            file.seek(at);
            for (int read = 0, n; read < count && (n = file.read(bytes, read, count - read)) >= 0; read += n) {}
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
