package heed.conformance;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.Tensor;

/// The yardstick: attention as a careful person would first write it in f32, or in f64 for queries of f64.
///
/// A sequential dot product, a two-pass softmax with correctly rounded `exp`, a sequential sum. For f32 every
/// operation is done in double and rounded to float, which equals float arithmetic, since 53 ≥ 2 · 24 + 2 bits
/// make the double rounding harmless. What is stored in fewer bits is widened exactly, [Problem#widened], and a
/// product with it rounded once. It knows no expressions: their tests compare with an equivalent problem that has
/// none.
final class PlainAttention {
    private final Problem problem;
    private final AttentionSpec spec;
    private final boolean single;
    private final PartialOutput result;
    private double scoreMagnitude;

    private PlainAttention(Problem problem) {
        this.problem = problem;
        spec = problem.spec();
        single = problem.isSingle();
        ElementType type = single ? ElementType.F32 : ElementType.F64;
        result = problem.room(type, type);
    }

    /// What the yardstick gives.
    ///
    /// @param result output and log-sum-exp
    /// @param scoreMagnitude the largest `scale · Σ |q · k| + |bias|`, what errors of scores are relative to
    record Measured(PartialOutput result, double scoreMagnitude) {}

    static Measured measure(Problem problem) {
        PlainAttention plain = new PlainAttention(problem);
        for (int b = 0; b < problem.batch(); b++) {
            for (int h = 0; h < plain.spec.queryHeads(); h++) {
                for (int i = 0; i < problem.queryLens()[b]; i++) {
                    plain.attend(b, h, i);
                }
            }
        }
        return new Measured(plain.result, plain.scoreMagnitude);
    }

    private double round(double x) {
        return single ? (float) x : x;
    }

    private void attend(int b, int h, int i) {
        int kvLen = problem.kvLens()[b];
        int kvHead = h / spec.groupSize();
        double[] query = row(problem.queryRows(problem.query(), b), h, i);
        Tensor keys = problem.keyRows(problem.key(), b);
        Tensor values = problem.keyRows(problem.value(), b);
        double sink = problem.sink().map(logits -> logits.get(h)).orElse(Double.NEGATIVE_INFINITY);
        double[] scores = new double[kvLen];
        double max = sink;
        for (int j = 0; j < kvLen; j++) {
            scores[j] = sees(problem, b, h, i, j)
                    ? score(query, row(keys, kvHead, j), b, h, i, j)
                    : Double.NEGATIVE_INFINITY;
            max = Math.max(max, scores[j]);
        }
        double sum = max == Double.NEGATIVE_INFINITY ? 0 : round(Math.exp(round(sink - max)));
        double[] output = new double[spec.valueDim()];
        for (int j = 0; j < kvLen; j++) {
            if (scores[j] != Double.NEGATIVE_INFINITY) {
                double weight = round(Math.exp(round(scores[j] - max)));
                sum = round(sum + weight);
                double[] value = row(values, kvHead, j);
                for (int d = 0; d < output.length; d++) {
                    output[d] = round(output[d] + round(weight * value[d]));
                }
            }
        }
        store(b, h, i, output, max, sum);
    }

    private double score(double[] query, double[] key, int b, int h, int i, int j) {
        double dot = 0;
        double magnitude = 0;
        for (int d = 0; d < query.length; d++) {
            double product = round(query[d] * key[d]);
            dot = round(dot + product);
            magnitude += Math.abs(product);
        }
        double score = round(round(spec.softmaxScale()) * dot);
        if (spec.softcap() != 0) {
            double cap = round(spec.softcap());
            score = round(cap * round(Math.tanh(round(score / cap))));
        }
        double bias = problem.bias().map(rows -> element(rows, b, h, i, j)).orElse(0.0);
        magnitude = Math.abs(spec.softmaxScale()) * magnitude + Math.abs(bias);
        if (Double.isFinite(magnitude)) {
            scoreMagnitude = Math.max(scoreMagnitude, magnitude);
        }
        return bias == Double.NEGATIVE_INFINITY ? bias : round(score + bias);
    }

    /// Whether the problem's masks and lengths let row `i` of `head` see key `j`; the definition once more.
    static boolean sees(Problem problem, int b, int head, int i, int j) {
        int p = problem.position(b) + i;
        return problem.spec().mask().parts().stream().allMatch(part -> switch (part) {
            case Mask.None _ -> true;
            case Mask.Causal _ -> j <= p;
            case Mask.SlidingWindow(int left, int right) ->
                (left < 0 || p - j <= left) && (right < 0 || j - p <= right);
            case Mask.BooleanTensor _ -> element(problem.mask().orElseThrow(), b, head, i, j) > 0;
            case Mask.AdditiveTensor _ ->
                element(problem.bias().orElseThrow(), b, head, i, j) != Double.NEGATIVE_INFINITY;
            case Mask.Expression _ -> throw new IllegalArgumentException("the yardstick has no expressions");
            case Mask.FirstKeys(int count) -> j < count;
            case Mask.Alibi _, Mask.BlockTensor _, Mask.Tree _, Mask.Or _ ->
                throw new IllegalArgumentException("the yardstick has no " + part);
            case Mask.And _ -> throw new IllegalArgumentException("parts are never conjunctions");
        });
    }

    /// Element of a mask right-aligned to `[batch, heads, len, keys]`; −∞, which is not positive either, past its
    /// last column.
    private static double element(Tensor rows, int b, int h, int i, int j) {
        int[] full = {b, h, i, j};
        int[] index = new int[rows.rank()];
        for (int axis = 0; axis < index.length; axis++) {
            int wanted = full[4 - index.length + axis];
            index[axis] = rows.size(axis) == 1 ? 0 : wanted;
        }
        int width = rows.size(rows.rank() - 1);
        return width != 1 && j >= width ? Double.NEGATIVE_INFINITY : rows.get(index);
    }

    private static double[] row(Tensor tensor, int h, int i) {
        double[] row = new double[tensor.size(3)];
        for (int d = 0; d < row.length; d++) {
            row[d] = tensor.get(0, h, i, d);
        }
        return row;
    }

    private void store(int b, int h, int i, double[] output, double max, double sum) {
        Tensor out = problem.queryRows(result.output(), b);
        for (int d = 0; d < output.length; d++) {
            out.set(sum == 0 ? 0 : round(output[d] / sum), 0, h, i, d);
        }
        problem.queryRows(result.logSumExp(), b).set(round(max + round(Math.log(sum))), 0, h, i);
    }
}
