package heed.bench;

import heed.kernels.work.TaskLoop;
import heed.kernels.work.Workers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// From the caller to a helper and back: two tasks that wait for each other, so that neither thread can do both.
///
/// A helper that is awake is there in less than a microsecond; one that has parked takes what the system takes to wake
/// a thread. Where no core is free for it the tasks give up after [#PATIENCE_NANOS], which the 99th percentile shows.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1) // compiled within the first second
@Measurement(iterations = 5, time = 1)
@Fork(3) // where the helper's thread lands differs from fork to fork
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class HandOverBenchmark {
    private static final long PATIENCE_NANOS = 1_000_000;

    /// What the caller does between two runs: nothing, less than a helper looks out for, more than that.
    @Param({"0", "20000", "1000000"})
    public long gapNanos;

    private TaskLoop loop;
    private TaskLoop.Tasks meeting;
    private AtomicInteger arrived;

    /// Makes the loop and its pool.
    @Setup
    public void setup() {
        loop = new TaskLoop(2, new Workers("bench", 1));
        arrived = new AtomicInteger();
        meeting = (_, _) -> meet();
    }

    /// Lets the helper wait.
    @Setup(Level.Invocation)
    public void gap() {
        arrived.set(0);
        long start = System.nanoTime();
        while (System.nanoTime() - start < gapNanos) {
            Thread.onSpinWait();
        }
    }

    /// One loop of two tasks; how many came to meet.
    @Benchmark
    public int loop() {
        loop.run(2, 2, meeting);
        return arrived.get();
    }

    private void meet() {
        long start = System.nanoTime();
        arrived.incrementAndGet();
        while (arrived.get() < 2 && System.nanoTime() - start < PATIENCE_NANOS) {
            Thread.onSpinWait();
        }
    }
}
