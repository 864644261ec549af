package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KvShape.PageOrder;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Keys and values in pages give the bits that they give together, whatever lies in between.
public interface PagedContract extends BackendContract {
    /// Keys that all sequences begin with, whose pages they share.
    int COMMON = 50;

    /// Every way of keeping a cache, in pages short and long, for prefill and decode over sequences of unequal
    /// lengths: longer than a split, of no key, of a page's last key.
    @TestFactory
    default Stream<DynamicTest> pagesChangeNoBit() {
        return caches((backend, spec) -> {
            Problem prefill = problem(spec, new int[] {40, 0, 33, 1, 40}, new int[] {137, 5, 48, 0, 33}, 111);
            Problem decode = problem(spec, new int[] {1, 1, 3, 1, 2}, new int[] {620, 16, 0, 49, 51}, 112);
            for (Problem problem : List.of(prefill, decode)) {
                PartialOutput together = problem.run(backend);
                for (int pageLen : pageLens(spec.keyLayout())) {
                    for (PageOrder order : PageOrder.values()) {
                        String what = "pages of %d keys, %s, %s".formatted(pageLen, order, problem);
                        Paged paged = Paged.of(problem, pageLen, order, COMMON);
                        Tensors.assertSameBits(together, paged.run(backend), what);
                    }
                }
            }
        });
    }

    /// Queries one after the other over keys in pages: what a server that batches as it goes runs.
    @TestFactory
    default Stream<DynamicTest> packedQueriesOverPages() {
        return caches((backend, spec) -> {
            Problem problem = problem(spec, new int[] {1, 9, 1, 0, 35}, new int[] {70, 9, 0, 20, 60}, 113);
            PartialOutput padded = problem.run(backend);
            Paged paged = Paged.of(problem, pageLens(spec.keyLayout())[0], PageOrder.NHPD, COMMON);
            int[] starts = {0, 1, 10, 11, 11, 46};
            Function<Tensor, Tensor> pack = tensor -> packed(tensor, starts);
            PartialOutput target = new PartialOutput(
                    pack.apply(problem.room().output()),
                    pack.apply(problem.room().logSumExp()));
            try (AttentionPlan plan = backend.plan(paged.problem().spec(), problem.sizes(), PlanOptions.DEFAULT)) {
                plan.run(paged.arguments(target)
                        .query(pack.apply(problem.query()))
                        .lengths(new SequenceLengths(5).queryStarts(starts).kvLens(problem.kvLens())));
            }
            Tensors.assertSameBits(pack.apply(padded.output()), target.output(), "packed output, " + problem);
            Tensors.assertSameBits(pack.apply(padded.logSumExp()), target.logSumExp(), "packed logSumExp, " + problem);
        });
    }

    /// The first rows of each sequence, one sequence after the other.
    private static Tensor packed(Tensor padded, int[] starts) {
        int[] shape = padded.shape();
        shape[0] = 1;
        shape[2] = starts[starts.length - 1];
        Tensor packed = Tensors.zeros(padded.type(), shape);
        Tensors.forEach(shape, at -> {
            int b = (int) Arrays.stream(starts, 1, starts.length)
                    .filter(end -> end <= at[2])
                    .count();
            int[] from = at.clone();
            from[0] = b;
            from[2] -= starts[b];
            packed.set(padded.get(from), at);
        });
        return packed;
    }

    /// Every type that caches are kept in, in both layouts, and bf16 throughout.
    private Stream<DynamicTest> caches(BiConsumer<AttentionBackend, AttentionSpec> check) {
        Storage bf16 = Storage.rows(ElementType.BF16, ElementType.BF16, ElementType.BF16);
        Stream<Storage> underF32 = Stream.of(
                        ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.INT8, ElementType.INT4)
                .map(Storage::rows)
                .flatMap(storage -> Stream.of(storage, storage.inPanels()));
        return Stream.concat(underF32, Stream.of(bf16))
                .map(storage -> DynamicTest.dynamicTest(storage.toString(), () -> {
                    AttentionSpec spec = storage.spec(
                            available(),
                            AttentionSpec.builder(4, 64)
                                    .kvHeads(2)
                                    .valueDim(32)
                                    .mask(Mask.causal())
                                    .logSumExp());
                    check.accept(computing(spec), spec);
                }));
    }

    private static int[] pageLens(KeyLayout layout) {
        return switch (layout) {
            case KeyLayout.Rows _ -> new int[] {8, 16, 48};
            case KeyLayout.Panels(int width) -> new int[] {width, 3 * width};
        };
    }

    /// Sequences that begin with the same keys and values.
    private static Problem problem(AttentionSpec spec, int[] queryLens, int[] kvLens, long seed) {
        int batch = kvLens.length;
        Problem problem =
                Problem.random(spec, batch, max(queryLens), max(kvLens), seed).withLengths(queryLens, kvLens);
        Stream.of(Stream.of(problem.key(), problem.value()), problem.keyScale().stream(), problem.valueScale().stream())
                .flatMap(tensors -> tensors)
                .forEach(PagedContract::beginAlike);
        return problem;
    }

    private static int max(int[] lens) {
        return IntStream.of(lens).max().orElse(0);
    }

    private static void beginAlike(Tensor tensor) {
        Tensor start = tensor.slice(2, 0, COMMON);
        Tensors.forEach(start.shape(), at -> {
            int[] first = at.clone();
            first[0] = 0;
            start.set(start.get(first), at);
        });
    }
}
