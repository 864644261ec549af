package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.conformance.Placement.Layout;
import heed.conformance.Placement.Memory;
import java.util.Arrays;
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
                PartialOutput alone = ragged.alone(b).run(backend);
                PartialOutput share = new PartialOutput(
                        ragged.queryRows(together.output(), b), ragged.queryRows(together.logSumExp(), b));
                Tensors.assertSameBits(alone, share, "sequence " + b + " alone and in a batch, " + problem);
            }
        });
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

    /// Under [Determinism#BITWISE] the phase does not show either: the whole, uneven chunks, each row as a decode
    /// step.
    @TestFactory
    default Stream<DynamicTest> phasesUnderBitwiseDeterminism() {
        return stored().flatMap(storage -> Stream.of(new int[] {20, 600}, new int[] {70, 70})
                .map(lens -> DynamicTest.dynamicTest(storage + " " + lens[0] + "×" + lens[1], () -> {
                    AttentionSpec spec = spec(storage, Mask.causal()).toBuilder()
                            .determinism(Determinism.BITWISE)
                            .build();
                    AttentionBackend backend = computing(spec);
                    Problem whole = Problem.random(spec, 1, lens[0], lens[1], 85);
                    PartialOutput together = whole.run(backend);
                    checkChunks(backend, whole, together, 1);
                    checkChunks(backend, whole, together, 5, 2, 16, 3, 9);
                })));
    }

    /// Chunks of `sizes` rows in turn, each over the keys that its last row sees.
    private static void checkChunks(AttentionBackend backend, Problem whole, PartialOutput together, int... sizes) {
        int rows = whole.queryLens()[0];
        int from = 0;
        for (int n = 0; from < rows; n++) {
            int to = Math.min(rows, from + sizes[n % sizes.length]);
            Problem chunk = whole.withTensors(whole.query().slice(2, from, to), whole.key(), whole.value())
                    .withLengths(new int[] {to - from}, new int[] {whole.kvLens()[0] - rows + to});
            PartialOutput part = new PartialOutput(
                    together.output().slice(2, from, to), together.logSumExp().slice(2, from, to));
            Tensors.assertSameBits(part, chunk.run(backend), "rows " + from + " to " + to + " as a chunk, " + whole);
            from = to;
        }
    }

    /// Problems whose rows span one tile, several tiles and several splits; in f32 rows with and without a mask.
    private Stream<DynamicTest> problems(BiConsumer<AttentionBackend, Problem> check) {
        return stored().flatMap(storage -> storage.equals(Storage.rows(ElementType.F32))
                ? Stream.of(Mask.none(), Mask.causal()).flatMap(mask -> problems(storage, mask, check))
                : problems(storage, Mask.causal(), check));
    }

    private Stream<DynamicTest> problems(Storage storage, Mask mask, BiConsumer<AttentionBackend, Problem> check) {
        return Stream.of(new int[] {3, 1, 1100, 81}, new int[] {2, 70, 140, 83}, new int[] {2, 9, 33, 84})
                .map(size -> DynamicTest.dynamicTest(storage + " " + mask + " " + Arrays.toString(size), () -> {
                    AttentionSpec spec = spec(storage, mask);
                    check.accept(computing(spec), Problem.random(spec, size[0], size[1], size[2], size[3]));
                }));
    }

    /// The types a cache is kept in, of which some in both layouts.
    private static Stream<Storage> stored() {
        Storage f32 = Storage.rows(ElementType.F32);
        Storage int8 = Storage.rows(ElementType.INT8);
        return Stream.of(
                f32,
                f32.inPanels(),
                Storage.rows(ElementType.F16, ElementType.F16, ElementType.F16),
                Storage.rows(ElementType.BF16, ElementType.BF16, ElementType.BF16),
                Storage.rows(ElementType.BF16).inPanels(),
                int8,
                int8.inPanels(),
                Storage.rows(ElementType.INT4).inPanels());
    }

    /// Dims that fill no vector, where the type has such.
    private AttentionSpec spec(Storage storage, Mask mask) {
        int dim = storage.kv() == ElementType.INT4 ? 96 : 40;
        return storage.spec(
                available(), AttentionSpec.builder(4, dim).kvHeads(2).mask(mask));
    }
}
