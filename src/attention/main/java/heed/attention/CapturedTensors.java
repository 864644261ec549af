package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors that the expressions of a spec capture, found by name once for each run.
final class CapturedTensors {
    private final List<ScoreExpression.Captured> uses;
    private final @Nullable Tensor[] tensors;
    private final int names;

    CapturedTensors(AttentionSpec spec) {
        List<ScoreExpression.Captured> found = new ArrayList<>();
        spec.score().ifPresent(score -> collect(score, found));
        for (Mask leaf : spec.mask().leaves()) {
            if (leaf instanceof Mask.Expression(var condition, var _)) {
                collect(condition, found);
            }
        }
        uses = List.copyOf(found);
        tensors = new Tensor[uses.size()];
        names = (int)
                uses.stream().map(ScoreExpression.Captured::name).distinct().count();
    }

    private static void collect(ScoreExpression expression, List<ScoreExpression.Captured> found) {
        switch (expression) {
            case ScoreExpression.Score _, ScoreExpression.Constant _, ScoreExpression.Index _ -> {}
            case ScoreExpression.Captured captured -> {
                if (found.stream().noneMatch(captured::equals)) {
                    found.add(captured);
                }
                captured.indices().forEach(index -> collect(index, found));
            }
            case ScoreExpression.Unary(var _, var operand) -> collect(operand, found);
            case ScoreExpression.Binary(var _, var left, var right) -> {
                collect(left, found);
                collect(right, found);
            }
            case ScoreExpression.Select(var condition, var then, var otherwise) -> {
                collect(condition, found);
                collect(then, found);
                collect(otherwise, found);
            }
        }
    }

    private static void collect(MaskExpression expression, List<ScoreExpression.Captured> found) {
        switch (expression) {
            case MaskExpression.Compare(var _, var left, var right) -> {
                collect(left, found);
                collect(right, found);
            }
            case MaskExpression.Both(var left, var right) -> {
                collect(left, found);
                collect(right, found);
            }
            case MaskExpression.Either(var left, var right) -> {
                collect(left, found);
                collect(right, found);
            }
            case MaskExpression.Not(var operand) -> collect(operand, found);
        }
    }

    /// Takes in what the run gives.
    void bind(Map<String, Tensor> given) {
        for (int n = 0; n < tensors.length; n++) {
            String name = uses.get(n).name();
            Tensor tensor = given.get(name);
            if (tensor == null) {
                throw Checks.refusal(
                        "captured tensor %s must be given: call AttentionArguments.captured(\"%s\", …)", name, name);
            }
            int axes = uses.get(n).indices().size();
            if (tensor.rank() != axes || tensor.type().isQuantised()) {
                throw Checks.refusal(
                        "captured tensor %s must have %d axes, as many as its use has indices, and plain elements: %s=%s",
                        name, axes, name, tensor);
            }
            tensors[n] = tensor;
        }
        if (given.size() > names) {
            throw Checks.refusal(
                    "captured tensors must be used by an expression of the spec: used=%d names, given=%s",
                    names, given.keySet());
        }
    }

    void release() {
        java.util.Arrays.fill(tensors, null);
    }

    int count() {
        return tensors.length;
    }

    String name(int n) {
        return uses.get(n).name();
    }

    Tensor tensor(int n) {
        return java.util.Objects.requireNonNull(tensors[n]);
    }

    Tensor tensor(String name) {
        int n = 0;
        while (!uses.get(n).name().equals(name)) {
            n++;
        }
        return tensor(n);
    }

    /// `index` as a position along `axis` of `tensor`.
    ///
    /// @throws ScoreExpressionException if there is none
    static int index(String name, Tensor tensor, int axis, double index, int sequence) {
        if (ScoreExpression.Captured.isIndex(tensor, axis, index)) {
            return (int) index;
        }
        throw new ScoreExpressionException(
                "index %d of captured tensor %s must be an integer from 0 to %d: got %s, sequence=%d"
                        .formatted(axis, name, tensor.size(axis) - 1, index, sequence));
    }
}
