package heed.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Arrays of whole numbers as NumPy writes them; tensors have none.
final class NpyBytes {
    private NpyBytes() {}

    /// Writes `numbers` as `descr`, `<i4` or `<i8`.
    static Path write(Path file, String descr, String shape, long... numbers) throws IOException {
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
        byte[] padded = (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        int bytes = descr.charAt(2) - '0';
        ByteBuffer buffer = ByteBuffer.allocate(128 + numbers.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0);
        buffer.putShort((short) padded.length).put(padded);
        for (long number : numbers) {
            if (bytes == Long.BYTES) {
                buffer.putLong(number);
            } else {
                buffer.putInt((int) number);
            }
        }
        return Files.write(file, buffer.array());
    }
}
