package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.Arrays;

/// A result against the double reference, allowed an error derived from the problem.
///
/// For queries of up to 32 bits, with *plain* the error of [PlainAttention] on what is stored, `u = 2⁻²⁴`, and
/// half an ulp of the type of the result:
///
/// ```
/// output  max(2 · plain, 4 · u · max|V|) + ½ ulp of the result + weightRounding · max|V|
/// lse     max(2 · plain, 4 · u · max(1, |lse|, scale · Σ |q · k| + |bias|)) + ½ ulp of the result
/// ```
///
/// A backend that rounds weights by a share `δ` before the second product says so
/// ([AttentionBackend#weightRounding]): `|Σ p δ v| ≤ δ · max|V|`, since the weights sum to 1.
///
/// For f64 the reference is no wider than the result, so both get an a-priori bound, to first order and `u =
/// 2⁻⁵³`. A score of `d` products errs by at most `δ = (d + 4) · u · max(scale · Σ |q · k| + |bias|)`; a sum of
/// `n` weights by `n · u`; `exp`, division and merging by a few `u`. A weight is a quotient of two such sums: `ω =
/// 2δ + (n + 8) · u`.
///
/// ```
/// output  2 · ω · max|V|        lse  2 · (ω + u · |lse|)        the factor 2: both sides err
/// ```
final class Duel {
    private static final double SINGLE = 0x1p-24;
    private static final double DOUBLE = 0x1p-53;

    /// Up to here `exp(δ)` is near enough to `1 + δ` for a bound to first order.
    private static final double SMALL = 0x1p-4;

    private static final AttentionBackend REFERENCE = Attention.load().backend("reference");

    private final Problem problem;
    private final double weightRounding;
    private final PartialOutput exact;
    private final PartialOutput plain;
    private final double apriori;
    private final double scoreMagnitude;
    private final double largestValue;

    private Duel(Problem problem, double weightRounding) {
        this.problem = problem;
        this.weightRounding = weightRounding;
        exact = oracle(problem);
        Problem widened = problem.widened();
        PlainAttention.Measured measured = PlainAttention.measure(widened);
        plain = measured.result();
        largestValue = largestValue(widened);
        scoreMagnitude = measured.scoreMagnitude();
        apriori = apriori(DOUBLE);
        checkYardstick();
    }

    /// `2 · ω` for arithmetic of unit `u`.
    private double apriori(double u) {
        int keys = Arrays.stream(problem.kvLens()).max().orElse(0);
        double delta = (problem.spec().headDim() + 4) * u * scoreMagnitude;
        return 2 * (2 * delta + (keys + 8) * u);
    }

    /// A yardstick that disagreed with the reference would allow anything: its own error must be within the
    /// a-priori bound. So the two definitions of attention, written apart, check each other in every test.
    private void checkYardstick() {
        double unit = problem.isSingle() ? SINGLE : DOUBLE;
        double bound = apriori(unit);
        if (bound < SMALL) {
            String what = "the yardstick itself: " + problem;
            compare(exact.logSumExp(), plain.logSumExp(), bound + 2 * unit * largest(exact.logSumExp()), what);
            compare(exact.output(), plain.output(), bound * largestValue, what);
        }
    }

    /// The exact side of `problem`, to hold any number of results against.
    static Duel of(Problem problem) {
        return new Duel(problem, 0);
    }

    /// The same for results of `backend`.
    static Duel of(Problem problem, AttentionBackend backend) {
        return new Duel(problem, backend.weightRounding(problem.spec()));
    }

    /// Runs `backend` on `problem` and judges the result.
    static void check(AttentionBackend backend, Problem problem) {
        Requirements.supported(backend, problem.spec());
        of(problem, backend).judge(problem.run(backend), problem.toString());
    }

    /// The reference's result, unrounded.
    static PartialOutput oracle(Problem problem) {
        AttentionSpec wide = problem.spec().toBuilder()
                .outputType(ElementType.F64)
                .logSumExp()
                .build();
        return problem.withSpec(wide).run(REFERENCE, problem.sizes(), PlanOptions.DEFAULT);
    }

    private static double largestValue(Problem problem) {
        double[] largest = {0};
        for (int b = 0; b < problem.batch(); b++) {
            Tensor values = problem.keyRows(problem.value(), b);
            Tensors.forEach(values.shape(), index -> {
                double magnitude = Math.abs(values.get(index));
                largest[0] = Double.isFinite(magnitude) ? Math.max(largest[0], magnitude) : largest[0];
            });
        }
        return largest[0];
    }

    /// Fails unless every row of `result` is within its bound.
    void judge(PartialOutput result, String what) {
        judge(result, what, 1);
    }

    /// As [#judge] for a result that was merged from `parts`: each merge rounds output and log-sum-exp once more,
    /// and the rounding of a log-sum-exp is an error of the weights relative to `|lse|`.
    void judge(PartialOutput result, String what, int parts) {
        double plainOutput = worst(exact.output(), plain.output());
        double plainLse = worst(exact.logSumExp(), plain.logSumExp());
        double largestLse = largest(exact.logSumExp());
        double unit = problem.isSingle() ? SINGLE : DOUBLE;
        double merging = (parts - 1) * 4 * unit * Math.max(1, largestLse);
        double output =
                problem.isSingle() ? Math.max(2 * plainOutput, 4 * unit * largestValue) : apriori * largestValue;
        double lse = problem.isSingle()
                ? Math.max(2 * plainLse, 4 * unit * Math.max(1, Math.max(largestLse, scoreMagnitude)))
                : apriori + 2 * unit * largestLse;
        compare(exact.logSumExp(), result.logSumExp(), lse + merging, what + ": logSumExp");
        output += (weightRounding + merging) * largestValue;
        compare(exact.output(), result.output(), output, what + ": output");
    }

    private void compare(Tensor expected, Tensor actual, double allowed, String what) {
        for (int b = 0; b < problem.batch(); b++) {
            Tensor wanted = problem.queryRows(expected, b);
            Tensor got = problem.queryRows(actual, b);
            int sequence = b;
            Tensors.forEach(wanted.shape(), index -> {
                double bound = allowed + halfUlp(Math.abs(wanted.get(index)) + allowed, actual.type());
                if (!near(wanted.get(index), got.get(index), bound)) {
                    fail("%s of sequence %d at %s is %s, reference %s: error %.3g, allowed %.3g"
                            .formatted(
                                    what,
                                    sequence,
                                    Arrays.toString(index),
                                    got.get(index),
                                    wanted.get(index),
                                    Math.abs(got.get(index) - wanted.get(index)),
                                    bound));
                }
            });
        }
    }

    /// NaN must stay NaN, an infinity must stay itself, a number must be near.
    private static boolean near(double wanted, double got, double bound) {
        if (Double.isNaN(wanted)) {
            return Double.isNaN(got);
        }
        return wanted == got || (Double.isFinite(wanted) && Math.abs(wanted - got) <= bound);
    }

    /// Half the distance of numbers of `type` about `value`.
    private static double halfUlp(double value, ElementType type) {
        return switch (type) {
            case F16 -> Math.scalb(0.5, Math.max(Math.getExponent(value), -14) - 10);
            case BF16 -> Math.scalb(0.5, Math.max(Math.getExponent(value), -126) - 7);
            case F32 -> Math.ulp((float) value) / 2.0;
            case F64 -> Math.ulp(value) / 2;
            case BOOL, INT8, INT4 ->
                throw new IllegalArgumentException("a result is of a floating-point type: " + type);
        };
    }

    private double worst(Tensor expected, Tensor actual) {
        double[] worst = {0};
        for (int b = 0; b < problem.batch(); b++) {
            Tensor wanted = problem.queryRows(expected, b);
            Tensor got = problem.queryRows(actual, b);
            Tensors.forEach(wanted.shape(), index -> {
                double error = Math.abs(wanted.get(index) - got.get(index));
                worst[0] = Double.isFinite(error) ? Math.max(worst[0], error) : worst[0];
            });
        }
        return worst[0];
    }

    private double largest(Tensor tensor) {
        double[] largest = {0};
        for (int b = 0; b < problem.batch(); b++) {
            Tensor rows = problem.queryRows(tensor, b);
            Tensors.forEach(rows.shape(), index -> {
                double magnitude = Math.abs(rows.get(index));
                largest[0] = Double.isFinite(magnitude) ? Math.max(largest[0], magnitude) : largest[0];
            });
        }
        return largest[0];
    }
}
