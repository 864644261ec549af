package heed.bench;

import heed.cli.bench.Ceiling;
import heed.cli.bench.Ceilings;
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

/// What this machine can do at most, as `heed bench` measures it: the top of every axis. Run it beside the others.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0) // a measurement warms up by itself
@Measurement(iterations = 3, time = 1) // one measurement each, which takes longer
@Fork(value = 1, jvmArgsPrepend = Forked.VECTOR)
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class CeilingBenchmark {
    /// Threads at work at once.
    @Param({"1", "2"})
    public int threads;

    /// Windows of a tenth of a second without a better figure that end a measurement.
    @Param("5")
    public int windows;

    private Ceilings ceilings;

    /// Reserves the memory to read.
    @Setup
    public void setup() {
        ceilings = new Ceilings(threads);
    }

    /// Both ceilings, counted as if they had been kept up all the time that finding them took.
    @Benchmark
    public Ceiling measure(Flops multiplied, Bytes read) {
        long begin = System.nanoTime();
        Ceiling ceiling = ceilings.measure(threads, windows);
        long nanos = System.nanoTime() - begin;
        multiplied.flops += Math.round(ceiling.fmaGflops() * nanos);
        read.bytes += Math.round(ceiling.readGbps() * nanos);
        return ceiling;
    }

    /// Frees the memory.
    @TearDown
    public void close() {
        ceilings.close();
    }
}
