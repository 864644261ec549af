package heed.kernels.tile;

/// How the elements that [DecodeKernels] read are stored: what takes one instruction to widen, in registers. Others are
/// widened before, see [Widening].
public enum StoredType {
    /// IEEE binary32.
    F32,
    /// The upper half of binary32.
    BF16,
    /// A signed byte.
    INT8
}
