package heed.blas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an ELF file says of itself before anybody opens it as a library.
///
/// `dlopen` maps what the program headers promise without asking how long the file is. A file cut short
/// by a full disk or a broken download then kills the process with SIGBUS instead of failing to open.
/// The section headers are the last thing linkers write, so their end is within a whole file.
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
    static Optional<ElfFile> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = bytes(channel, 0, HEADER_BYTES);
            if (channel.size() < HEADER_BYTES
                    || header.getInt(0) != MAGIC
                    || header.getShort(CLASS_AT) != CLASS_64_LITTLE) {
                return Optional.empty();
            }
            boolean truncated = isBeyond(channel, header, SECTIONS_OFFSET_AT, SECTION_BYTES_AT, SECTION_COUNT_AT)
                    || isBeyond(channel, header, PROGRAM_OFFSET_AT, PROGRAM_BYTES_AT, PROGRAM_COUNT_AT);
            return Optional.of(new ElfFile(
                    Short.toUnsignedInt(header.getShort(MACHINE_AT)),
                    truncated,
                    truncated ? List.of() : needed(channel, segments(channel, header))));
        }
    }

    /// Whether a table of headers ends after the file.
    private static boolean isBeyond(FileChannel channel, ByteBuffer header, int offsetAt, int bytesAt, int countAt)
            throws IOException {
        long bytes = header.getShort(bytesAt) * (long) Short.toUnsignedInt(header.getShort(countAt));
        return Long.compareUnsigned(header.getLong(offsetAt) + bytes, channel.size()) > 0;
    }

    private static List<Segment> segments(FileChannel channel, ByteBuffer header) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (int n = 0; n < Short.toUnsignedInt(header.getShort(PROGRAM_COUNT_AT)); n++) {
            int size = Short.toUnsignedInt(header.getShort(PROGRAM_BYTES_AT));
            ByteBuffer entry = bytes(channel, header.getLong(PROGRAM_OFFSET_AT) + (long) n * size, PROGRAM_BYTES);
            segments.add(new Segment(entry.getInt(0), entry.getLong(0x08), entry.getLong(0x10), entry.getLong(0x20)));
        }
        return segments;
    }

    private static List<String> needed(FileChannel channel, List<Segment> segments) throws IOException {
        List<Long> names = new ArrayList<>();
        long table = 0;
        for (Segment dynamic : segments.stream().filter(s -> s.kind == DYNAMIC).toList()) {
            ByteBuffer entries = bytes(channel, dynamic.offset, Math.clamp(dynamic.bytes, 0, DYNAMIC_BYTES));
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
            needed.add(text(channel, offset(segments, table) + name));
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

    private static String text(FileChannel channel, long at) throws IOException {
        ByteBuffer name = bytes(channel, at, NAME_BYTES);
        int end = 0;
        while (end < name.limit() && name.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8.decode(name.slice(0, end)).toString();
    }

    /// The `count` bytes from `at` on; zeros where the file has none.
    private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (at >= 0 && bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {}
        return bytes.rewind();
    }
}
