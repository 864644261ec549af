package heed.conformance.golden;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryEmbedding.Pairing;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;

/// Turns the queries and the new keys of a case, if it asks for that.
final class CaseRotary {
    private CaseRotary() {}

    /// `rows` turned, in their own type; `rows` themselves in a case without.
    static Tensor turned(GoldenCase golden, Tensor rows, Arena arena) throws IOException {
        if (golden.attributes().rotary().isEmpty()) {
            return rows;
        }
        CaseAttributes.Rotary rotary = golden.attributes().rotary().get();
        RotaryEmbedding embedding = RotaryEmbedding.of(
                rotary.interleaved() ? Pairing.INTERLEAVED : Pairing.HALF_SPLIT,
                golden.input(rotary.cos()).load(arena),
                golden.input(rotary.sin()).load(arena));
        int[] shape = rows.shape();
        Tensor turned = Tensor.of(
                arena.allocate((long) AxisOrder.count(shape) * rows.type().bytes(), Double.BYTES), rows.type(), shape);
        embedding.rotate(rows, rotary.firstPositions(), turned);
        return turned;
    }
}
