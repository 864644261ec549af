package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import java.util.ArrayList;
import java.util.List;

/// What becomes of finished products before the softmax, a row of a block at a time: softcap, score expression,
/// masks beyond an interval, biases. Made once for a plan; the definition is [AttentionCall#score].
public final class ScoreSteps {
    private final List<RowStep> steps = new ArrayList<>();
    private final TileMask tileMask;
    private final boolean hides;
    private final boolean usesExpressions;
    private final float softmaxScale;
    private final int registers;
    private final int choices;

    /// The steps of `spec`.
    public ScoreSteps(AttentionSpec spec) {
        softmaxScale = (float) Math.abs(spec.softmaxScale());
        if (spec.softcap() != 0) {
            steps.add(new RowStep.Softcap((float) spec.softcap()));
        }
        int most = 0;
        if (spec.score().isPresent()) {
            RowProgram program = RowProgram.of(spec.score().get());
            most = program.nodes().size();
            steps.add(new RowStep.Shape(program));
        }
        MaskSteps masks = new MaskSteps();
        for (Mask part : spec.mask().parts()) {
            masks.of(part).ifPresent(steps::add);
        }
        if (spec.score().isPresent()) {
            steps.add(new RowStep.Guard());
        }
        for (Mask part : spec.mask().parts()) {
            MaskSteps.summand(part).ifPresent(steps::add);
        }
        hides = spec.mask().parts().stream().anyMatch(ScoreSteps::hidesWithin);
        usesExpressions = spec.score().isPresent() || masks.registers() > 0;
        registers = Math.max(most, masks.registers());
        choices = masks.choices();
        tileMask = new TileMask(spec.mask());
    }

    /// Whether `part` hides keys that its interval holds.
    private static boolean hidesWithin(Mask part) {
        return switch (part) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _, Mask.Alibi _ -> false;
            case Mask.BooleanTensor _, Mask.AdditiveTensor _, Mask.BlockTensor _, Mask.Tree _ -> true;
            case Mask.Expression(var _, var interval) -> !interval.isExact();
            case Mask.And _, Mask.Or _ -> true;
        };
    }

    /// Whether products are what the softmax is given.
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /// Whether scores within a row's interval may be −∞ because the mask says so.
    public boolean hide() {
        return hides;
    }

    /// Whether some may be −∞ at all.
    public boolean mayHide() {
        return hides || usesExpressions;
    }

    /// What decides which tiles need not be computed.
    public TileMask tileMask() {
        return tileMask;
    }

    /// What a product is multiplied by first.
    public float scale() {
        return softmaxScale;
    }

    /// Room for rows of up to `keys` columns.
    public RowScores newRow(int keys) {
        return new RowScores(registers, choices, keys);
    }

    /// Refuses a run whose positions an expression would not tell apart.
    public void check(AttentionCall call) {
        for (int b = 0; usesExpressions && b < call.batch(); b++) {
            long first = Math.min(0, call.offset(b));
            long last = Math.max(call.kvLen(b), (long) call.offset(b) + call.queryLen(b));
            if (last > RowProgram.MOST_POSITION || first < -RowProgram.MOST_POSITION) {
                throw new IllegalArgumentException(
                        "expressions compute with f32, which tells positions apart up to 2^24: sequence=%d, positions from %d to %d; choose the backend reference"
                                .formatted(b, first, last));
            }
        }
    }

    /// Takes the products of `row` through all steps.
    public void apply(AttentionCall call, RowScores row) {
        for (int n = 0; n < steps.size(); n++) {
            steps.get(n).apply(call, row);
        }
    }
}
