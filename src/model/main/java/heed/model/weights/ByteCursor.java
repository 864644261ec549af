package heed.model.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads little-endian numbers and texts of a mapped file one after another, and says what is missing where it
/// ends.
public final class ByteCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MappedFile file;
    private final MemorySegment bytes;
    private long at;

    ByteCursor(MappedFile file) {
        this.file = file;
        bytes = file.bytes();
    }

    /// What reads a file from its start.
    public interface Reader<T> {
        /// The value that the file holds.
        T read(ByteCursor cursor);
    }

    /// Maps `path` while `reader` reads it.
    ///
    /// @throws ModelFileException if it is missing, unreadable or refused by the reader
    public static <T> T over(java.nio.file.Path path, Reader<T> reader) {
        try (MappedFile file = MappedFile.open(path)) {
            return reader.read(new ByteCursor(file));
        }
    }

    /// Byte of the file that is next.
    public long at() {
        return at;
    }

    /// Bytes that are left.
    public long left() {
        return bytes.byteSize() - at;
    }

    /// The next byte, 0 to 255.
    public int int8(String what) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, take(Byte.BYTES, what)));
    }

    /// The next two bytes.
    public short int16(String what) {
        return bytes.get(SHORT, take(Short.BYTES, what));
    }

    /// The next four bytes.
    public int int32(String what) {
        return bytes.get(INT, take(Integer.BYTES, what));
    }

    /// The next eight bytes.
    public long int64(String what) {
        return bytes.get(LONG, take(Long.BYTES, what));
    }

    /// The next four bytes as a number.
    public float f32(String what) {
        return Float.intBitsToFloat(int32(what));
    }

    /// The next `length` bytes.
    public byte[] bytes(long length, String what) {
        long from = take(length, what);
        return bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// The next `length` bytes as UTF-8.
    public String text(long length, String what) {
        return new String(bytes(length, what), StandardCharsets.UTF_8);
    }

    /// Passes over `length` bytes.
    ///
    /// @return the byte at which they begin
    /// @throws ModelFileException if the file ends before, naming `what`
    public long take(long length, String what) {
        if (length < 0 || length > left()) {
            throw new ModelFileException(
                    file.path(),
                    "the file must hold the whole of %s: it needs %s bytes from byte %d, size=%d",
                    what,
                    Long.toUnsignedString(length),
                    at,
                    bytes.byteSize());
        }
        long from = at;
        at += length;
        return from;
    }

    /// A refusal of the file.
    public ModelFileException refusal(String rule, Object... values) {
        return new ModelFileException(file.path(), rule, values);
    }
}
