package heed.conformance;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.QueryAlignment;
import heed.attention.ScoreExpression;
import heed.attention.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every mask and everything else that changes a score, against the reference.
public interface MaskContract extends BackendContract {
    /// Heads, of which two share a kv head.
    int HEADS = 4;

    /// A dimension that is no multiple of a vector.
    int DIM = 20;

    /// The masks that a spec may have, alone and together.
    static List<Mask> masks() {
        Mask causal = Mask.causal();
        Mask bool = Mask.booleanTensor();
        Mask additive = Mask.additiveTensor();
        return List.of(
                Mask.none(),
                causal,
                Mask.slidingWindow(3, 0),
                Mask.slidingWindow(7, 2),
                Mask.slidingWindow(Mask.UNBOUNDED, 4),
                Mask.slidingWindow(4, Mask.UNBOUNDED),
                Mask.slidingWindow(0, 0),
                Mask.slidingWindow(64, 64),
                bool,
                additive,
                causal.and(Mask.slidingWindow(9, Mask.UNBOUNDED)),
                Mask.slidingWindow(9, 3).and(Mask.slidingWindow(4, 7)),
                causal.and(bool),
                causal.and(additive),
                bool.and(additive),
                causal.and(Mask.slidingWindow(30, 0)).and(bool).and(additive));
    }

    /// Each mask under each alignment: more keys than queries, fewer, many of both; offsets below 0 and past the
    /// end.
    @TestFactory
    default Stream<DynamicTest> masksAndAlignments() {
        return masks().stream()
                .flatMap(mask -> Stream.of(QueryAlignment.values())
                        .map(alignment -> DynamicTest.dynamicTest(mask + " " + alignment, () -> {
                            AttentionSpec spec = spec(mask, alignment);
                            AttentionBackend backend = computing(spec);
                            Duel.check(backend, Problem.random(spec, 3, 5, 37, 1));
                            Duel.check(backend, Problem.random(spec, 3, 37, 5, 2));
                            Duel.check(
                                    backend, Problem.random(spec, 1, 70, 131, 3).withOffsets(61));
                            Duel.check(
                                    backend, Problem.random(spec, 1, 3, 600, 4).withOffsets(597));
                            Duel.check(backend, Problem.random(spec, 2, 6, 9, 5).withOffsets(-40, 40));
                        })));
    }

    /// Mask tensors of every rank, broadcast, too narrow and too wide.
    @TestFactory
    default Stream<DynamicTest> maskShapes() {
        int kvLen = 37;
        return Stream.of(
                        new int[] {kvLen},
                        new int[] {5, kvLen},
                        new int[] {1, kvLen},
                        new int[] {5, 1},
                        new int[] {HEADS, 5, kvLen},
                        new int[] {1, 5, kvLen},
                        new int[] {2, HEADS, 5, kvLen},
                        new int[] {2, 1, 5, kvLen},
                        new int[] {1, HEADS, 1, kvLen},
                        new int[] {2, 1, 1, kvLen},
                        new int[] {2, HEADS, 5, 1},
                        new int[] {2, HEADS, 5, kvLen - 4},
                        new int[] {2},
                        new int[] {2, HEADS, 9, kvLen + 7})
                .map(shape -> DynamicTest.dynamicTest(java.util.Arrays.toString(shape), () -> {
                    Problem bool = problem(Mask.booleanTensor(), kvLen);
                    Duel.check(computing(bool.spec()), bool.withMask(Problem.booleans(new Random(11), shape)));
                    Problem bias = problem(Mask.additiveTensor(), kvLen);
                    Tensor summands =
                            Problem.additive(new Random(12), bias.spec().queryType(), shape);
                    Duel.check(computing(bias.spec()), bias.withBias(summands));
                }));
    }

    /// A mask whose keys lie apart in memory.
    @Test
    default void transposedMask() {
        Problem problem = problem(Mask.booleanTensor().and(Mask.additiveTensor()), 37);
        Tensor mask = Problem.booleans(new Random(13), 2, HEADS, 37, 5).permute(0, 1, 3, 2);
        Tensor bias = Problem.additive(new Random(14), problem.spec().queryType(), 2, HEADS, 37, 5)
                .permute(0, 1, 3, 2);
        Duel.check(computing(problem.spec()), problem.withMask(mask).withBias(bias));
    }

    /// Scales of either sign and 0, caps weak and strong, sinks.
    @TestFactory
    default Stream<DynamicTest> scoresAndSinks() {
        AttentionSpec.Builder[] builders = {
            builder().softmaxScale(0),
            builder().softmaxScale(-0.3),
            builder().softmaxScale(2.5),
            builder().softcap(0.5),
            builder().softcap(30).mask(Mask.causal()),
            builder().sink(),
            builder().sink().mask(Mask.causal()).alignment(QueryAlignment.TOP_LEFT),
            builder().sink().softcap(2).mask(Mask.slidingWindow(4, 0).and(Mask.additiveTensor()))
        };
        return Stream.of(builders).map(AttentionSpec.Builder::build).map(spec -> {
            String name = "scale=%.3g softcap=%s sink=%s mask=%s"
                    .formatted(spec.softmaxScale(), spec.softcap(), spec.sink(), spec.mask());
            return DynamicTest.dynamicTest(name, () -> {
                Duel.check(computing(spec), Problem.random(spec, 2, 7, 45, 21));
                // many rows of few keys: over some dozen, one lucky plain product makes a yardstick that no
                // other meets
                Duel.check(computing(spec), Problem.random(spec, 8, 9, 4, 22));
            });
        });
    }

    /// A constant leaves the output alone and moves the log-sum-exp; a slope equals a bias tensor of the same
    /// values.
    @TestFactory
    default Stream<DynamicTest> expressions() {
        ScoreExpression slope = queryPosition().minus(keyPosition()).times(constant(0.125));
        Mask near = new Mask.Expression(keyPosition().atMost(queryPosition()));
        return Stream.of(
                DynamicTest.dynamicTest("alibi", () -> {
                    Problem biased = Problem.random(spec(Mask.additiveTensor(), QueryAlignment.TOP_LEFT), 2, 9, 40, 31)
                            .withBias(Tensors.zeros(heed.attention.ElementType.F32, 9, 40));
                    Tensor bias = biased.bias().orElseThrow();
                    Tensors.forEach(bias.shape(), at -> bias.set((at[1] - at[0]) * 0.125, at));
                    AttentionSpec spec = builder()
                            .alignment(QueryAlignment.TOP_LEFT)
                            .score(score().minus(slope))
                            .logSumExp()
                            .build();
                    Problem shaped = Problem.random(spec, 2, 9, 40, 31)
                            .withTensors(biased.query(), biased.key(), biased.value());
                    Duel.of(biased).judge(shaped.run(computing(spec)), shaped.toString());
                }),
                DynamicTest.dynamicTest("causal as an expression", () -> {
                    Problem causal = Problem.random(spec(Mask.causal(), QueryAlignment.BOTTOM_RIGHT), 2, 9, 40, 32);
                    AttentionSpec spec = builder().mask(near).logSumExp().build();
                    Duel.of(causal).judge(causal.withSpec(spec).run(computing(spec)), causal.toString());
                }));
    }

    private static Problem problem(Mask mask, int kvLen) {
        return Problem.random(spec(mask, QueryAlignment.BOTTOM_RIGHT), 2, 5, kvLen, 10);
    }

    private static AttentionSpec.Builder builder() {
        return AttentionSpec.builder(HEADS, DIM).kvHeads(2);
    }

    private static AttentionSpec spec(Mask mask, QueryAlignment alignment) {
        return builder().mask(mask).alignment(alignment).build();
    }

    /// A factor of 0 leaves the log-sum-exp and its bits, and of the output what 0 makes of values: 0, or NaN
    /// where a row sees one that is not finite.
    @TestFactory
    default Stream<DynamicTest> probabilitiesTimesZero() {
        return Stream.of(ElementType.F32, ElementType.F64)
                .flatMap(type -> Stream.of(1, 3, 70)
                        .map(rows -> DynamicTest.dynamicTest(type + " " + rows, () -> checkZero(type, rows))));
    }

    private void checkZero(ElementType type, int rows) {
        AttentionSpec one = AttentionSpec.builder(HEADS, DIM)
                .kvHeads(2)
                .mask(Mask.causal())
                .sink()
                .type(type)
                .build();
        AttentionSpec zero = one.toBuilder().probabilityScale(0).build();
        AttentionBackend backend = computing(zero);
        Problem problem = Problem.random(one, 1, rows, 90, 57);
        problem.value().set(Double.POSITIVE_INFINITY, 0, 1, 50, 3);
        PartialOutput plain = problem.run(backend);
        PartialOutput nothing =
                problem.withSpec(zero.toBuilder().logSumExp().build()).run(backend);
        Tensors.assertSameBits(plain.logSumExp(), nothing.logSumExp(), "logSumExp");
        Tensors.forEach(nothing.output().shape(), at -> {
            boolean spoilt = at[1] >= 2 && at[2] + 90 - rows >= 50 && at[3] == 3;
            double expected = spoilt ? Double.NaN : 0;
            assertEquals(expected, Math.abs(nothing.output().get(at)), () -> java.util.Arrays.toString(at));
        });
    }
}
