package heed.kernels.tile;

/// A few rows of stored keys or values, one behind the other in an array of their type; the other two are empty.
///
/// Kernels read arrays only. The checks of a memory segment's long indexes cost a loop over one row more than its
/// arithmetic: 15 against 60 GFLOP/s.
///
/// @param floats of [StoredType#F32]
/// @param shorts of [StoredType#BF16]
/// @param bytes of [StoredType#INT8]
public record StoredChunk(float[] floats, short[] shorts, byte[] bytes) {
    /// Room for `length` elements of `type`.
    public static StoredChunk of(StoredType type, int length) {
        return switch (type) {
            case F32 -> new StoredChunk(new float[length], new short[0], new byte[0]);
            case BF16 -> new StoredChunk(new float[0], new short[length], new byte[0]);
            case INT8 -> new StoredChunk(new float[0], new short[0], new byte[length]);
        };
    }
}
