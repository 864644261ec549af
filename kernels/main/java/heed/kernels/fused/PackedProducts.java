package heed.kernels.fused;

/// Products of operands that are packed first, into the form the implementation wants: for many query rows. It holds
/// the packed keys and values of every slot of a run; packing of different keys runs at the same time.
public interface PackedProducts extends TileProducts {
    /// Takes in key `j` of `slot`: `row[0 … headDim)`.
    void packKey(int slot, int j, float[] row);

    /// Takes in value `j` of `slot`: `row[0 … paddedValueDim)`, finite, zero beyond `valueDim`.
    void packValue(int slot, int j, float[] row);
}
