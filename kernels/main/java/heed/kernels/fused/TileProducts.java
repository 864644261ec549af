package heed.kernels.fused;

/// The two matrix products of a tile, and the packed operands they want.
///
/// [FusedAttention] does everything else, the same for every implementation: what differs between the vector
/// backend and a BLAS is here. A slot is one kv head of one sequence. Implementations hold the packed keys and values
/// of every slot of a run; packing of different keys, and products of different `worker`s, run at the same time.
public interface TileProducts extends AutoCloseable {
    /// Takes in key `j` of `slot`: `row[0 … headDim)`.
    void packKey(int slot, int j, float[] row);

    /// Takes in value `j` of `slot`: `row[0 … paddedValueDim)`, finite, zero beyond `valueDim`.
    void packValue(int slot, int j, float[] row);

    /// Called after the query rows of a tile are in `scratch` and before its first product.
    void beginTile(int worker, TileScratch scratch);

    /// `scores = query · keyᵀ` for the keys of `block`, each group of rows over its own columns. Columns past the last
    /// key that was packed may come out as anything.
    void scores(int worker, TileScratch scratch, int slot, int block);

    /// `output = output · rescale + weights · value` for the keys of `block`, each group over its own columns.
    void accumulate(int worker, TileScratch scratch, int slot, int block);

    /// Bytes held.
    long bytes();

    /// Frees them.
    @Override
    void close();
}
