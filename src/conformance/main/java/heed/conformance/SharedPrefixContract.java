package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SharedPrefixPlan;
import heed.attention.Tensor;
import heed.attention.UnsupportedSpecException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Forks whose common keys are read once give what each gives alone.
public interface SharedPrefixContract extends BackendContract {
    /// Keys of a page.
    int PAGE = 16;

    /// Decode and a few rows, with and without a mask, a sink and a cap; a prefix that ends within a page, that
    /// is longer than a split, that is one sequence all of it, and none.
    @TestFactory
    default Stream<DynamicTest> sharedKeysGiveWhatCopiesGive() {
        List<AttentionSpec> specs = List.of(
                AttentionSpec.builder(8, 64).kvHeads(2).build(),
                causal(AttentionSpec.builder(4, 32).kvHeads(2)).build(),
                causal(AttentionSpec.builder(4, 32).kvHeads(4))
                        .sink()
                        .softcap(5)
                        .build(),
                AttentionSpec.builder(4, 20).kvHeads(2).type(ElementType.F64).build(),
                causal(AttentionSpec.builder(2, 16)).softmaxScale(0.7).build());
        return specs.stream()
                .flatMap(spec -> Stream.of(0, 5, 50, 2100)
                        .flatMap(prefix -> Stream.of(1, 3)
                                .map(rows -> DynamicTest.dynamicTest(
                                        "prefix of %d, %d rows, %s".formatted(prefix, rows, spec),
                                        () -> check(spec, prefix, rows)))));
    }

    private static AttentionSpec.Builder causal(AttentionSpec.Builder builder) {
        return builder.mask(Mask.causal()).alignment(QueryAlignment.BOTTOM_RIGHT);
    }

    private void check(AttentionSpec spec, int prefix, int rows) {
        AttentionBackend backend = computing(spec.toBuilder().pageLen(PAGE).build());
        int[] kvLens = {prefix + 30, prefix + rows, prefix + 17, prefix + 65};
        int[] queryLens = {rows, rows, rows, rows};
        int most = prefix + 65;
        Problem problem = Problem.random(spec.toBuilder().logSumExp().build(), 4, rows, most, 121 + prefix)
                .withLengths(queryLens, kvLens);
        Stream.of(problem.key(), problem.value()).forEach(tensor -> beginAlike(tensor, prefix));
        PartialOutput result = room(problem, rows);
        try (Arena arena = Arena.ofShared()) {
            AttentionSpec paged = spec.toBuilder().pageLen(PAGE).build();
            KvCache cache =
                    new KvCache(KvStorage.allocate(KvShape.of(paged, PAGE, 5 * Math.ceilDiv(most, PAGE)), arena));
            int[] sequences = fork(cache, problem, prefix, kvLens);
            try (KvCache.Snapshot snapshot = cache.snapshot(sequences);
                    SharedPrefixPlan plan = new SharedPrefixPlan(
                            Attention.of(List.of(backend)),
                            paged,
                            new AttentionSizes(4, rows, most),
                            PlanOptions.DEFAULT)) {
                assertEquals(prefix / PAGE * PAGE, snapshot.sharedLen());
                AttentionArguments arguments = new AttentionArguments()
                        .query(tokens(problem.query(), rows))
                        .output(result.output())
                        .logSumExp(result.logSumExp());
                problem.sink().ifPresent(arguments::sink);
                plan.run(snapshot, arguments);
            }
        }
        Duel.of(problem).judge(result, problem.toString(), 2);
    }

    private static int[] fork(KvCache cache, Problem problem, int prefix, int[] kvLens) {
        int[] sequences = new int[kvLens.length];
        sequences[0] = cache.newSequence();
        cache.append(sequences[0], keys(problem.key(), 0, 0, prefix), keys(problem.value(), 0, 0, prefix));
        for (int b = 1; b < sequences.length; b++) {
            sequences[b] = cache.fork(sequences[0]);
        }
        for (int b = 0; b < sequences.length; b++) {
            Tensor key = keys(problem.key(), b, prefix, kvLens[b]);
            cache.append(sequences[b], key, keys(problem.value(), b, prefix, kvLens[b]));
        }
        return sequences;
    }

    /// `[heads, len, dim]` of one sequence.
    private static Tensor keys(Tensor all, int b, int from, int to) {
        return Tensor.strided(
                all.segment(),
                all.type(),
                all.offset() + b * all.stride(0) + from * all.stride(2),
                new int[] {all.size(1), to - from, all.size(3)},
                new long[] {all.stride(1), all.stride(2), all.stride(3)});
    }

    private static void beginAlike(Tensor tensor, int prefix) {
        Tensor start = tensor.slice(2, 0, prefix);
        Tensors.forEach(start.shape(), at -> {
            int[] first = at.clone();
            first[0] = 0;
            start.set(start.get(first), at);
        });
    }

    /// The same rows, token after token.
    private static Tensor tokens(Tensor rows, int count) {
        Tensor copy = Tensors.zeros(rows.type(), rows.size(0), count, rows.size(1), rows.size(3))
                .permute(0, 2, 1, 3);
        Tensors.forEach(copy.shape(), at -> copy.set(rows.get(at), at));
        return copy;
    }

    private static PartialOutput room(Problem problem, int rows) {
        AttentionSpec spec = problem.spec();
        Tensor output = Tensors.zeros(spec.outputType(), problem.batch(), rows, spec.queryHeads(), spec.valueDim());
        Tensor logSumExp = problem.room().logSumExp();
        return new PartialOutput(output.permute(0, 2, 1, 3), logSumExp);
    }

    /// What a shared prefix cannot have is refused by name.
    @Test
    default void aSpecThatDoesNotComeApartIsRefused() {
        AttentionSpec.Builder paged = AttentionSpec.builder(2, 16).pageLen(PAGE);
        List<AttentionSpec> specs = List.of(
                AttentionSpec.builder(2, 16).build(),
                paged.mask(Mask.slidingWindow(3, 0)).build(),
                paged.mask(Mask.causal()).alignment(QueryAlignment.TOP_LEFT).build(),
                paged.mask(Mask.none()).determinism(Determinism.BITWISE).build());
        List<String> fields = List.of("pageLen=0", "mask=SlidingWindow", "alignment=TOP_LEFT", "determinism=BITWISE");
        Attention attention = Attention.of(List.of(available()));
        AttentionSizes sizes = new AttentionSizes(2, 1, 64);
        for (int n = 0; n < specs.size(); n++) {
            AttentionSpec spec = specs.get(n);
            var thrown = assertThrows(
                    UnsupportedSpecException.class,
                    () -> new SharedPrefixPlan(attention, spec, sizes, PlanOptions.DEFAULT));
            String message = String.valueOf(thrown.getMessage());
            assertTrue(message.contains(fields.get(n)), message);
        }
    }

    /// Rows that no one stride leads through cannot be one sequence.
    @Test
    default void rowsThatDoNotStackAreRefused() {
        AttentionSpec spec = AttentionSpec.builder(2, 16).pageLen(PAGE).build();
        AttentionBackend backend = computing(spec);
        try (Arena arena = Arena.ofShared();
                SharedPrefixPlan plan = new SharedPrefixPlan(
                        Attention.of(List.of(backend)), spec, new AttentionSizes(2, 3, 64), PlanOptions.DEFAULT)) {
            KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(spec, PAGE, 4), arena));
            int[] sequences =
                    IntStream.range(0, 2).map(_ -> cache.newSequence()).toArray();
            Tensor rows = Tensors.zeros(ElementType.F32, 2, 2, 3, 16);
            Tensor output = Tensors.zeros(ElementType.F32, 2, 2, 3, 16);
            try (KvCache.Snapshot snapshot = cache.snapshot(sequences)) {
                var thrown = assertThrows(
                        IllegalArgumentException.class,
                        () -> plan.run(
                                snapshot, new AttentionArguments().query(rows).output(output)));
                String message = String.valueOf(thrown.getMessage());
                assertTrue(message.startsWith("the rows of all sequences must be one stride apart"), message);
            }
        }
    }
}
