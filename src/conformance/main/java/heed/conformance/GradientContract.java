package heed.conformance;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Gradients: those of the reference within the bound of [GradientProblem], and the reference's are those of
/// finite differences.
public interface GradientContract extends BackendContract {
    /// Sizes on purpose: one row, odd dims, more than a tile of rows and a block of keys, groups.
    @TestFactory
    default Stream<DynamicTest> gradientsOfTheReference() {
        return specs().flatMap(spec -> Stream.of(new int[] {1, 1}, new int[] {7, 45}, new int[] {101, 389})
                .map(lens -> DynamicTest.dynamicTest(
                        "%s %d/%d".formatted(name(spec), lens[0], lens[1]), () -> check(spec, lens[0], lens[1]))));
    }

    private static String name(AttentionSpec spec) {
        return "%s heads=%d/%d dims=%d/%d softcap=%s score=%s mask=%s sink=%s"
                .formatted(
                        spec.queryType(),
                        spec.queryHeads(),
                        spec.kvHeads(),
                        spec.headDim(),
                        spec.valueDim(),
                        spec.softcap(),
                        spec.score().isPresent(),
                        spec.mask(),
                        spec.sink());
    }

    private static Stream<AttentionSpec> specs() {
        AttentionSpec.Builder plain = builder(2, 16);
        return Stream.of(
                plain.build(),
                builder(4, 24).kvHeads(2).valueDim(17).mask(Mask.causal()).build(),
                builder(3, 16).kvHeads(1).sink().mask(Mask.slidingWindow(20, 0)).build(),
                builder(2, 16).softmaxScale(-0.5).mask(Mask.causal()).build(),
                builder(2, 16).softmaxScale(0).build(),
                builder(2, 16).softcap(1.5).softmaxScale(-0.4).build(),
                builder(2, 16).probabilityScale(0.5).mask(Mask.alibi()).build(),
                builder(2, 16)
                        .score(score().times(score()).times(constant(0.1)).plus(score().tanh()))
                        .mask(Mask.causal())
                        .build(),
                builder(2, 16)
                        .mask(Mask.booleanTensor().and(Mask.additiveTensor()))
                        .build(),
                builder(2, 16)
                        .mask(Mask.expression(
                                keyPosition().minus(queryPosition()).abs().lessThan(constant(9))))
                        .build(),
                builder(4, 16)
                        .kvHeads(2)
                        .mask(Mask.causal())
                        .type(ElementType.F64)
                        .build(),
                builder(3, 16)
                        .kvHeads(1)
                        .sink()
                        .softcap(1.5)
                        .mask(Mask.slidingWindow(20, 0))
                        .type(ElementType.F64)
                        .build(),
                builder(2, 16)
                        .score(score().times(score()).times(constant(0.1)).plus(score().tanh()))
                        .probabilityScale(-0.5)
                        .mask(Mask.additiveTensor().and(Mask.alibi()))
                        .type(ElementType.F64)
                        .build());
    }

    private static AttentionSpec.Builder builder(int heads, int dim) {
        return AttentionSpec.builder(heads, dim).logSumExp();
    }

    private void check(AttentionSpec spec, int queryLen, int kvLen) {
        GradientProblem run = new GradientProblem(spec, queryLen, kvLen);
        Tensor[] wanted = run.on(Attention.load().backend("reference"), 1);
        Tensor[] got = run.on(differentiating(spec), 3);
        run.judge(wanted, got);
    }

    /// A query that is no number spoils the gradients of the keys that it sees, and of no others.
    @Test
    default void hiddenQueriesThatAreNoNumbersStayApart() {
        AttentionSpec spec = builder(2, 16).mask(Mask.causal()).build();
        GradientProblem run = new GradientProblem(spec, 40, 40);
        run.problem.query().set(Double.NaN, 0, 1, 10, 3);
        Tensor[] gradients = run.on(differentiating(spec), 2);
        for (int n = 1; n < 3; n++) {
            Tensor gradient = gradients[n];
            String name = GradientProblem.NAMES.get(n);
            Tensors.forEach(gradient.shape(), at -> {
                boolean reached = at[0] == 0 && at[1] == 1 && at[2] <= 10;
                assertEquals(reached, Double.isNaN(gradient.get(at)), () -> name + Arrays.toString(at));
            });
        }
    }

    /// The lowest finite number as a mask keeps a row from being empty: it sees all keys alike.
    @Test
    default void rowsMaskedByTheLowestNumberHaveGradients() {
        AttentionSpec spec = builder(2, 16).mask(Mask.additiveTensor()).build();
        GradientProblem run = new GradientProblem(spec, 7, 10);
        Tensor bias = run.problem.bias().orElseThrow();
        Tensors.forEach(bias.shape(), at -> bias.set(at[2] == 2 ? -Float.MAX_VALUE : 0, at));
        Tensor[] wanted = run.on(Attention.load().backend("reference"), 1);
        Tensor[] got = run.on(differentiating(spec), 1);
        run.judge(wanted, got);
    }

    /// Gradients are written over nothing that is read, and nothing is cleared before that is known.
    @Test
    default void gradientsOverInputsAreRefused() {
        AttentionSpec spec = builder(2, 4).sink().mask(Mask.additiveTensor()).build();
        GradientProblem run = new GradientProblem(spec, 3, 5);
        Tensor bias = run.problem.bias().orElseThrow();
        Tensor sink = run.problem.sink().orElseThrow();
        double before = sink.get(0);
        PartialOutput room = run.problem.room();
        AttentionArguments forward = run.arguments(room);
        try (GradientPlan plan = differentiating(spec).planGradient(spec, run.problem.sizes(), PlanOptions.DEFAULT)) {
            for (GradientArguments gradients : List.of(
                    new GradientArguments().output(run.cotangent).bias(bias).sink(sink),
                    new GradientArguments().output(run.cotangent).sink(sink),
                    new GradientArguments()
                            .output(run.cotangent)
                            .logSumExp(run.lseCotangent)
                            .query(run.cotangent))) {
                assertThrows(IllegalArgumentException.class, () -> plan.run(forward, gradients));
            }
        }
        assertEquals(before, sink.get(0));
    }

    /// Bits do not depend on the number of threads.
    @Test
    default void gradientsAreTheSameForAnyThreads() {
        AttentionSpec spec =
                builder(6, 16).kvHeads(3).sink().mask(Mask.causal()).build();
        GradientProblem run = new GradientProblem(spec, 101, 120);
        Tensor[] one = run.on(differentiating(spec), 1);
        for (int threads : new int[] {2, 3, 7}) {
            Tensor[] several = run.on(differentiating(spec), threads);
            for (int n = 0; n < one.length; n++) {
                int number = n;
                Tensors.forEach(
                        one[n].shape(),
                        at -> assertEquals(
                                Double.doubleToRawLongBits(one[number].get(at)),
                                Double.doubleToRawLongBits(several[number].get(at)),
                                () -> GradientProblem.NAMES.get(number) + Arrays.toString(at) + " threads=" + threads));
            }
        }
    }

    /// A central difference of the loss along a random direction of every input, in double.
    @Test
    default void gradientsAreFiniteDifferences() {
        AttentionSpec spec = builder(4, 6)
                .kvHeads(2)
                .type(ElementType.F64)
                .softcap(3)
                .sink()
                .mask(Mask.causal())
                .build();
        GradientProblem run = new GradientProblem(spec, 5, 9);
        Tensor[] gradients = run.on(differentiating(spec), 1);
        for (int n = 0; n < 3; n++) {
            Tensor input = List.of(run.problem.query(), run.problem.key(), run.problem.value())
                    .get(n);
            Tensor direction = Tensors.normal(new Random(81), 1, ElementType.F64, input.shape());
            double[] along = {0};
            Tensor gradient = gradients[n];
            Tensors.forEach(input.shape(), at -> along[0] += gradient.get(at) * direction.get(at));
            double step = 1e-5;
            double slope =
                    (run.loss(backend(), n, direction, step) - run.loss(backend(), n, direction, -step)) / (2 * step);
            // third derivatives of order 1 times step squared, and rounding over step
            assertEquals(along[0], slope, 1e-7 * (1 + Math.abs(slope)), GradientProblem.NAMES.get(n));
        }
    }
}
