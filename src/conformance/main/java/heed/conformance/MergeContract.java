package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The algebra of partial outputs, and rows that see nothing.
public interface MergeContract extends BackendContract {
    /// Keys split at several places, each part accumulated into one partial, equal the whole.
    @TestFactory
    default Stream<DynamicTest> splitsMergeToTheWhole() {
        return Stream.of(ElementType.F32, ElementType.F64)
                .flatMap(type -> Stream.of(
                                new int[] {0, 37, 150}, new int[] {0, 1, 149, 150}, new int[] {0, 0, 64, 128, 150, 150})
                        .map(cuts -> DynamicTest.dynamicTest(
                                type + " " + java.util.Arrays.toString(cuts), () -> checkSplit(type, cuts))));
    }

    private void checkSplit(ElementType type, int[] cuts) {
        AttentionSpec spec = AttentionSpec.builder(4, 20).kvHeads(2).type(type).build();
        Problem whole = Problem.random(spec, 2, 5, 150, 61);
        AttentionBackend backend = computing(spec);
        PartialOutput merged = whole.room();
        merged.clear();
        try (AttentionPlan plan = backend.plan(whole.spec(), whole.sizes(), PlanOptions.DEFAULT)) {
            for (int n = 0; n + 1 < cuts.length; n++) {
                Tensor key = whole.key().slice(2, cuts[n], cuts[n + 1]);
                Tensor value = whole.value().slice(2, cuts[n], cuts[n + 1]);
                SequenceLengths all = new SequenceLengths(2);
                plan.run(whole.arguments(merged)
                        .key(key)
                        .value(value)
                        .lengths(all)
                        .accumulateInto(merged));
            }
        }
        Duel.of(whole).judge(merged, whole.toString(), cuts.length - 1);
    }

    /// Accumulating into the empty partial is a plain run; accumulating nothing changes no bit.
    @Test
    default void emptyPartialIsTheIdentity() {
        AttentionSpec spec = AttentionSpec.builder(2, 16).build();
        Problem problem = Problem.random(spec, 1, 4, 30, 62);
        AttentionBackend backend = computing(problem.spec());
        PartialOutput plain = problem.run(backend);
        PartialOutput merged = problem.room();
        merged.clear();
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(problem.arguments(merged).accumulateInto(merged));
            Tensors.assertSameBits(plain, merged, "accumulated into the empty partial");
            Problem nothing = problem.withLengths(new int[] {4}, new int[] {0});
            plan.run(nothing.arguments(merged).accumulateInto(merged));
            Tensors.assertSameBits(plain, merged, "accumulated no keys");
        }
    }

    /// A log-sum-exp that is not asked for changes no bit of the output.
    @Test
    default void logSumExpIsOptional() {
        AttentionSpec without = AttentionSpec.builder(2, 16).mask(Mask.causal()).build();
        AttentionBackend backend = computing(without);
        Problem problem = Problem.random(without, 2, 9, 70, 63);
        PartialOutput with = problem.run(backend);
        Tensors.assertSameBits(
                with.output(), problem.withSpec(without).run(backend).output(), "without logSumExp");
    }

    /// Rows that see no key: output 0 and log-sum-exp −∞, or the sink, whatever hides the keys.
    @TestFactory
    default Stream<DynamicTest> rowsThatSeeNothing() {
        return Stream.of(
                        Mask.none(),
                        Mask.causal(),
                        Mask.slidingWindow(2, 0),
                        Mask.booleanTensor(),
                        Mask.additiveTensor())
                .flatMap(mask -> Stream.of(false, true)
                        .map(sink -> DynamicTest.dynamicTest(mask + " sink=" + sink, () -> checkEmpty(mask, sink))));
    }

    private void checkEmpty(Mask mask, boolean sink) {
        AttentionSpec.Builder builder = AttentionSpec.builder(2, 16).mask(mask).alignment(QueryAlignment.OFFSET);
        AttentionSpec spec = (sink ? builder.sink() : builder).build();
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 1, 4, 90, 64).withOffsets(-4);
        if (mask.equals(Mask.none())) {
            problem = problem.withLengths(new int[] {4}, new int[] {0});
        }
        if (mask.equals(Mask.booleanTensor())) {
            problem = problem.withMask(Tensors.zeros(ElementType.BOOL, 4, 90));
        }
        if (mask.equals(Mask.additiveTensor())) {
            problem = problem.withBias(Tensors.filled(Double.NEGATIVE_INFINITY, ElementType.F32, 4, 90));
        }
        PartialOutput result = problem.run(backend);
        Tensors.forEach(
                result.output().shape(),
                at -> assertEquals(0.0, Math.abs(result.output().get(at)), "output"));
        Duel.of(problem).judge(result, problem.toString());
    }

    /// Rows that see nothing beside rows that see something, over several tiles.
    @Test
    default void emptyRowsAmongOthers() {
        AttentionSpec spec =
                AttentionSpec.builder(2, 16).mask(Mask.booleanTensor()).build();
        AttentionBackend backend = computing(spec);
        Tensor mask = Problem.booleans(new Random(65), 6, 700);
        for (int j = 0; j < 700; j++) {
            mask.set(0, 0, j);
            mask.set(j < 650 ? 0 : 1, 2, j);
            mask.set(j == 0 ? 1 : 0, 3, j);
            mask.set(0, 5, j);
        }
        Duel.check(backend, Problem.random(spec, 1, 6, 700, 65).withMask(mask));
    }
}
