package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import heed.conformance.Placement.Layout;
import heed.conformance.Placement.Memory;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Tensors however they lie in memory; what lies between their elements is neither read nor written.
public interface LayoutContract extends BackendContract {
    /// A value that no output has.
    double SENTINEL = 1234.5;

    /// Inputs with NaN between their elements and an output with a sentinel between its, in each layout and memory.
    @TestFactory
    default Stream<DynamicTest> layouts() {
        return Stream.of(Layout.values())
                .flatMap(layout -> Stream.of(Memory.values())
                        .flatMap(memory -> Stream.of(ElementType.F32, ElementType.F64)
                                .map(type -> DynamicTest.dynamicTest(
                                        layout + " " + memory + " " + type, () -> check(layout, memory, type)))));
    }

    private void check(Layout layout, Memory memory, ElementType type) {
        AttentionSpec spec = AttentionSpec.builder(4, 20)
                .kvHeads(2)
                .valueDim(12)
                .mask(Mask.causal())
                .type(type)
                .build();
        AttentionBackend backend = computing(spec);
        Problem plain = Problem.random(spec, 2, 9, 70, 51);
        Problem placed = plain.withLayout(
                tensor -> Placement.of(tensor, layout, memory, Double.NaN).view());
        Placement output = Placement.room(type, new int[] {2, 4, 9, 12}, layout, memory, SENTINEL);
        Placement lse = Placement.room(type, new int[] {2, 4, 9, 1}, layout, memory, SENTINEL);
        PartialOutput target = new PartialOutput(output.view(), withoutLast(lse.view()));
        try (var plan = backend.plan(placed.spec(), placed.sizes(), heed.attention.PlanOptions.DEFAULT)) {
            plan.run(placed.arguments(target));
        }
        Duel.of(plain).judge(target, placed + " " + layout + " " + memory);
        output.assertGapsUntouched();
        lse.assertGapsUntouched();
    }

    private static Tensor withoutLast(Tensor tensor) {
        return Tensor.strided(
                tensor.segment(),
                tensor.type(),
                tensor.offset(),
                new int[] {tensor.size(0), tensor.size(1), tensor.size(2)},
                new long[] {tensor.stride(0), tensor.stride(1), tensor.stride(2)});
    }

    /// Query, key and value as three slices of one projection, `[batch, len, 3, heads, dim]`.
    @Test
    default void interleavedProjection() {
        AttentionSpec spec = AttentionSpec.builder(3, 16).mask(Mask.causal()).build();
        AttentionBackend backend = computing(spec);
        Tensor projection = Tensors.normal(new Random(52), 1, ElementType.F32, 2, 11, 9, 16);
        Problem problem = Problem.random(spec, 2, 11, 11, 52)
                .withTensors(part(projection, 0), part(projection, 1), part(projection, 2));
        Duel.check(backend, problem);
    }

    private static Tensor part(Tensor projection, int n) {
        return projection.slice(2, 3 * n, 3 * n + 3).permute(0, 2, 1, 3);
    }

    /// Heads and sequences that share memory by a stride of 0.
    @Test
    default void broadcastInputs() {
        AttentionSpec spec = AttentionSpec.builder(4, 16).build();
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 2, 5, 40, 53);
        Tensor key = problem.key();
        Tensor shared = Tensor.strided(
                key.segment(), key.type(), 0, key.shape(), new long[] {0, 0, key.stride(2), key.stride(3)});
        Duel.check(backend, problem.withTensors(problem.query(), shared, shared));
    }

    /// A log-sum-exp of the other type, sinks and biases too.
    @Test
    default void auxiliaryTensorsOfTheOtherType() {
        AttentionSpec spec =
                AttentionSpec.builder(2, 16).mask(Mask.additiveTensor()).sink().build();
        Problem plain = Problem.random(spec, 1, 5, 40, 54);
        AttentionBackend backend = computing(plain.spec());
        PartialOutput room = plain.room();
        PartialOutput wide = new PartialOutput(room.output(), Tensors.filled(Double.NaN, ElementType.F64, 1, 2, 5));
        try (var plan = backend.plan(plain.spec(), plain.sizes(), heed.attention.PlanOptions.DEFAULT)) {
            plan.run(plain.arguments(wide)
                    .bias(Tensors.as(ElementType.F64, plain.bias().orElseThrow()))
                    .sink(Tensors.as(ElementType.F64, plain.sink().orElseThrow())));
        }
        Duel.of(plain).judge(wide, plain.toString());
    }
}
