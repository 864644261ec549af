package heed.kernels.tile;

/// How the elements that [DecodeKernels] read are stored: what takes one instruction to widen, in registers.
/// Others are widened before, see [Widening].
public enum StoredType {
    /// IEEE binary32.
    F32(Float.BYTES),
    /// The upper half of binary32.
    BF16(Short.BYTES),
    /// A signed byte.
    INT8(Byte.BYTES);

    private final int bytes;

    StoredType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of an element.
    public int bytes() {
        return bytes;
    }
}
