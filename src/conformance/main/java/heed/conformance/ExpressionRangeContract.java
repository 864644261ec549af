package heed.conformance;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.PartialOutput;
import heed.attention.ScoreExpression;
import heed.attention.ScoreExpressionException;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// User functions whose values pass the range of f32, up, down or to NaN, which the reference computes in
/// double: a mask shows what the definition shows; a score is the definition's, or the run is refused. None is
/// silently another.
public interface ExpressionRangeContract extends BackendContract {
    /// Positions far enough apart for `e^(p − j)` to pass the range of f32 both ways, over several blocks of
    /// keys.
    private static Stream<MaskExpression> masks() {
        ScoreExpression distance = queryPosition().minus(keyPosition());
        ScoreExpression far = distance.exp();
        ScoreExpression ahead = keyPosition().minus(constant(100)).exp();
        ScoreExpression behind = queryPosition().minus(constant(150)).exp();
        return Stream.of(
                constant(0).lessThan(far),
                far.lessThan(constant(Double.POSITIVE_INFINITY)),
                far.lessThan(constant(1e30)),
                ahead.atMost(behind),
                ahead.minus(behind).min(constant(5)).atMost(constant(5)),
                ahead.minus(behind).atMost(constant(5)).not(),
                ahead.times(behind).lessThan(constant(1e60)),
                ahead.dividedBy(behind).lessThan(constant(1)),
                constant(1).dividedBy(ahead.times(ahead)).atMost(constant(0)).not(),
                distance.log().lessThan(constant(3)),
                distance.log().lessThan(constant(3)).not(),
                distance.minus(constant(200)).log().max(constant(1)).equalTo(constant(1)),
                distance.times(constant(1e30)).times(constant(1e30)).lessThan(constant(1e61)),
                behind.times(constant(1e-30)).times(constant(1e-30)).lessThan(ahead),
                keyPosition().dividedBy(distance).lessThan(constant(2)),
                distance.dividedBy(distance).equalTo(constant(1)));
    }

    /// Each, for rows near and far.
    @TestFactory
    default Stream<DynamicTest> masksBeyondFloat() {
        return masks().map(seen -> DynamicTest.dynamicTest(seen.toString(), () -> {
            AttentionSpec spec =
                    AttentionSpec.builder(2, 16).mask(Mask.expression(seen)).build();
            Problem problem = Problem.random(spec, 1, 150, 450, 181);
            compare(problem.run(Attention.load().backend("reference")), problem.run(computing(spec)), problem);
        }));
    }

    /// Each, with scores of up to some 30.
    @TestFactory
    default Stream<DynamicTest> scoresBeyondFloat() {
        ScoreExpression large = score().times(constant(10)).exp();
        return Stream.of(
                        large,
                        large.negate(),
                        large.log(),
                        large.min(constant(7)),
                        large.dividedBy(large).plus(score()),
                        score().times(constant(1e30)).times(constant(1e30)),
                        score().times(score()).times(constant(1e38)).times(score()),
                        large.times(large).plus(constant(1)).log().max(score()),
                        keyPosition()
                                .lessThan(constant(20))
                                .select(large.min(score()), constant(Double.NEGATIVE_INFINITY)))
                .map(shape -> DynamicTest.dynamicTest(shape.toString(), () -> checkScore(shape)));
    }

    private void checkScore(ScoreExpression shape) {
        AttentionSpec spec =
                AttentionSpec.builder(2, 16).score(shape).mask(Mask.causal()).build();
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 1, 30, 60, 182);
        PartialOutput wanted = problem.run(Attention.load().backend("reference"));
        PartialOutput got;
        try {
            got = problem.run(backend);
        } catch (ScoreExpressionException refused) {
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.startsWith("the score expression must stay within f32"), message);
            return;
        }
        compare(wanted, got, problem);
    }

    /// Within the bound of [ExpressionContract].
    private static void compare(PartialOutput wanted, PartialOutput got, Problem problem) {
        double unit = 0x1p-24;
        double weights = 2 * (16 + 4 + 16) * unit * 80 + (problem.kvLens()[0] + 8) * unit;
        compare("output", wanted.output(), got.output(), 2 * weights * 5, problem);
        compare("logSumExp", wanted.logSumExp(), got.logSumExp(), 2 * weights, problem);
    }

    private static void compare(String name, Tensor wanted, Tensor got, double allowed, Problem problem) {
        Tensors.forEach(wanted.shape(), at -> {
            double right = wanted.get(at);
            double actual = got.get(at);
            assertTrue(
                    right == actual || Math.abs(right - actual) <= allowed * Math.max(1, Math.abs(right)),
                    () -> "%s%s is %s, reference %s: allowed %.3g; %s"
                            .formatted(name, Arrays.toString(at), actual, right, allowed, problem));
        });
    }
}
