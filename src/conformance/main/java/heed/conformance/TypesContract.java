package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every type of keys and values, as rows and in panels, held against the reference on what is stored.
public interface TypesContract extends BackendContract {
    /// Each way of storing at sizes, groups, lengths and masks that change together.
    @TestFactory
    default Stream<DynamicTest> typesAndLayouts() {
        return IntStream.range(0, Storage.all().size()).boxed().flatMap(kind -> {
            Storage storage = Storage.all().get(kind);
            return IntStream.range(0, TypedSize.COUNT).mapToObj(n -> {
                TypedSize size = TypedSize.of(storage.kv(), kind, n);
                return DynamicTest.dynamicTest(storage + " " + size, () -> {
                    AttentionSpec spec = storage.spec(available(), size.builder());
                    Duel.check(
                            computing(spec),
                            Problem.random(spec, size.batch(), size.queryLen(), size.kvLen(), 3000 + n));
                });
            });
        });
    }

    /// Panels of any width that the backend takes.
    @TestFactory
    default Stream<DynamicTest> panelWidths() {
        return IntStream.of(1, 4, 5, 8, 16, 32, 64)
                .mapToObj(width -> DynamicTest.dynamicTest("width " + width, () -> {
                    AttentionSpec spec = AttentionSpec.builder(4, 24)
                            .kvHeads(2)
                            .mask(Mask.causal())
                            .keyLayout(KeyLayout.panels(width))
                            .build();
                    for (int kvLen : new int[] {1, width, 37, 130}) {
                        Duel.check(computing(spec), Problem.random(spec, 2, 3, kvLen, 31));
                    }
                }));
    }

    /// What lies past the last key of a panel does not show in a single bit.
    @TestFactory
    default Stream<DynamicTest> garbagePastTheLastKey() {
        return stored((backend, spec) -> {
            if (spec.keyLayout() instanceof KeyLayout.Panels(int width)) {
                Problem problem = Problem.random(spec, 2, 3, 3 * width + 1, 32);
                PartialOutput usual = problem.run(backend);
                for (double filler : new double[] {0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                    PartialOutput other = problem.room();
                    try (AttentionPlan plan = backend.plan(spec, problem.sizes(), PlanOptions.DEFAULT)) {
                        plan.run(problem.arguments(other).key(Stored.panels(problem.key(), width, filler)));
                    }
                    Tensors.assertSameBits(usual, other, "past the last key " + filler + ", " + problem);
                }
            }
        });
    }

    /// Panels that lie apart, the heads of a panel side by side.
    @TestFactory
    default Stream<DynamicTest> panelsApart() {
        return stored((backend, spec) -> {
            if (spec.keyLayout() instanceof KeyLayout.Panels(int width)) {
                Problem problem = Problem.random(spec, 2, 3, 5 * width - 1, 33);
                Tensor panels = Stored.panels(problem.key(), width, Stored.garbage(spec.kvType()));
                Tensor apart = Tensors.copy(panels.permute(0, 2, 1, 3, 4)).permute(0, 2, 1, 3, 4);
                PartialOutput result = problem.room();
                try (AttentionPlan plan = backend.plan(spec, problem.sizes(), PlanOptions.DEFAULT)) {
                    plan.run(problem.arguments(result).key(apart));
                }
                Tensors.assertSameBits(problem.run(backend), result, "panels apart, " + problem);
            }
        });
    }

    /// Padded sequences with garbage past their lengths, scales among it, and packed ones that each begin a panel.
    @TestFactory
    default Stream<DynamicTest> unequalLengths() {
        return stored((backend, spec) -> {
            int width = spec.keyLayout() instanceof KeyLayout.Panels(int keys) ? keys : 7;
            Problem padded =
                    Problem.random(spec, 4, 9, 60, 34).withLengths(new int[] {9, 0, 4, 1}, new int[] {60, 13, 0, 31});
            Stored.spoilPadding(padded);
            Duel.check(backend, padded);
            int[] kvLens = {2 * width, width, 0, 3 * width, width + 3};
            Duel.check(backend, Problem.packed(spec, new int[] {5, 0, 33, 1, 2}, kvLens, 35));
        });
    }

    /// NaN and ±∞ on both sides of every mask edge, for few rows and for more than are decoded.
    @TestFactory
    default Stream<DynamicTest> poisonInEveryType() {
        return stored((backend, spec) -> {
            AttentionSpec causal = spec.toBuilder().mask(Mask.causal()).build();
            Poisons.atMaskEdges(backend, Problem.random(causal, 1, 5, 40, 36));
            Poisons.atMaskEdges(backend, Problem.random(causal, 1, 17, 40, 36));
            AttentionSpec window =
                    spec.toBuilder().mask(Mask.slidingWindow(9, 0)).build();
            Poisons.atMaskEdges(backend, Problem.random(window, 1, 2, 530, 37));
        });
    }

    /// Scales of each type, apart in memory, 0, and far from 1.
    @TestFactory
    default Stream<DynamicTest> scales() {
        return stored((backend, spec) -> {
            if (spec.kvType().isQuantised()) {
                for (ElementType type : ElementType.values()) {
                    if (type.isFloating()) {
                        Duel.check(backend, rescaled(spec, type, x -> x));
                    }
                }
                Duel.check(backend, rescaled(spec, ElementType.F32, _ -> 0));
                Duel.check(backend, rescaled(spec, ElementType.F32, x -> x * 0x1p-20));
                Duel.check(backend, rescaled(spec, ElementType.F32, x -> x * 4));
            }
        });
    }

    /// A problem whose scales have another type, other values, and lie with the keys fastest.
    private static Problem rescaled(AttentionSpec spec, ElementType type, DoubleUnaryOperator change) {
        Problem problem = Problem.random(spec, 6, 3, 45, 38);
        Tensor ofKeys = problem.keyScale().orElseThrow();
        Tensor ofValues = problem.valueScale().orElseThrow();
        return problem.withScales(changed(ofKeys, type, change), changed(ofValues, type, change));
    }

    private static Tensor changed(Tensor scale, ElementType type, DoubleUnaryOperator change) {
        int[] order = scale.rank() == 3 ? new int[] {1, 0, 2} : new int[] {3, 1, 0, 2};
        int[] back = scale.rank() == 3 ? new int[] {1, 0, 2} : new int[] {2, 1, 3, 0};
        Tensor source = scale.permute(order);
        Tensor moved = Tensors.zeros(type, source.shape());
        Tensors.forEach(moved.shape(), at -> moved.set(change.applyAsDouble(source.get(at)), at));
        return moved.permute(back);
    }

    /// Log-sum-exps, biases and sinks of 16 bits.
    @TestFactory
    default Stream<DynamicTest> auxiliaryTensorsOf16Bits() {
        return Stream.of(ElementType.F16, ElementType.BF16)
                .map(type -> DynamicTest.dynamicTest(type.name(), () -> {
                    AttentionSpec spec = AttentionSpec.builder(2, 16)
                            .mask(Mask.additiveTensor())
                            .sink()
                            .build();
                    Problem plain = Problem.random(spec, 2, 5, 40, 39);
                    Problem problem = plain.withBias(
                                    Tensors.as(type, plain.bias().orElseThrow()))
                            .withSink(Tensors.as(type, plain.sink().orElseThrow()));
                    AttentionBackend backend = computing(problem.spec());
                    PartialOutput result = problem.room(ElementType.F32, type);
                    try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
                        plan.run(problem.arguments(result));
                    }
                    Duel.of(problem).judge(result, problem.toString());
                }));
    }

    /// Runs `check` for each way of storing, with dims that every type takes.
    private Stream<DynamicTest> stored(BiConsumer<AttentionBackend, AttentionSpec> check) {
        return Storage.all().stream()
                .map(storage -> DynamicTest.dynamicTest(storage.toString(), () -> {
                    AttentionSpec spec = storage.spec(
                            available(),
                            AttentionSpec.builder(4, 64).kvHeads(2).valueDim(32).logSumExp());
                    check.accept(computing(spec), spec);
                }));
    }
}
