package heed.kernels.fused;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import java.util.Optional;

/// What a backend brings to fused attention.
public interface FusedFactory {
    /// Products over packed operands, in tiles of `shape` for `slots` kv heads and `workers` threads.
    PackedProducts packed(TileShape shape, int slots, int workers);

    /// The block sizes of a plan.
    default TileShape shape(AttentionSpec spec, AttentionSizes sizes, int threads) {
        return TileShape.of(spec, sizes, threads);
    }

    /// The kernels that read keys and values of `spec` where they lie, if the backend has some.
    default Optional<DirectKernels> direct(AttentionSpec spec) {
        return Optional.empty();
    }
}
