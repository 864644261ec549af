package heed.kernels.fused;

/// Products of operands that are packed first, into the form the implementation wants: for many query rows. It holds
/// the packed keys and values of every slot of a run; packing of different keys runs at the same time.
public interface PackedProducts extends TileProducts {
    /// Takes in keys `j … j + count` of `slot`, up to a panel from its begin on: `rows[count][headDim]`.
    void packKeys(int slot, int j, int count, float[] rows);

    /// Takes in the values of the same keys, `rows[count][paddedValueDim]`, finite, zero beyond `valueDim`.
    void packValues(int slot, int j, int count, float[] rows);
}
