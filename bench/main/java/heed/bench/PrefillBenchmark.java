package heed.bench;

import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
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

/// Attention of many query rows at once, packing of keys and values included: arithmetic limits it.
///
/// Compare with `flops` of [CeilingBenchmark].
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1) // two seconds compile the loops, the others show that they stay
@Measurement(iterations = 5, time = 1) // more forks beat more iterations
@Fork(
        value = 3,
        jvmArgsPrepend = {Forked.VECTOR, Forked.NATIVE})
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class PrefillBenchmark {
    /// The reference takes minutes at the larger sizes: ask for it.
    @Param({"vector", "openblas"})
    public Contender contender;

    /// Query rows and keys.
    @Param({"512", "2048"})
    public int seqLen;

    /// Elements of a row.
    @Param({"64", "128"})
    public int headDim;

    /// Whether a row sees only the keys up to its own.
    @Param({"false", "true"})
    public boolean causal;

    /// Query heads.
    @Param("8")
    public int queryHeads;

    /// Type of query, key and value, as `heed bench` calls it: `f32`, `f16`, `bf16`, `f64`; of key and value alone
    /// if it is `int8` or `int4`. The output is f32, or f64.
    @Param("f32")
    public String kvType;

    /// Heads of key and value.
    @Param("8")
    public int kvHeads;

    /// Threads of a run.
    @Param("1")
    public int threads;

    private long flops;
    private AttentionProblem problem;

    /// Makes operands and plan.
    @Setup
    public void setup() {
        BenchShape shape = BenchShape.parse("%d/%d,%d/%d,%d,%s%s"
                .formatted(queryHeads, kvHeads, seqLen, seqLen, headDim, kvType, causal ? ",causal" : ""));
        flops = shape.flops();
        problem = new AttentionProblem(contender, shape, threads, 0);
    }

    /// One run of a plan.
    @Benchmark
    public void forward(Flops counter) {
        problem.run();
        counter.flops += flops;
    }

    /// What the last run wrote.
    Tensor output() {
        return problem.output();
    }

    /// Frees them.
    @TearDown
    public void close() {
        problem.close();
    }
}
