package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.CallReport;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.ScoreExpression;
import heed.attention.SelfCheck;
import heed.attention.Support.Supported;
import heed.attention.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// A backend that keeps its promise raises no alarm, however many rows are checked: 10⁷ under `-Dheed.soak=true`,
/// some minutes of work, else a hundredth of them.
public interface SelfCheckContract extends BackendContract {
    /// Every row of random problems: any mask, cap, scale, sink, type, length, merges, scores near 0 and far apart.
    @Test
    default void noFalseAlarm(TestReporter reporter) {
        SelfChecked backend = new SelfChecked(available(), SelfCheck.everyRow());
        long wanted = Boolean.getBoolean("heed.soak") ? 10_000_000 : 100_000;
        CallReport report = new CallReport();
        long checked = 0;
        long all = 0;
        for (int seed = 0; checked < wanted; seed++) {
            Random random = new Random(seed);
            AttentionSpec spec = spec(random, backend);
            if (backend.support(spec) instanceof Supported) {
                Problem problem = problem(random, spec, seed);
                run(backend, problem, random.nextInt(4) == 0, report);
                checked += report.rowsChecked();
                all += rows(problem);
                assertEquals(0, report.rowsMismatched());
            }
        }
        reporter.publishEntry(backend.name() + ": rows without an alarm", checked + " judged of " + all);
    }

    private static <T> T any(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static AttentionSpec spec(Random random, AttentionBackend backend) {
        ScoreExpression score = ScoreExpression.score();
        ScoreExpression distance = ScoreExpression.queryPosition().minus(ScoreExpression.keyPosition());
        AttentionSpec.Builder builder = AttentionSpec.builder(4, any(random, List.of(32, 64)))
                .kvHeads(2)
                .valueDim(32)
                .mask(any(random, MaskContract.masks()))
                .alignment(any(random, List.of(QueryAlignment.values())))
                .softmaxScale(any(random, List.of(0.125, 0.125, 0.125, 2.5, -0.3)))
                .softcap(any(random, List.of(0.0, 0.0, 0.0, 0.5, 30.0)));
        if (random.nextInt(4) == 0) {
            builder.sink();
        }
        if (random.nextInt(4) == 0) {
            builder.score(any(
                    random,
                    List.of(
                            score.plus(distance.times(ScoreExpression.constant(0.01))),
                            score.dividedBy(ScoreExpression.constant(5)).tanh().times(ScoreExpression.constant(5)),
                            score.min(ScoreExpression.constant(2)).exp().negate(),
                            score.lessThan(ScoreExpression.constant(0.5)).select(score, score.times(score)))));
        }
        if (random.nextInt(8) == 0) {
            builder.mask(Mask.expression(distance.abs().atMost(ScoreExpression.constant(40))));
        }
        return any(random, Storage.all()).spec(backend, builder);
    }

    private static Problem problem(Random random, AttentionSpec spec, int seed) {
        int[] queries = {1 + random.nextInt(64), 1 + random.nextInt(64)};
        int longest = random.nextInt(50) == 0 ? 1500 : 150;
        int[] keys = {1 + random.nextInt(longest), 1 + random.nextInt(longest)};
        Problem problem = spec.keyLayout() instanceof heed.attention.KeyLayout.Rows && random.nextBoolean()
                ? Problem.packed(spec, queries, keys, seed)
                : Problem.random(spec, 2, 64, longest, seed).withLengths(queries, keys);
        double spread = any(random, List.of(0.1, 1.0, 1.0, 10.0));
        Tensor query = problem.query();
        Tensors.forEach(query.shape(), at -> query.set(spread * query.get(at), at));
        return problem;
    }

    private static void run(AttentionBackend backend, Problem problem, boolean merges, CallReport report) {
        PartialOutput room = problem.room();
        AttentionArguments arguments = problem.arguments(room).report(report);
        if (merges) {
            Random random = new Random(problem.seed());
            Tensors.forEach(room.output().shape(), at -> room.output().set(random.nextGaussian(), at));
            Tensors.forEach(room.logSumExp().shape(), at -> room.logSumExp().set(4 * random.nextGaussian(), at));
            arguments.accumulateInto(room);
        }
        PlanOptions options = PlanOptions.DEFAULT.withThreads(1);
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options)) {
            plan.run(arguments);
        }
    }

    private static long rows(Problem problem) {
        return (long) problem.spec().queryHeads() * (problem.queryLens()[0] + problem.queryLens()[1]);
    }
}
