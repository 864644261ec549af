package heed.blas;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.kernels.fused.FusedFactory;
import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileShape;

/// Brings `sgemm` to fused attention. Its tiles have one size in every plan, since it picks its kernel by the rows.
record BlasFactory(LeasedLibrary.Lease library) implements FusedFactory {
    @Override
    public PackedProducts packed(TileShape shape, int slots, int workers) {
        return BlasProducts.create(library, shape, slots, workers);
    }

    @Override
    public TileShape shape(AttentionSpec spec, AttentionSizes sizes, int threads) {
        return TileShape.ofFixedTiles(spec, sizes);
    }
}
