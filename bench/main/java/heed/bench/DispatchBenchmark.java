package heed.bench;

import heed.kernels.work.TaskLoop;
import heed.kernels.work.Workers;
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
import org.openjdk.jmh.annotations.Warmup;

/// A parallel loop over tasks of a known length: what handing out work costs, which a decode step pays several
/// times.
///
/// Tasks of 0 ns may all be done by the caller before a helper comes: the price of offering them. For longer ones the
/// loop takes `tasks · taskNanos / threads` and what the hand-over costs; with one thread there is none, only the
/// calls. A run of two phases, as packing and tiles are, must cost no second hand-over.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1) // compiled within the first second
@Measurement(iterations = 5, time = 1)
@Fork(3) // where the helper's thread lands differs from fork to fork
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class DispatchBenchmark {
    /// Tasks of a loop: a kv head each in decode, blocks of query rows in prefill.
    @Param({"2", "8", "128"})
    public int tasks;

    /// Threads of the loop, the calling one included.
    @Param({"1", "2"})
    public int threads;

    /// What each task spins for.
    @Param({"0", "20000"})
    public long taskNanos;

    private TaskLoop loop;
    private TaskLoop.Tasks body;
    private long[] done;

    /// Makes the loop and its pool.
    @Setup
    public void setup() {
        loop = new TaskLoop(threads, new Workers("bench", threads - 1));
        long[] counts = new long[tasks];
        body = (task, worker) -> {
            counts[task]++;
            spin(taskNanos);
        };
        done = counts;
    }

    /// One loop, begun and awaited.
    @Benchmark
    public long[] loop() {
        loop.run(tasks, threads, body);
        return done;
    }

    /// Two such loops as the phases of one run.
    @Benchmark
    public long[] phases() {
        try (TaskLoop.Run run = loop.begin(threads)) {
            run.phase(tasks, body);
            run.phase(tasks, body);
        }
        return done;
    }

    private static void spin(long nanos) {
        if (nanos > 0) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }
}
