package heed.kernels;

import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.KeyLayout;
import heed.kernels.fused.DirectOperand;
import heed.kernels.fused.FusedFactory;
import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileShape;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.Specialised;
import heed.kernels.tile.StoredConstants;
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

    /// Keys of whole vectors, values of whole pairs of them. [Determinism#BITWISE] asks a decode step for the bits of
    /// a packed tile, one chain for each score, which keys in panels give and keys in rows, summed lane by lane, do
    /// not.
    @Override
    public Optional<DirectOperand.Kind> direct(AttentionSpec spec) {
        boolean wholeKeys = switch (spec.keyLayout()) {
            case KeyLayout.Rows _ -> spec.headDim() % Lanes.WIDTH == 0 && spec.determinism() != Determinism.BITWISE;
            case KeyLayout.Panels _ -> true;
        };
        return wholeKeys && spec.valueDim() % (2 * Lanes.WIDTH) == 0 ? stored(spec) : Optional.empty();
    }

    private Optional<DirectOperand.Kind> stored(AttentionSpec spec) {
        return switch (spec.kvType()) {
            case F32 -> kernels(StoredType.F32, spec);
            case F16 -> kernels(StoredType.F16, spec);
            case BF16 -> kernels(StoredType.BF16, spec);
            // a vector of 4 bytes is narrower than any the API has
            case INT8 -> Lanes.WIDTH >= Long.BYTES ? kernels(StoredType.INT8, spec) : Optional.empty();
            case INT4, F64, BOOL -> Optional.empty();
        };
    }

    private Optional<DirectOperand.Kind> kernels(StoredType type, AttentionSpec spec) {
        StoredConstants constants = new StoredConstants(type, spec.headDim(), spec.valueDim());
        return Optional.of(new DirectOperand.Kind(type, specialised.stored(constants)));
    }
}
