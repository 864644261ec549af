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

/// Attention of one query row over a long cache: reading keys and values limits it. The query and the output are
/// f32.
///
/// Compare with `bytes` of [CeilingBenchmark]. Runs take caches in turn, so that each comes from memory.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1) // two seconds compile the loops, the others show that they stay
@Measurement(iterations = 5, time = 1) // more forks beat more iterations
@Fork(
        value = 3,
        jvmArgsPrepend = {Forked.VECTOR, Forked.NATIVE})
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class DecodeBenchmark {
    /// The reference only tells what plain loops would take: ask for it.
    @Param({"vector", "openblas"})
    public Contender contender;

    /// Keys.
    @Param({"4096", "32768"})
    public int kvLen;

    /// Query heads.
    @Param("32")
    public int queryHeads;

    /// Heads of key and value.
    @Param({"8", "32"})
    public int kvHeads;

    /// Elements of a row.
    @Param("128")
    public int headDim;

    /// Type of key and value, as `heed bench` calls it: `f32`, `f16`, `bf16`, `int8`, `int4`, `f64`.
    @Param("f32")
    public String kvType;

    /// `rows`, or `panels` for what the contender prefers.
    @Param("rows")
    public String keyLayout;

    /// Sequences of a run, in one ragged call.
    @Param("1")
    public int batch;

    /// Threads of a run.
    @Param("1")
    public int threads;

    /// MiB that all caches together exceed: at least four times the last-level cache.
    @Param("256")
    public int cachesMib;

    private long bytes;
    private long flops;
    private AttentionProblem problem;

    /// Makes operands and plan.
    @Setup
    public void setup() {
        BenchShape shape = BenchShape.parse("%d/%d,1/%d,%d,%s,%s,batch=%d"
                .formatted(queryHeads, kvHeads, kvLen, headDim, kvType, keyLayout, batch));
        bytes = shape.kvBytes();
        flops = shape.flops();
        problem = new AttentionProblem(contender, shape, threads, (long) cachesMib << 20);
    }

    /// One token of each sequence.
    @Benchmark
    public void step(Bytes read, Flops counter) {
        problem.run();
        read.bytes += bytes;
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
