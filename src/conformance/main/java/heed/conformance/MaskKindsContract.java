package heed.conformance;

import static heed.attention.ScoreExpression.captured;
import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.Tensor;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Masks that an interval does not tell: each shows what the boolean tensor of its definition shows, in problems
/// longer than a tile, a block and a split of any backend, whose tiles are empty, whole and neither.
public interface MaskKindsContract extends BackendContract {
    /// A mask and its definition.
    ///
    /// @param arguments what its runs need besides
    record Kind(String name, Mask mask, Arguments arguments, Definition definition) {}

    /// Whether row `i` of `head` in sequence `b`, at position `p`, sees key `j`.
    interface Definition {
        boolean sees(int b, int head, int i, int p, int j);
    }

    /// Gives a run what a mask needs.
    interface Arguments {
        void giveTo(AttentionArguments arguments);
    }

    /// Prefill, and decode in a few rows.
    @TestFactory
    default Stream<DynamicTest> kindsOfMasks() {
        return Stream.of(new int[] {131, 700}, new int[] {3, 2300})
                .flatMap(lens -> kinds(lens[0], lens[1])
                        .flatMap(kind -> Stream.of(false, true)
                                .map(poisoned -> DynamicTest.dynamicTest(
                                        kind.name + " " + lens[0] + "/" + lens[1] + (poisoned ? " poisoned" : ""),
                                        () -> check(kind, lens[0], lens[1], poisoned)))));
    }

    private static Stream<Kind> kinds(int queryLen, int kvLen) {
        Tensor blocks = Problem.booleans(new Random(61), 2, 4, (queryLen + 31) / 32, (kvLen + 99) / 100);
        Tensor documents = Tensors.zeros(ElementType.F32, kvLen);
        for (int j = 0; j < kvLen; j++) {
            documents.set(j / 97, j);
        }
        int words = (queryLen + 63) / 64;
        long[] tree = new Random(62).longs(2L * queryLen * words).toArray();
        int first = kvLen - queryLen;
        Arguments none = arguments -> {};
        return Stream.of(
                new Kind(
                        "sinks and window",
                        Mask.sinksAndWindow(5, 40),
                        none,
                        (b, h, i, p, j) -> j <= p && (j < 5 || p - j < 40)),
                new Kind("first keys", Mask.firstKeys(37), none, (b, h, i, p, j) -> j < 37),
                new Kind(
                        "blocks",
                        Mask.causal().and(Mask.blockTensor(32, 100)),
                        arguments -> arguments.blockMask(blocks),
                        (b, h, i, p, j) -> j <= p && blocks.get(b, h, i / 32, j / 100) != 0),
                new Kind(
                        "blocks or window",
                        Mask.blockTensor(32, 100).or(Mask.slidingWindow(3, 3)),
                        arguments -> arguments.blockMask(blocks),
                        (b, h, i, p, j) -> Math.abs(p - j) <= 3 || blocks.get(b, h, i / 32, j / 100) != 0),
                new Kind(
                        "documents",
                        Mask.causal().and(Mask.documents("documents")),
                        arguments -> arguments.captured("documents", documents),
                        (b, h, i, p, j) -> j <= p && j / 97 == p / 97),
                new Kind(
                        "tree",
                        Mask.tree(),
                        arguments -> arguments.treeBits(tree),
                        (b, h, i, p, j) -> j < first
                                || (tree[(b * queryLen + i) * words + (j - first) / 64] >>> (j - first) & 1) != 0),
                new Kind(
                        "expression",
                        Mask.expression(keyPosition()
                                .times(constant(0.125))
                                .floor()
                                .equalTo(head())
                                .or(queryPosition().minus(keyPosition()).abs().lessThan(constant(20)))
                                .and(keyPosition().equalTo(constant(1)).not())),
                        none,
                        (b, h, i, p, j) -> (j / 8 == h || Math.abs(p - j) < 20) && j != 1),
                new Kind(
                        "captured by key",
                        Mask.expression(constant(3).lessThan(captured("documents", keyPosition()))),
                        arguments -> arguments.captured("documents", documents),
                        (b, h, i, p, j) -> j / 97 > 3));
    }

    /// @param poisoned whether some values are no numbers, which rows that see their keys must show, and no
    ///     others
    private void check(Kind kind, int queryLen, int kvLen, boolean poisoned) {
        AttentionSpec.Builder builder = AttentionSpec.builder(4, 16).kvHeads(2).alignment(QueryAlignment.BOTTOM_RIGHT);
        AttentionSpec tensor = builder.mask(Mask.booleanTensor()).build();
        Tensor shown = Tensors.zeros(ElementType.BOOL, 2, 4, queryLen, kvLen);
        Tensors.forEach(shown.shape(), at -> {
            int p = kvLen - queryLen + at[2];
            shown.set(kind.definition.sees(at[0], at[1], at[2], p, at[3]) ? 1 : 0, at);
        });
        Problem problem = Problem.random(tensor, 2, queryLen, kvLen, 60).withMask(shown);
        for (int j = 3; poisoned && j < kvLen; j += 150) {
            problem.value().set(j % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY, 0, j % 2, j, j % 16);
        }
        AttentionSpec spec = builder.mask(kind.mask).logSumExp().build();
        AttentionBackend backend = computing(spec);
        Duel.of(problem).judge(run(backend, problem, spec, kind.arguments), kind + " on " + problem);
    }

    /// Runs `spec` on the tensors of `problem`, without its mask.
    private static PartialOutput run(AttentionBackend backend, Problem problem, AttentionSpec spec, Arguments wanted) {
        PartialOutput result = problem.room();
        AttentionArguments arguments = new AttentionArguments()
                .query(problem.query())
                .key(problem.key())
                .value(problem.value())
                .output(result.output())
                .logSumExp(result.logSumExp());
        wanted.giveTo(arguments);
        try (AttentionPlan plan = backend.plan(spec, problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(arguments);
        }
        return result;
    }
}
