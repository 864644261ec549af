package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.reference.ReferenceBackend;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BiasGradientTest {
    private static final int ROWS = 3000;
    private static final AttentionSpec SPEC = AttentionSpec.builder(2, 1)
            .mask(Mask.additiveTensor())
            .sink()
            .logSumExp()
            .build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, ROWS, 2);

    private final Random random = new Random(61);
    private final AttentionArguments forward = new AttentionArguments()
            .query(noise(2, ROWS, 1))
            .key(noise(2, 2, 1))
            .value(noise(2, 2, 1))
            .sink(Tensor.of(new float[2], 2))
            .output(noise(2, ROWS, 1))
            .logSumExp(Tensor.of(new float[2 * ROWS], 1, 2, ROWS));

    /// Positive, so that the terms of a sum do not cancel.
    private Tensor noise(int heads, int rows, int dim) {
        float[] elements = new float[heads * rows * dim];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = random.nextFloat();
        }
        return Tensor.of(elements, 1, heads, rows, dim);
    }

    private static Tensor room(ElementType type, int... shape) {
        double[] room = new double[java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        return Tensor.of(java.lang.foreign.MemorySegment.ofArray(room), type, shape);
    }

    private void run(Tensor biasGradient, Tensor sinkGradient) {
        Tensor bias = room(ElementType.F32, biasGradient.shape());
        GradientArguments gradients = new GradientArguments()
                .output(noise(2, ROWS, 1))
                .bias(biasGradient)
                .sink(sinkGradient);
        try (GradientPlan plan = new ReferenceBackend().planGradient(SPEC, SIZES, PlanOptions.DEFAULT)) {
            plan.run(forward.bias(bias), gradients);
        }
    }

    /// Rounded once from sums of double: those that an F64 tensor is given, which err a million times less.
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32"})
    void sumsOverManyRowsRoundOnce(ElementType type) {
        Tensor narrow = room(type, 2, 1, 2);
        Tensor wide = room(ElementType.F64, 2, 1, 2);
        Tensor narrowSinks = room(type, 2);
        Tensor wideSinks = room(ElementType.F64, 2);
        random.setSeed(62);
        run(narrow, narrowSinks);
        random.setSeed(62);
        run(wide, wideSinks);
        Tensor rounded = room(type, 1);
        for (int h = 0; h < 2; h++) {
            for (int j = 0; j < 2; j++) {
                rounded.set(wide.get(h, 0, j), 0);
                assertEquals(rounded.get(0), narrow.get(h, 0, j), "head " + h + ", key " + j);
            }
            rounded.set(wideSinks.get(h), 0);
            assertEquals(rounded.get(0), narrowSinks.get(h), "sink of head " + h);
        }
    }

    /// Sums of one run are not those of the next, nor is a shape the next one's.
    @Test
    void everyRunBeginsAnew() {
        Tensor first = room(ElementType.F32, 1, 2);
        Tensor again = room(ElementType.F32, 1, 2);
        Tensor single = room(ElementType.F32, 1, 1);
        Tensor sinks = room(ElementType.F32, 2);
        try (GradientPlan plan = new ReferenceBackend().planGradient(SPEC, SIZES, PlanOptions.DEFAULT)) {
            GradientArguments gradients =
                    new GradientArguments().output(noise(2, ROWS, 1)).sink(sinks);
            forward.bias(room(ElementType.F32, 1, 2));
            plan.run(forward, gradients.bias(first));
            double sink = sinks.get(0);
            plan.run(forward.bias(room(ElementType.F32, 1, 1)), gradients.bias(single));
            plan.run(forward.bias(room(ElementType.F32, 1, 2)), gradients.bias(again));
            assertEquals(sink, sinks.get(0));
        }
        for (int j = 0; j < 2; j++) {
            assertEquals(first.get(0, j), again.get(0, j));
        }
        // the sums of two rounded numbers, rounded
        double sum = first.get(0, 0) + first.get(0, 1);
        double bound = 3 * 0x1p-24 * (Math.abs(first.get(0, 0)) + Math.abs(first.get(0, 1)));
        assertEquals(sum, single.get(0, 0), bound);
    }

    @Test
    void wrongGradientsAreNamed() {
        forward.bias(room(ElementType.F32, 1, 2));
        Tensor cotangent = noise(2, ROWS, 1);
        try (GradientPlan plan = new ReferenceBackend().planGradient(SPEC, SIZES, PlanOptions.DEFAULT)) {
            assertRefused(
                    "the gradient of output must be given: call GradientArguments.output",
                    () -> plan.run(forward, new GradientArguments()));
            assertRefused(
                    "the gradient of bias must have the shape of what it is of, [1, 2]: got F32[2]",
                    () -> plan.run(
                            forward, new GradientArguments().output(cotangent).bias(room(ElementType.F32, 2))));
            assertRefused(
                    "the gradient of bias must not overlap the gradient of output: give it memory of its own,"
                            + " the gradient of bias=F32[1, 2], the gradient of output=F32[1, 2, 3000, 1]",
                    () -> plan.run(
                            forward,
                            new GradientArguments()
                                    .output(cotangent)
                                    .bias(Tensor.of(cotangent.segment().asSlice(0, 8), ElementType.F32, 1, 2))));
        }
    }
}
