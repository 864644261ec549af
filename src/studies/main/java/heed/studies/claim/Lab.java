package heed.studies.claim;

import heed.attention.Attention;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Where a study runs: with which backends, how thoroughly, on how many cores, and where long work is kept.
///
/// @param attention the door to attention
/// @param gemm what multiplies the matrices of layers that are trained
/// @param quick whether to leave out what takes long; what is left out is said, not replaced
/// @param threads independent parts that are computed at once
/// @param kept folder where a study that takes long keeps what it has so far, and finds it again; made when
///     needed
/// @param progress told what is being done
public record Lab(Attention attention, GemmBackend gemm, boolean quick, int threads, Path kept, Progress progress) {
    /// Checks the threads.
    public Lab {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive: threads=" + threads);
        }
        Progress told = progress;
        progress = new Progress() {
            @Override
            public synchronized void doing(String what) {
                told.doing(what);
            }
        };
    }

    /// For the many small problems of a study: each on its caller's thread, since [#all] spreads them.
    public PlanOptions alone() {
        return PlanOptions.DEFAULT.withThreads(1);
    }

    /// The results of all `parts`, in their order, computed on [#threads] threads. As soon as one fails, the
    /// others are interrupted, and its failure is thrown.
    public <T> List<T> all(List<? extends Callable<T>> parts) {
        ExecutorService workers = Executors.newFixedThreadPool(
                Math.min(threads, Math.max(1, parts.size())),
                Thread.ofPlatform().daemon().name("heed-study-", 0).factory());
        try (workers) {
            CompletionService<T> ended = new ExecutorCompletionService<>(workers);
            List<Future<T>> futures = parts.stream().map(ended::submit).toList();
            try {
                for (int n = 0; n < futures.size(); n++) {
                    ended.take().get();
                }
                return futures.stream().map(Future::resultNow).toList();
            } catch (ExecutionException failure) {
                throw unchecked(Objects.requireNonNullElse(failure.getCause(), failure));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new CancellationException("the study was interrupted");
            } finally {
                workers.shutdownNow();
            }
        }
    }

    /// Ends work that was told to stop.
    public void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the study was interrupted");
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException(failure);
        };
    }
}
