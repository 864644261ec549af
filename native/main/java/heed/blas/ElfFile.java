package heed.blas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// The few fields of an ELF file that tell whether it is all there.
///
/// `dlopen` maps what the program headers promise without asking how long the file is. A file cut short
/// by a full disk or a broken download then kills the process with SIGBUS instead of failing to open.
/// The section headers are the last thing linkers write, so their end is within a whole file.
final class ElfFile {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x464C457F; // 0x7F 'E' 'L' 'F', little-endian
    private static final int CLASS_64_LITTLE = 0x0102;
    // Offsets in Elf64_Ehdr.
    private static final int CLASS_AT = 4;
    private static final int SECTIONS_OFFSET_AT = 0x28;
    private static final int SECTION_BYTES_AT = 0x3A;
    private static final int SECTION_COUNT_AT = 0x3C;

    private ElfFile() {}

    /// Whether this is a 64-bit ELF file that ends before its own last byte. Any other file is for `dlopen` to judge.
    static boolean isTruncated(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (header.hasRemaining() && channel.read(header) >= 0) {}
            if (header.hasRemaining() || header.getInt(0) != MAGIC || header.getShort(CLASS_AT) != CLASS_64_LITTLE) {
                return false;
            }
            long sections =
                    header.getShort(SECTION_BYTES_AT) * (long) Short.toUnsignedInt(header.getShort(SECTION_COUNT_AT));
            return Long.compareUnsigned(header.getLong(SECTIONS_OFFSET_AT) + sections, channel.size()) > 0;
        }
    }
}
