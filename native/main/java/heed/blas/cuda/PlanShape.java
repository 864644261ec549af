package heed.blas.cuda;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Mask;

/// The sizes of a plan's buffers.
///
/// Query heads that share a kv head are stacked as rows of one product: row `i · group + g`. Rows are taken in
/// tiles of [#tileQueries] queries and keys in blocks of [Kernels#KEYS], both beginning at multiples of those
/// constants of the spec: so the shapes of products, by which cuBLAS picks its kernels, depend on a sequence's
/// own lengths alone, and its bits on nothing else.
///
/// @param queryLen most queries of a sequence
/// @param parts numbers of `type` that make up a weight, 0 if it is f32
record PlanShape(AttentionSpec spec, DeviceType type, int queryLen, int parts) {
    /// Rows of a tile: a product of 512 by 512 for each kv head keeps a GPU busy, and its scores are 1 MiB.
    private static final int TILE_ROWS = 512;

    static PlanShape of(AttentionSpec spec, AttentionSizes sizes, Precision precision) {
        DeviceType type = DeviceType.of(spec.queryType()).orElseThrow();
        return new PlanShape(spec, type, sizes.queryLen(), type.parts(precision));
    }

    int kvHeads() {
        return spec.kvHeads();
    }

    int group() {
        return spec.groupSize();
    }

    int headDim() {
        return spec.headDim();
    }

    int valueDim() {
        return spec.valueDim();
    }

    /// Queries of a tile.
    int tileQueries() {
        return Math.max(1, TILE_ROWS / group());
    }

    /// Most queries that a tile of this plan has.
    int mostTileQueries() {
        return Math.min(tileQueries(), Math.max(1, queryLen));
    }

    /// Most tiles of a sequence.
    int tiles() {
        return Math.ceilDiv(queryLen, tileQueries());
    }

    /// Most rows of a sequence, of all kv heads.
    long rows() {
        return (long) kvHeads() * queryLen * group();
    }

    /// Most scores of a tile, of all kv heads.
    long tileScores() {
        return (long) kvHeads() * mostTileQueries() * group() * Kernels.KEYS;
    }

    /// Elements of a block of keys, or values, of `dim` elements.
    long blockElements(int dim) {
        return (long) kvHeads() * Kernels.KEYS * dim;
    }

    boolean hasMask() {
        return spec.mask().has(Mask.BooleanTensor.class);
    }

    boolean hasBias() {
        return spec.mask().has(Mask.AdditiveTensor.class);
    }
}
