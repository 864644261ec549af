package heed.cli.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;

/// What this machine can do at most, measured in this process: the top of the axis for everything else.
///
/// Each figure is the best of several windows. Other work on the machine only ever takes away, so the best window
/// is the nearest to the ceiling.
public final class Ceilings implements AutoCloseable {
    private static final int CHUNK = 50_000;
    private static final int MOST_WINDOWS = 30;
    private static final double NOTICEABLE = 1.01;
    private static final long BLOCK = 64L << 10;

    private final int maxThreads;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final AtomicLong sink = new AtomicLong();

    /// Reserves and touches the memory to read: four times the last-level cache.
    public Ceilings(int maxThreads) {
        this.maxThreads = maxThreads;
        long granule = (long) ReadCeiling.granule() * maxThreads;
        long bytes = (LastLevelCache.exceeded() / granule + 1) * granule;
        memory = arena.allocate(bytes, 4096);
        for (long at = 0; at < bytes; at += 4096) {
            memory.set(java.lang.foreign.ValueLayout.JAVA_LONG, at, at);
        }
    }

    /// Measures both ceilings with `threads` threads.
    ///
    /// @param windows how many without a better figure end it; each takes about a tenth of a second per ceiling
    public Ceiling measure(int threads, int windows) {
        checkThreads(threads);
        long slice = memory.byteSize() / threads / ReadCeiling.granule() * ReadCeiling.granule();
        double fma = best(windows, threads, _ -> multiply());
        double streams = best(windows, threads, thread -> read(thread * slice, slice, slice));
        double stream = best(windows, threads, thread -> read(thread * slice, slice, BLOCK));
        return new Ceiling(threads, fma, Math.max(streams, stream));
    }

    /// GFLOP/s of one window of multiply-adds: whether the clock is what it was.
    double fmaNow(int threads) {
        checkThreads(threads);
        return window(threads, _ -> multiply());
    }

    private void checkThreads(int threads) {
        if (threads < 1 || threads > maxThreads) {
            throw new IllegalArgumentException(
                    "threads must lie between 1 and the " + maxThreads + " reserved for: threads=" + threads);
        }
    }

    private long multiply() {
        sink.addAndGet((long) FmaCeiling.run(CHUNK, 0.5f));
        return FmaCeiling.flops(CHUNK);
    }

    /// Reads `bytes` from byte `at` on, in pieces: four streams far apart when there is one piece, else four so near
    /// to each other that memory sees one. Which is faster differs between machines.
    private long read(long at, long bytes, long piece) {
        long sum = 0;
        for (long done = 0; done < bytes; done += piece) {
            sum += ReadCeiling.run(memory.asSlice(at + done, Math.min(piece, bytes - done)));
        }
        sink.addAndGet(sum);
        return bytes;
    }

    /// Most units per nanosecond of any window: goes on until `windows` in a row were no better, since on a machine
    /// that others use, too, the first may all be poor. The very first only warms up.
    private static double best(int windows, int threads, IntToLongFunction chunk) {
        window(threads, chunk);
        double best = 0;
        int worse = 0;
        for (int n = 0; worse < windows && n < MOST_WINDOWS; n++) {
            double rate = window(threads, chunk);
            worse = rate > best * NOTICEABLE ? 0 : worse + 1;
            best = Math.max(best, rate);
        }
        return best;
    }

    private static double window(int threads, IntToLongFunction chunk) {
        CyclicBarrier start = new CyclicBarrier(threads);
        double[] rates = new double[threads];
        List<Thread> helpers = new ArrayList<>();
        for (int t = 1; t < threads; t++) {
            int thread = t;
            helpers.add(Thread.ofPlatform().daemon().start(() -> rates[thread] = rate(start, thread, chunk)));
        }
        rates[0] = rate(start, 0, chunk);
        helpers.forEach(Ceilings::join);
        return java.util.Arrays.stream(rates).sum();
    }

    private static double rate(CyclicBarrier start, int thread, IntToLongFunction chunk) {
        await(start);
        long begin = System.nanoTime();
        long units = 0;
        long elapsed;
        do {
            units += chunk.applyAsLong(thread);
            elapsed = System.nanoTime() - begin;
        } while (elapsed < 100_000_000);
        return (double) units / elapsed;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException failure) {
            throw new IllegalStateException("the measurement was interrupted", failure);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the measurement was interrupted", failure);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
