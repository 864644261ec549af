package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.conformance.Placement.Layout;
import heed.conformance.Placement.Memory;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A row's bits depend on its spec and its own sequence's data and lengths alone.
public interface DeterminismContract extends BackendContract {
    /// A plan used again, after other data, gives the same bits.
    @TestFactory
    default Stream<DynamicTest> secondRunOfAPlan() {
        return problems((backend, problem) -> {
            Problem other =
                    Problem.random(problem.spec(), problem.batch(), problem.queryLens()[0], problem.kvLens()[0], 82);
            try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
                PartialOutput first = problem.run(plan);
                other.run(plan);
                Tensors.assertSameBits(first, problem.run(plan), "second run of one plan, " + problem);
            }
        });
    }

    /// Nor do the plan's sizes, its threads or its number of workspaces show.
    @TestFactory
    default Stream<DynamicTest> planSizesAndThreads() {
        return problems((backend, problem) -> {
            PartialOutput first = problem.run(backend, problem.sizes(), PlanOptions.DEFAULT.withThreads(1));
            for (int threads : new int[] {1, 2, 3, 4, 7}) {
                AttentionSizes larger = new AttentionSizes(
                        problem.sizes().batch() + threads,
                        problem.sizes().queryLen() + 64 * threads,
                        problem.sizes().kvLen() + 512 * threads);
                PlanOptions options = PlanOptions.DEFAULT.withThreads(threads).withMaxConcurrentRuns(1 + threads % 2);
                String what = threads + " threads, " + problem;
                Tensors.assertSameBits(first, problem.run(backend, problem.sizes(), options), what);
                Tensors.assertSameBits(first, problem.run(backend, larger, options), "larger plan, " + what);
            }
        });
    }

    /// A sequence alone, and in a batch whose neighbours are of other lengths.
    @TestFactory
    default Stream<DynamicTest> batchComposition() {
        return problems((backend, problem) -> {
            int[] queryLens = problem.queryLens().clone();
            int[] kvLens = problem.kvLens().clone();
            for (int b = 1; b < queryLens.length; b++) {
                queryLens[b] /= b + 1;
                kvLens[b] /= b + 1;
            }
            Problem ragged = problem.withLengths(queryLens, kvLens);
            PartialOutput together = ragged.run(backend);
            for (int b = 0; b < queryLens.length; b++) {
                PartialOutput alone = alone(ragged, b).run(backend);
                PartialOutput share = new PartialOutput(
                        ragged.queryRows(together.output(), b), ragged.queryRows(together.logSumExp(), b));
                Tensors.assertSameBits(alone, share, "sequence " + b + " alone and in a batch, " + problem);
            }
        });
    }

    private static Problem alone(Problem problem, int b) {
        return problem.withTensors(
                        problem.queryRows(problem.query(), b),
                        problem.keyRows(problem.key(), b),
                        problem.keyRows(problem.value(), b))
                .withLengths(new int[] {problem.queryLens()[b]}, new int[] {problem.kvLens()[b]})
                .withOffsets(problem.offsets()[b]);
    }

    /// Nor does where and in what order the elements lie.
    @TestFactory
    default Stream<DynamicTest> memoryAndLayout() {
        return problems((backend, problem) -> {
            PartialOutput first = problem.run(backend);
            for (Layout layout : new Layout[] {Layout.BHSD, Layout.BSHD, Layout.GAPPED}) {
                for (Memory memory : Memory.values()) {
                    Problem moved = problem.withLayout((Tensor tensor) ->
                            Placement.of(tensor, layout, memory, Double.NaN).view());
                    Tensors.assertSameBits(first, moved.run(backend), layout + " " + memory + ", " + problem);
                }
            }
        });
    }

    /// Under [Determinism#BITWISE] the phase does not show either: the whole, or each row as a decode step.
    @TestFactory
    default Stream<DynamicTest> phasesUnderBitwiseDeterminism() {
        AttentionSpec spec = AttentionSpec.builder(4, 40)
                .kvHeads(2)
                .mask(Mask.causal())
                .determinism(Determinism.BITWISE)
                .build();
        return Stream.of(Problem.random(spec, 1, 20, 600, 85), Problem.random(spec, 1, 70, 70, 86))
                .map(whole ->
                        DynamicTest.dynamicTest(whole.toString(), () -> checkSteps(computing(whole.spec()), whole)));
    }

    private static void checkSteps(AttentionBackend backend, Problem whole) {
        PartialOutput together = whole.run(backend);
        int rows = whole.queryLens()[0];
        for (int i = 0; i < rows; i++) {
            Problem step = whole.withTensors(whole.query().slice(2, i, i + 1), whole.key(), whole.value())
                    .withLengths(new int[] {1}, new int[] {whole.kvLens()[0] - rows + 1 + i});
            PartialOutput row = new PartialOutput(
                    together.output().slice(2, i, i + 1), together.logSumExp().slice(2, i, i + 1));
            Tensors.assertSameBits(row, step.run(backend), "row " + i + " as a step, " + whole);
        }
    }

    /// Problems whose rows span one tile, several tiles and several splits.
    private Stream<DynamicTest> problems(BiConsumer<AttentionBackend, Problem> check) {
        AttentionSpec.Builder builder = AttentionSpec.builder(4, 40).kvHeads(2);
        return Stream.of(Mask.none(), Mask.causal())
                .map(mask -> builder.mask(mask).build())
                .flatMap(spec -> Stream.of(
                        Problem.random(spec, 3, 1, 1100, 81),
                        Problem.random(spec, 2, 70, 140, 83),
                        Problem.random(spec, 2, 9, 33, 84)))
                .map(problem -> DynamicTest.dynamicTest(
                        problem.toString(), () -> check.accept(computing(problem.spec()), problem)));
    }
}
