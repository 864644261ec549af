package heed.bench;

import heed.kernels.tile.Lanes;
import heed.kernels.tile.OnlineSoftmax;
import heed.kernels.tile.SoftmaxRows;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/// The online softmax of one row over a block of keys, exponentials included: what stands between the two products.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1) // compiled within the first second
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = Forked.VECTOR)
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class SoftmaxBenchmark {
    /// Keys of the block, whole panels.
    @Param({"64", "512"})
    public int keys;

    /// Whether it is the row's first block, which is looked through for its maximum.
    @Param({"false", "true"})
    public boolean first;

    private float[] scores;
    private float[] weights;
    private final float[] lanes = new float[Lanes.WIDTH];
    private final SoftmaxRows rows = new SoftmaxRows(1);

    /// Counts scores, so that results read in scores a second.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Scores {
        /// Since the iteration began.
        public long scores;

        /// Begins an iteration.
        @Setup(org.openjdk.jmh.annotations.Level.Iteration)
        public void reset() {
            scores = 0;
        }
    }

    /// Makes scores.
    @Setup
    public void setup() {
        scores = Noise.array(keys);
        weights = new float[2 * keys];
        System.arraycopy(scores, 0, weights, keys, keys);
    }

    /// One block. But for the first, of a row that has seen another of the same.
    @Benchmark
    public float[] update(Scores counter) {
        if (first) {
            rows.clear(0);
        }
        OnlineSoftmax.update(weights, keys, 0, 0, keys, 1, false, rows, 0, lanes);
        counter.scores += keys;
        return weights;
    }

    /// Weights as double has them, and their sum behind them.
    double[] expected() {
        double[] expected = new double[keys + 1];
        for (int j = 0; j < keys; j++) {
            expected[j] = Math.pow(2, scores[j] - rows.reference(0));
            expected[keys] += expected[j];
        }
        return expected;
    }

    /// The sum so far.
    double sum() {
        return rows.sum(0);
    }
}
