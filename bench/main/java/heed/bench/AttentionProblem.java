package heed.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A plan and its tensors, off the heap: what [PrefillBenchmark] and [DecodeBenchmark] run.
final class AttentionProblem implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final AttentionPlan plan;
    private final List<AttentionArguments> arguments = new ArrayList<>();
    private final Tensor output;
    private int next;

    /// Plans `shape` and makes noise for it.
    ///
    /// @param caches keys and values there are, which the runs take in turn
    AttentionProblem(Contender contender, BenchShape shape, int threads, int caches) {
        plan = contender.attention().plan(shape.spec(), shape.sizes(), PlanOptions.DEFAULT.withThreads(threads));
        Noise noise = new Noise(arena, shape.hashCode());
        int dim = shape.headDim();
        Tensor query = noise.tensor(shape.type(), 1, shape.queryHeads(), shape.queryLen(), dim);
        output = noise.tensor(shape.type(), 1, shape.queryHeads(), shape.queryLen(), dim);
        for (int n = 0; n < caches; n++) {
            arguments.add(new AttentionArguments()
                    .query(query)
                    .key(noise.tensor(shape.type(), 1, shape.kvHeads(), shape.kvLen(), dim))
                    .value(noise.tensor(shape.type(), 1, shape.kvHeads(), shape.kvLen(), dim))
                    .output(output));
        }
    }

    /// Computes once.
    void run() {
        plan.run(arguments.get(next));
        next = next + 1 < arguments.size() ? next + 1 : 0;
    }

    /// What the last run wrote.
    Tensor output() {
        return output;
    }

    @Override
    public void close() {
        plan.close();
        arena.close();
    }
}
