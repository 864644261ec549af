package heed.kernels.tile;

/// How elements of keys and values are stored; the names are those of `heed.attention`.
public enum StoredType {
    /// IEEE binary32.
    F32(4),
    /// IEEE binary16.
    F16(2),
    /// The upper half of binary32.
    BF16(2),
    /// A signed byte.
    INT8(1);

    private final int bytes;

    StoredType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of an element.
    public int bytes() {
        return bytes;
    }
}
