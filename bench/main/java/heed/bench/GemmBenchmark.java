package heed.bench;

import heed.attention.ElementType;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A dense layer, `c = a · b` with `b` planned before: `[m, k] · [k, n]`, by default those of MiniLM's two FFN
/// layers.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1) // two seconds compile the loops, the others show that they stay
@Measurement(iterations = 5, time = 1) // more forks beat more iterations
@Fork(
        value = 3,
        jvmArgsPrepend = {Forked.VECTOR, Forked.NATIVE})
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class GemmBenchmark {
    /// The reference takes a second a run: ask for it.
    @Param({"vector", "openblas"})
    public Contender contender;

    /// Type of all three matrices.
    @Param({"F32", "F64"})
    public ElementType type;

    /// Rows: tokens of a text.
    @Param({"16", "512"})
    public int m;

    /// Inner size.
    @Param({"384", "1536"})
    public int k;

    /// Columns.
    @Param({"384", "1536"})
    public int n;

    /// Threads of a run.
    @Param("1")
    public int threads;

    private Arena arena;
    private Tensor a;
    private Tensor c;
    private GemmPlan plan;

    /// Makes operands and plan.
    @Setup
    public void setup() {
        arena = Arena.ofShared();
        Noise noise = new Noise(arena, 0);
        a = noise.tensor(type, m, k);
        c = noise.tensor(type, m, n);
        plan = contender.gemm().plan(noise.tensor(type, k, n), m, PlanOptions.DEFAULT.withThreads(threads));
    }

    /// One product.
    @Benchmark
    public void product(Flops counter) {
        plan.run(a, c);
        counter.flops += 2L * m * n * k;
    }

    /// What the last run wrote.
    Tensor output() {
        return c;
    }

    /// Frees them.
    @TearDown
    public void close() {
        plan.close();
        arena.close();
    }
}
