package heed.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.ShapeData;

/// A plan and its tensors, off the heap: what [PrefillBenchmark] and [DecodeBenchmark] run.
final class AttentionProblem implements AutoCloseable {
    private final AttentionPlan plan;
    private final ShapeData data;
    private final AttentionArguments[] arguments;
    private int next;

    /// Plans `shape` and makes noise for it; keys lie in panels if the shape asks for them and the contender prefers
    /// them.
    ///
    /// @param exceeded bytes that the caches of a decode shape exceed together; the runs take them in turn
    AttentionProblem(Contender contender, BenchShape shape, int threads, long exceeded) {
        AttentionBackend backend = contender.attention();
        KeyLayout rows = KeyLayout.rows();
        KeyLayout layout = shape.panels() ? backend.preferredKeyLayout(shape.spec(rows)) : rows;
        plan = backend.plan(shape.spec(layout), shape.sizes(), PlanOptions.DEFAULT.withThreads(threads));
        data = new ShapeData(shape, exceeded);
        arguments = data.arguments(layout).toArray(AttentionArguments[]::new);
    }

    /// Computes once.
    void run() {
        plan.run(arguments[next]);
        next = next + 1 < arguments.length ? next + 1 : 0;
    }

    /// What the last run wrote.
    Tensor output() {
        return data.output();
    }

    @Override
    public void close() {
        plan.close();
        data.close();
    }
}
