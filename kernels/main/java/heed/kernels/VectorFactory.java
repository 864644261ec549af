package heed.kernels;

import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.kernels.fused.DirectKernels;
import heed.kernels.fused.FusedFactory;
import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileShape;
import heed.kernels.tile.DecodeConstants;
import heed.kernels.tile.DecodeGroup;
import heed.kernels.tile.DecodeKernels;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.Specialised;
import heed.kernels.tile.StoredType;
import heed.kernels.tile.TileConstants;
import java.util.Optional;

/// Brings the register tiles to fused attention, as specialised copies where those are faster.
record VectorFactory(Specialised specialised) implements FusedFactory {
    @Override
    public PackedProducts packed(TileShape shape, int slots, int workers) {
        RegisterTile scores = specialised.tile(new TileConstants(shape.headDim(), shape.headDim(), TileShape.KEYS));
        RegisterTile values = specialised.tile(new TileConstants(TileShape.KEYS, 0, Lanes.PANEL));
        return new PanelProducts(shape, scores, values, slots, workers);
    }

    @Override
    public Optional<DirectKernels> direct(AttentionSpec spec) {
        if (!readsDirectly(spec)) {
            return Optional.empty();
        }
        StoredType type = stored(spec.kvType());
        return Optional.of(new DirectKernels(type, decode(spec, type, DecodeGroup.ROWS), decode(spec, type, 1)));
    }

    /// Whether decode reads keys and values of `spec` where they lie. It takes values of whole vectors, and of keys in
    /// rows the same; panels of INT4 it would have to take apart. [Determinism#BITWISE] asks a decode step for the
    /// bits of a packed tile, one chain for each score, which keys in panels give and keys in rows, summed lane by
    /// lane, do not.
    static boolean readsDirectly(AttentionSpec spec) {
        boolean readsKeys = switch (spec.keyLayout()) {
            case KeyLayout.Rows _ -> spec.headDim() % Lanes.WIDTH == 0 && spec.determinism() != Determinism.BITWISE;
            case KeyLayout.Panels _ -> spec.kvType() != ElementType.INT4;
        };
        return readsKeys && spec.valueDim() % Lanes.WIDTH == 0;
    }

    /// What kernels read of keys and values of `type`.
    private static StoredType stored(ElementType type) {
        return switch (type) {
            case BF16 -> StoredType.BF16;
            // a vector of 4 bytes is narrower than any the API has
            case INT8 -> Lanes.WIDTH >= Long.BYTES ? StoredType.INT8 : StoredType.F32;
            case F32, F16, INT4, F64, BOOL -> StoredType.F32;
        };
    }

    private DecodeKernels decode(AttentionSpec spec, StoredType type, int rows) {
        return specialised.decode(new DecodeConstants(rows, type, spec.headDim(), spec.valueDim()));
    }
}
