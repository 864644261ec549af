package heed.conformance.golden;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryEmbedding.Pairing;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// One run of a `rotary_embedding` case, which no backend takes part in.
final class RotaryRun {
    private final GoldenCase golden;
    private final Arena arena;

    RotaryRun(GoldenCase golden, Arena arena) {
        this.golden = golden;
        this.arena = arena;
    }

    Outcome judge() throws IOException {
        JsonObjectReader what = golden.other();
        int heads = what.integer("heads");
        Pairing pairing = what.bool("interleaved") ? Pairing.INTERLEAVED : Pairing.HALF_SPLIT;
        boolean isPerToken =
                what.oneOf("positions", "input", "cache_is_per_token").equals("cache_is_per_token");
        CaseTensor x = golden.input("x");
        Tensor rows = AxisOrder.logical(x.load(arena), x.axes(), heads);
        Expected expected = golden.expected("out");
        Tensor wanted = AxisOrder.logical(
                expected.tensor().load(arena), expected.tensor().axes(), heads);
        Tensor actual = CaseRun.like(expected.tensor(), wanted.type(), heads, arena);
        Tensor cos = table("rotaryCos", isPerToken);
        Tensor sin = table("rotarySin", isPerToken);
        if (2 * cos.size(1) != what.integer("rotaryDim")) {
            throw golden.malformed("rotaryCos must have rotaryDim / 2 columns", cos);
        }
        RotaryEmbedding.of(pairing, cos, sin).rotateAt(rows, positions(isPerToken, rows), actual);
        return Comparison.of("out", actual, wanted, expected.bound(wanted.type()));
    }

    /// `[positions, pairs]`; a table for each token becomes one whose positions are the tokens.
    private Tensor table(String name, boolean isPerToken) throws IOException {
        Tensor table = golden.input(name).load(arena);
        return isPerToken
                ? Tensor.of(table.segment(), table.type(), table.size(0) * table.size(1), table.size(2))
                : table;
    }

    private int[] positions(boolean isPerToken, Tensor rows) throws IOException {
        if (!isPerToken) {
            return golden.input("positions").integers(arena);
        }
        int[] each = new int[rows.size(0) * rows.size(2)];
        Arrays.setAll(each, n -> n);
        return each;
    }
}
