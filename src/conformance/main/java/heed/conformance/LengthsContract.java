package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Sequences of unequal lengths in one run, empty ones among them.
public interface LengthsContract extends BackendContract {
    /// Rows and keys past the lengths hold NaN; output rows past them keep what they held.
    @TestFactory
    default Stream<DynamicTest> paddedSequences() {
        return variants((backend, spec) -> {
            Problem full = Problem.random(spec, 4, 9, 60, 41).withOffsets(-2, 0, 7, 55);
            Problem padded = full.withLengths(new int[] {9, 0, 4, 1}, new int[] {60, 13, 0, 31});
            Stored.spoilPadding(padded);
            PartialOutput result = padded.run(backend);
            Duel.of(padded).judge(result, padded.toString());
            assertPaddingIsStillNaN(padded, result.output());
            assertPaddingIsStillNaN(padded, result.logSumExp());
        });
    }

    /// Sequences one after the other on one row axis.
    @TestFactory
    default Stream<DynamicTest> packedSequences() {
        return variants((backend, spec) -> {
            Problem packed = Problem.packed(spec, new int[] {5, 0, 33, 1, 2}, new int[] {40, 7, 33, 0, 70}, 42);
            Duel.check(backend, packed);
        });
    }

    /// A plan far larger than the run.
    @TestFactory
    default Stream<DynamicTest> smallRunsOfALargePlan() {
        return variants((backend, spec) -> {
            Problem problem = Problem.random(spec, 2, 3, 21, 43);
            PartialOutput result =
                    problem.run(backend, new AttentionSizes(5, 200, 700), PlanOptions.DEFAULT.withThreads(3));
            Duel.of(problem).judge(result, problem.toString());
        });
    }

    /// A batch of nothing, sequences without rows.
    @TestFactory
    default Stream<DynamicTest> emptyRuns() {
        return variants((backend, spec) -> {
            Duel.check(backend, Problem.random(spec, 0, 4, 4, 44));
            Duel.check(backend, Problem.random(spec, 2, 0, 4, 45));
            Duel.check(backend, Problem.random(spec, 2, 4, 0, 46));
        });
    }

    /// Runs `check` for plain, causal at each alignment, and windowed attention.
    private Stream<DynamicTest> variants(java.util.function.BiConsumer<AttentionBackend, AttentionSpec> check) {
        return Stream.of(Mask.none(), Mask.causal(), Mask.slidingWindow(6, 1))
                .flatMap(mask -> Stream.of(QueryAlignment.values())
                        .map(alignment -> DynamicTest.dynamicTest(mask + " " + alignment, () -> {
                            AttentionSpec spec = AttentionSpec.builder(4, 24)
                                    .kvHeads(2)
                                    .mask(mask)
                                    .alignment(alignment)
                                    .build();
                            check.accept(computing(spec), spec);
                        })));
    }

    private static void assertPaddingIsStillNaN(Problem problem, Tensor written) {
        for (int b = 0; b < problem.batch(); b++) {
            Tensor padding = written.slice(0, b, b + 1).slice(2, problem.queryLens()[b], written.size(2));
            Tensor untouched = Tensors.filled(Double.NaN, padding.type(), padding.shape());
            Tensors.assertSameBits(untouched, padding, "rows past queryLens of sequence " + b + " were written");
        }
    }
}
