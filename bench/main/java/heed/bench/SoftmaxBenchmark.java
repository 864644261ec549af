package heed.bench;

import heed.kernels.tile.Lanes;
import heed.kernels.tile.OnlineSoftmax;
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

    /// Whether the maximum rises with every block, which costs one more exponential.
    @Param({"false", "true"})
    public boolean rising;

    private float[] scores;
    private final float[] lanes = new float[Lanes.WIDTH];
    private float[] weights;
    private final float[] state = new float[3];

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
        weights = new float[keys];
    }

    /// One block, from scores copied anew: the copy costs two instructions a vector.
    @Benchmark
    public float[] update(Scores counter) {
        System.arraycopy(scores, 0, weights, 0, keys);
        state[0] = rising ? -1 : 1; // noise is below 1
        state[1] = 1;
        OnlineSoftmax.update(weights, 0, keys, state, 0, lanes);
        counter.scores += keys;
        return weights;
    }

    /// Sum and weights as two passes in double have them, relative to the maximum that [#state] holds.
    double[] expected() {
        double[] expected = new double[keys + 1];
        for (int j = 0; j < keys; j++) {
            expected[j] = Math.exp((double) scores[j] - state[0]);
            expected[keys] += expected[j];
        }
        expected[keys] += Math.exp((rising ? -1.0 : 1.0) - state[0]);
        return expected;
    }

    /// The running maximum, sum, and factor for what was accumulated before.
    float[] state() {
        return state;
    }
}
