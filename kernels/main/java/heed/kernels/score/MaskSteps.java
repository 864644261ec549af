package heed.kernels.score;

import heed.attention.Mask;
import java.util.List;
import java.util.Optional;

/// Makes the steps of masks, counting the rows that they compute in.
final class MaskSteps {
    private int registers;
    private int choices;

    int registers() {
        return registers;
    }

    int choices() {
        return choices;
    }

    /// The step of a part of a conjunction; none if its interval says it all.
    Optional<HideStep> of(Mask part) {
        return switch (part) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _ -> Optional.empty();
            case Mask.Alibi _, Mask.AdditiveTensor _ -> Optional.empty();
            case Mask.BooleanTensor _ -> Optional.of(new HideStep.Tensor());
            case Mask.BlockTensor(int queryBlock, int keyBlock) ->
                Optional.of(new HideStep.Blocks(queryBlock, keyBlock));
            case Mask.Tree _ -> Optional.of(new HideStep.Tree());
            case Mask.Expression(var _, var interval) when interval.isExact() -> Optional.empty();
            case Mask.Expression(var condition, var _) -> {
                RowProgram program = RowProgram.of(condition);
                registers = Math.max(registers, program.nodes().size());
                yield Optional.of(new HideStep.Condition(program));
            }
            case Mask.Or(var alternatives) -> {
                int own = choices;
                choices += 2;
                yield Optional.of(new HideStep.Either(
                        alternatives.stream().map(this::conjunction).toList(), own));
            }
            case Mask.And _ -> throw new AssertionError("parts are no conjunctions");
        };
    }

    /// Everything that `mask` hides, its interval too.
    private List<HideStep> conjunction(Mask mask) {
        return mask.parts().stream()
                .map(part -> of(part).orElseGet(() -> new HideStep.Interval(part)))
                .toList();
    }

    /// What a part of a conjunction adds to scores.
    static Optional<RowStep> summand(Mask part) {
        return switch (part) {
            case Mask.Alibi(var form) -> Optional.of(new RowStep.Alibi(form));
            case Mask.AdditiveTensor _ -> Optional.of(new RowStep.Add());
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _, Mask.Tree _ -> Optional.empty();
            case Mask.BooleanTensor _, Mask.BlockTensor _, Mask.Expression _, Mask.And _, Mask.Or _ -> Optional.empty();
        };
    }
}
