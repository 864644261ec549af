package heed.blas;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.kernels.fused.FusedFactory;
import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileShape;

/// Brings products of bf16 to fused attention.
record OneDnnFactory(Dnnl dnnl) implements FusedFactory {
    @Override
    public PackedProducts packed(TileShape shape, int slots, int workers) {
        return OneDnnProducts.create(dnnl, shape, slots, workers);
    }

    /// More rows gain nothing: of 230 GFLOP/s, tiles of 48, 96 and 192 rows reach 204, 217 and 226 (Zen 4), and the
    /// scores of 96, twice, and their weights leave half of 1 MiB to keys and values.
    @Override
    public TileShape shape(AttentionSpec spec, AttentionSizes sizes, int threads) {
        return TileShape.ofFixedTiles(spec, sizes);
    }
}
