package heed.attention;

/// The two elements of an [ElementType#INT4] byte: nibbles `0 … 15` that mean `−8 … 7`.
///
/// The low nibble is element `2n` of its row, the high one element `2n + 1`, where `n` is the byte's index in the row.
public final class Int4Pair {
    private static final int ZERO = 8;
    private static final int NIBBLE = 0xf;

    private Int4Pair() {}

    /// The element in the low nibble of `pair`.
    public static int low(int pair) {
        return (pair & NIBBLE) - ZERO;
    }

    /// The element in the high nibble of `pair`.
    public static int high(int pair) {
        return (pair >>> 4 & NIBBLE) - ZERO;
    }

    /// The byte, 0 … 255, of two elements of `−8 … 7`; what lies beyond is brought to the nearer end.
    public static int of(int low, int high) {
        return nibble(high) << 4 | nibble(low);
    }

    private static int nibble(int element) {
        return Math.clamp(element + ZERO, 0, NIBBLE);
    }
}
