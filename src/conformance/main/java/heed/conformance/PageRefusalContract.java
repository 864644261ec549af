package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.KvShape.PageOrder;
import heed.attention.PageTable;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Page tables and pages that do not fit are refused at the door, by sequence and index where there is one, with
/// nothing written.
public interface PageRefusalContract extends BackendContract {
    /// Keys of a page.
    int PAGE_LEN = 8;

    /// Entries of the page table for each of the two sequences.
    int WIDTH = 3;

    /// Entries outside the pages, and tables too small.
    @TestFactory
    default Stream<DynamicTest> pageTables() {
        return Stream.of(
                refused("a page past the last", (a, p, t) -> a.pageTable(with(p, 4, pages(p))), "sequence=1, index=1"),
                refused("a negative page", (a, p, t) -> a.pageTable(with(p, 2, -1)), "sequence=0, index=2, page=-1"),
                refused("too few columns", (a, p, t) -> a.pageTable(zeros(4, 2)), "sequence=0", "kvLen=20", "width=2"),
                refused("no column", (a, p, t) -> a.pageTable(zeros(0, 0)), "sequence=0", "kvLen=20", "width=0"),
                refused("too few rows", (a, p, t) -> a.pageTable(zeros(3, 3)), "batch=2", "rows=1"),
                refused("no table", (a, p, t) -> withoutTable(p, t), "pageTable missing"));
    }

    /// Lengths that pages do not tell, and pages of other sizes than the spec's.
    @TestFactory
    default Stream<DynamicTest> lengthsAndPages() {
        return Stream.of(
                refused("kvLens missing", (a, p, t) -> a.lengths(new SequenceLengths(2).queryLens(3, 3)), "kvLens"),
                refused("packed keys", (a, p, t) -> a.lengths(new SequenceLengths(2).kvStarts(0, 9, 20)), "kvLens"),
                refused("too many keys", (a, p, t) -> a.lengths(lens(20, 21)), "plan's 20", "kvLen=21", "sequence=1"),
                refused("negative kvLens", (a, p, t) -> a.lengths(lens(20, -1)), "kvLens[1]=-1"),
                refused(
                        "pages of another length",
                        (a, p, t) -> a.key(shorter(p.storage().keys()))
                                .value(shorter(p.storage().values())),
                        "pageLen=8"),
                refused(
                        "keys of another length",
                        (a, p, t) -> a.key(shorter(p.storage().keys())),
                        "pageLen=8"),
                refused(
                        "values of fewer pages",
                        (a, p, t) -> a.value(p.storage().values().slice(0, 0, 2)),
                        "value must be"));
    }

    /// A table for keys that lie together.
    @TestFactory
    default Stream<DynamicTest> tableWithoutPages() {
        return Stream.of(DynamicTest.dynamicTest("pageLen=0", () -> {
            Problem together = paged().problem();
            Problem problem =
                    together.withSpec(together.spec().toBuilder().pageLen(0).build());
            PartialOutput target = problem.room();
            check(problem, problem.arguments(target).pageTable(zeros(6, 3)), target, "pageLen=0");
        }));
    }

    private static int pages(Paged paged) {
        return paged.storage().shape().pageCount();
    }

    private static PageTable zeros(int entries, int width) {
        return new PageTable(new int[entries], width);
    }

    /// The table with entry `n` replaced.
    private static PageTable with(Paged paged, int n, int page) {
        int[] pages = paged.table().pages().clone();
        pages[n] = page;
        return new PageTable(pages, WIDTH);
    }

    private static AttentionArguments withoutTable(Paged paged, PartialOutput target) {
        return paged.problem()
                .arguments(target)
                .key(paged.storage().keys())
                .value(paged.storage().values());
    }

    private static SequenceLengths lens(int... kvLens) {
        return new SequenceLengths(2).kvLens(kvLens);
    }

    private static Tensor shorter(Tensor pages) {
        return pages.slice(2, 0, PAGE_LEN - 1);
    }

    private static Paged paged() {
        AttentionSpec spec = AttentionSpec.builder(4, 8).kvHeads(2).build();
        Problem problem = Problem.random(spec, 2, 3, 20, 115).withLengths(new int[] {3, 2}, new int[] {20, 13});
        return Paged.of(problem, PAGE_LEN, PageOrder.NHPD, 0);
    }

    private DynamicTest refused(String what, Paged.Spoil spoil, String... words) {
        return DynamicTest.dynamicTest(what, () -> {
            Paged paged = paged();
            PartialOutput target = paged.problem().room();
            check(paged.problem(), spoil.spoil(paged.arguments(target), paged, target), target, words);
        });
    }

    private void check(Problem problem, AttentionArguments arguments, PartialOutput target, String... words) {
        AttentionBackend backend = computing(problem.spec());
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> plan.run(arguments))
                    .getMessage());
            for (String word : words) {
                assertTrue(message.contains(word), () -> "\"" + word + "\" is missing: " + message);
            }
        }
        Tensors.assertSameBits(problem.room(), target, "a refused run wrote");
    }
}
