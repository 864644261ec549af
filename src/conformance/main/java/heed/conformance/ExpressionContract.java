package heed.conformance;

import static heed.attention.ScoreExpression.captured;
import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static heed.attention.ScoreExpression.sequence;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.ScoreExpression;
import heed.attention.ScoreExpressionException;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// User functions: the examples that FlexAttention's authors give for theirs (Dong et al. 2024,
/// arXiv:2412.05496), held against the reference, which interprets them in double.
///
/// Scores of up to 80 in size err by `δ = (headDim + 4 + nodes) · u · 80`, weights by `2δ + (keys + 8) · u`, an
/// output by as much of the largest value; twice that is allowed.
public interface ExpressionContract extends BackendContract {
    /// Keys and rows of the problems: more than a tile and a block.
    int QUERY_LEN = 70;

    /// Longer than [#QUERY_LEN], so that positions are not rows.
    int KV_LEN = 330;

    /// A score function, a mask, or both.
    record Example(String name, ScoreExpression score, Mask mask) {
        static Example shaping(String name, ScoreExpression score) {
            return new Example(name, score, Mask.none());
        }

        static Example hiding(String name, MaskExpression seen) {
            return new Example(name, ScoreExpression.score(), Mask.expression(seen));
        }
    }

    private static Stream<Example> gallery() {
        ScoreExpression distance = queryPosition().minus(keyPosition());
        MaskExpression causal = keyPosition().atMost(queryPosition());
        ScoreExpression width = constant(32);
        ScoreExpression queryRow = queryPosition().dividedBy(width).floor();
        ScoreExpression keyRow = keyPosition().dividedBy(width).floor();
        ScoreExpression queryColumn = queryPosition().minus(queryRow.times(width));
        ScoreExpression keyColumn = keyPosition().minus(keyRow.times(width));
        return Stream.of(
                Example.shaping("relative position", score().plus(distance.times(constant(0.01)))),
                Example.shaping(
                        "relative position table",
                        score().plus(captured(
                                "table",
                                head(),
                                distance.max(constant(-20)).min(constant(20)).plus(constant(20))))),
                Example.shaping("alibi", score().minus(distance.abs().times(captured("slopes", head())))),
                Example.shaping("softcap", score().dividedBy(constant(5)).tanh().times(constant(5))),
                Example.shaping(
                        "select by head",
                        head().lessThan(constant(2)).select(score().times(constant(0.5)), score().max(constant(-1)))),
                Example.shaping(
                        "by sequence",
                        score().plus(sequence().times(keyPosition()).times(constant(0.001)))),
                Example.shaping(
                        "exp of a bounded score", score().min(constant(2)).exp().negate()),
                Example.hiding("causal", causal),
                Example.hiding("sliding window", causal.and(distance.atMost(constant(25)))),
                Example.hiding("prefix LM", causal.or(keyPosition().lessThan(constant(40)))),
                Example.hiding(
                        "documents",
                        causal.and(
                                captured("documents", queryPosition()).equalTo(captured("documents", keyPosition())))),
                Example.hiding(
                        "dilated",
                        distance.dividedBy(constant(3))
                                .floor()
                                .times(constant(3))
                                .equalTo(distance)),
                Example.hiding(
                        "neighbourhood in two dimensions",
                        queryRow.minus(keyRow)
                                .abs()
                                .atMost(constant(2))
                                .and(queryColumn.minus(keyColumn).abs().atMost(constant(3)))));
    }

    /// Prefill, and the same in a decode of two rows.
    @TestFactory
    default Stream<DynamicTest> examplesOfUserFunctions() {
        return gallery()
                .flatMap(example -> Stream.of(QUERY_LEN, 2)
                        .map(rows -> DynamicTest.dynamicTest(example.name + " " + rows, () -> check(example, rows))));
    }

    private static AttentionSpec spec(Example example) {
        return AttentionSpec.builder(4, 16)
                .kvHeads(2)
                .score(example.score)
                .mask(example.mask)
                .logSumExp()
                .build();
    }

    private void check(Example example, int rows) {
        AttentionSpec spec = spec(example);
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 2, rows, KV_LEN, 95);
        PartialOutput wanted = run(Attention.load().backend("reference"), problem);
        PartialOutput got = run(backend, problem);
        double unit = 0x1p-24;
        double delta = (16 + 4 + 16) * unit * 80;
        double weights = 2 * delta + (KV_LEN + 8) * unit;
        compare("output", wanted.output(), got.output(), 2 * weights * 5, problem);
        compare("logSumExp", wanted.logSumExp(), got.logSumExp(), 2 * weights, problem);
    }

    /// Gives every example all tensors that it may capture.
    private static PartialOutput run(AttentionBackend backend, Problem problem) {
        PartialOutput room = problem.room();
        Tensor documents = Tensors.zeros(ElementType.F32, KV_LEN);
        Tensors.forEach(documents.shape(), at -> documents.set(at[0] / 61, at));
        Tensor slopes = Tensors.zeros(ElementType.F32, 4);
        Tensors.forEach(slopes.shape(), at -> slopes.set(Math.scalb(0.5, -at[0]), at));
        Tensor table = Tensors.normal(new Random(96), 1, ElementType.F32, 4, 41);
        AttentionArguments arguments = problem.arguments(room);
        String uses = problem.spec().toString();
        if (uses.contains("name=documents")) {
            arguments.captured("documents", documents);
        }
        if (uses.contains("name=slopes")) {
            arguments.captured("slopes", slopes);
        }
        if (uses.contains("name=table")) {
            arguments.captured("table", table);
        }
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(arguments);
        }
        return room;
    }

    private static void compare(String name, Tensor wanted, Tensor got, double allowed, Problem problem) {
        Tensors.forEach(wanted.shape(), at -> {
            double right = wanted.get(at);
            double actual = got.get(at);
            if (right != actual && !(Math.abs(right - actual) <= allowed + Math.ulp((float) right))) {
                fail("%s%s is %s, reference %s: allowed %.3g; %s"
                        .formatted(name, Arrays.toString(at), actual, right, allowed, problem));
            }
        });
    }

    /// The logarithm of a negative number: the pair is named, and the plan goes on.
    @Test
    default void expressionsThatMakeNanOfANumberAreRefused() {
        Example logarithm = Example.shaping("log", score().log());
        AttentionSpec spec = spec(logarithm);
        Problem problem = Problem.random(spec, 2, 3, 40, 97);
        AttentionBackend backend = computing(spec);
        String message = String.valueOf(assertThrows(ScoreExpressionException.class, () -> run(backend, problem))
                .getMessage());
        assertTrue(message.startsWith("the score expression must not make NaN of a number: sequence="), message);
    }

    /// Elements that only hidden pairs ask for need not be there.
    @Test
    default void hiddenPairsAskForNothing() {
        ScoreExpression distance = queryPosition().minus(keyPosition());
        ScoreExpression shaped = score().plus(captured("documents", distance));
        Mask causal = Mask.causal();
        Mask apart = Mask.booleanTensor().and(causal);
        check(new Example("causal table", shaped, causal), 3);
        check(new Example("causal table", shaped, apart), 70);
        MaskExpression sees = keyPosition().atMost(queryPosition());
        check(
                new Example(
                        "guarded",
                        sees.select(score().plus(captured("documents", distance.max(constant(0)))), score()),
                        Mask.none()),
                3);
    }

    /// There is no score yet when a mask decides.
    @Test
    default void masksThatReadTheScoreAreRefused() {
        MaskExpression positive = constant(0).lessThan(score());
        assertThrows(IllegalArgumentException.class, () -> Mask.expression(positive));
    }

    /// A hidden key may make NaN of anything.
    @Test
    default void expressionsMayMakeNanOfHiddenKeys() {
        ScoreExpression inverse =
                score().plus(constant(1).dividedBy(keyPosition()).log());
        Mask hides = Mask.expression(constant(0).lessThan(keyPosition()));
        ScoreExpression nan = score().plus(keyPosition().minus(constant(0.5)).log());
        for (ScoreExpression shaped : new ScoreExpression[] {inverse, nan}) {
            check(new Example("hidden", shaped, hides), 3);
        }
    }
}
