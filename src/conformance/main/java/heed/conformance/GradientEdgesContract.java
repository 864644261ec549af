package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Gradients where numbers end: inputs and cotangents that are not finite, sums of thousands.
public interface GradientEdgesContract extends BackendContract {
    /// What an element that is not finite makes of gradients is what it makes of the reference's: NaN where
    /// that has NaN, ∞ where it has ∞, numbers elsewhere. A softcap hides an infinite score from the softmax,
    /// not its key from the gradient.
    @TestFactory
    default Stream<DynamicTest> elementsThatAreNotFinite() {
        return Stream.of(ElementType.F32, ElementType.F64)
                .flatMap(type -> Stream.of(0.0, 4.0)
                        .map(softcap -> AttentionSpec.builder(4, 24)
                                .kvHeads(2)
                                .mask(Mask.causal())
                                .sink()
                                .softcap(softcap)
                                .logSumExp()
                                .type(type)
                                .build()))
                .flatMap(spec -> Stream.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                        .flatMap(poison -> Stream.of(Place.values())
                                .map(place -> DynamicTest.dynamicTest(
                                        "%s of %s, softcap %s, %s"
                                                .formatted(poison, place, spec.softcap(), spec.queryType()),
                                        () -> checkPoisoned(spec, place, poison)))));
    }

    /// Where it is put.
    enum Place {
        /// Of the query.
        QUERY,
        /// Of the key.
        KEY,
        /// Of the value.
        VALUE,
        /// Of the gradient with respect to the output.
        OUTPUT_COTANGENT,
        /// Of that with respect to the log-sum-exp.
        LOG_SUM_EXP_COTANGENT;

        private Tensor of(GradientProblem run) {
            return switch (this) {
                case QUERY -> run.problem.query();
                case KEY -> run.problem.key();
                case VALUE -> run.problem.value();
                case OUTPUT_COTANGENT -> run.cotangent;
                case LOG_SUM_EXP_COTANGENT -> run.lseCotangent;
            };
        }
    }

    private void checkPoisoned(AttentionSpec spec, Place place, double poison) {
        GradientProblem run = new GradientProblem(spec, 40, 40);
        Tensor poisoned = place.of(run);
        int[] at = {0, 1, 10, 3};
        poisoned.set(poison, java.util.Arrays.copyOf(at, poisoned.rank()));
        Tensor[] wanted = run.on(Attention.load().backend("reference"), 1);
        run.judge(wanted, run.on(differentiating(spec), 2));
    }

    /// An element that 6000 pairs share is as good as one of a tensor of F64: it is rounded once. In the
    /// element type the sum would err by some of its units for each thousand rows, in f16 and bf16 it would
    /// stop growing.
    @TestFactory
    default Stream<DynamicTest> biasesBroadcastOverManyRows() {
        return Stream.of(ElementType.F32, ElementType.F16, ElementType.BF16)
                .map(type -> DynamicTest.dynamicTest(type.toString(), () -> checkBroadcast(type)));
    }

    private void checkBroadcast(ElementType type) {
        AttentionSpec spec = AttentionSpec.builder(2, 8)
                .mask(Mask.additiveTensor())
                .logSumExp()
                .build();
        AttentionBackend backend = differentiating(spec);
        GradientProblem run = new GradientProblem(
                Problem.random(spec, 1, 3000, 4, 83).withBias(Tensors.zeros(ElementType.F32, 1, 4)));
        AttentionArguments forward = run.forward(backend);
        Tensor narrow = Tensors.filled(Double.NaN, type, 1, 4);
        Tensor wide = Tensors.filled(Double.NaN, ElementType.F64, 1, 4);
        try (GradientPlan plan = backend.planGradient(spec, run.problem.sizes(), PlanOptions.DEFAULT)) {
            for (Tensor target : List.of(narrow, wide)) {
                plan.run(forward, new GradientArguments().output(run.cotangent).bias(target));
            }
        }
        for (int j = 0; j < 4; j++) {
            Tensor rounded = Tensors.filled(wide.get(0, j), type, 1);
            assertEquals(rounded.get(0), narrow.get(0, j), "key " + j);
        }
    }
}
