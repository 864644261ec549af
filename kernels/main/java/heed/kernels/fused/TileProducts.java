package heed.kernels.fused;

/// The two matrix products of a tile.
///
/// [FusedAttention] does everything else, the same for every implementation: what differs between the vector backend
/// and a BLAS, and between operands that were packed and those that are read where they lie, is here. A slot is
/// one kv head of one sequence. Products of different `worker`s run at the same time.
public interface TileProducts extends AutoCloseable {
    /// Called after the query rows of a tile are in `scratch` and before its first product.
    void beginTile(int worker, TileScratch scratch);

    /// Whether each group of rows has its own columns; if not, all groups get those that any of them sees.
    boolean isPerGroup();

    /// `scores = query · keyᵀ` for the keys of `block`, each group of rows over its own columns. Columns past the
    /// last key may come out as anything.
    void scores(int worker, TileScratch scratch, int block);

    /// `output = output · rescale + weights · value` for the keys of `block`, each group over its own columns.
    void accumulate(int worker, TileScratch scratch, int block);

    /// Bytes held.
    long bytes();

    /// Frees them.
    @Override
    void close();
}
