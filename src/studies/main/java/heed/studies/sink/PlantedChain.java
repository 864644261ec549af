package heed.studies.sink;

import heed.attention.Mask;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import heed.studies.train.RmsNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/// The chain from averaged values to a sink, with its weights planted:
///
/// ```
/// o ── RMSNorm ── (SiLU(x W_gate) ⊙ x W_up) W_down ── RMSNorm ── W_K ── the next layer's attention
/// ```
///
/// Values are a common direction and N(0, 1). Averaging leaves the common part and shrinks the rest, so that
/// after the RMSNorm a position points away from the common direction as much as it averages little. The
/// planted neuron looks there: its gate and up columns are `g u`, u orthogonal to the common part; its down row
/// is `ρ e_c`. All other neurons are random. The next layer's queries like `e_c`. There is no skip connection:
/// before the first norm it would carry the scale of o past it.
final class PlantedChain {
    static final int BATCH = 64;
    static final int LENGTH = 64;

    private static final int DIM = 64;
    private static final int NEURONS = 128;
    private static final int HEAD_DIM = 16;
    private static final int CHANNEL = 5;

    /// Size of the common part of values, in each dim.
    private static final double COMMON = 1;

    /// g: what the neuron multiplies by.
    private static final double GAIN = 1;

    /// ρ: what it writes to channel c.
    private static final double DOWN = 8;

    /// Score of a key that is nothing but channel c.
    private static final double LIKING = 8;

    private final Lab lab;
    private final Matrix gate;
    private final Matrix up;
    private final Matrix down;
    private final Matrix toKey;
    private final Matrix query;
    private final List<Matrix> aggregated = new ArrayList<>();
    private final List<Matrix> keys = new ArrayList<>();

    /// Values are averaged once; `alone` sees itself alone, if given.
    PlantedChain(Lab lab, long seed, Optional<Integer> alone) {
        this.lab = lab;
        RandomGenerator random = new Random(seed);
        Matrix common = Matrix.zeros(1, DIM);
        Matrix neuron = Matrix.zeros(1, DIM);
        for (int d = 0; d < DIM; d++) {
            // Orthogonal, and spread over all channels.
            common.set(0, d, COMMON * (d % 2 == 0 ? 1 : -1));
            neuron.set(0, d, (d / 2 % 2 == 0 ? 1 : -1) / Math.sqrt(DIM));
        }
        gate = Matrix.gaussian(random, DIM, NEURONS, 1 / Math.sqrt(DIM));
        up = Matrix.gaussian(random, DIM, NEURONS, 1 / Math.sqrt(DIM));
        down = Matrix.gaussian(random, NEURONS, DIM, 1 / Math.sqrt(NEURONS));
        toKey = Matrix.gaussian(random, DIM, HEAD_DIM, 1 / Math.sqrt(DIM));
        for (int d = 0; d < DIM; d++) {
            gate.set(d, 0, GAIN * neuron.get(0, d));
            up.set(d, 0, GAIN * neuron.get(0, d));
            down.set(0, d, d == CHANNEL ? DOWN : 0);
        }
        query = liking();
        aggregate(random, common, alone);
    }

    /// Queries along row c of `W_K`, so that `√d (W_K)_c`, the key of channel c alone, scores [#LIKING].
    private Matrix liking() {
        Matrix rows = Matrix.zeros(LENGTH, HEAD_DIM);
        double square = toKey.dot(CHANNEL, toKey, CHANNEL);
        for (int i = 0; i < LENGTH; i++) {
            for (int d = 0; d < HEAD_DIM; d++) {
                rows.set(i, d, LIKING * toKey.get(CHANNEL, d) / (square * Math.sqrt(DIM)));
            }
        }
        return rows;
    }

    private void aggregate(RandomGenerator random, Matrix common, Optional<Integer> alone) {
        Aggregation.Scores scores =
                alone.<Aggregation.Scores>map(Aggregation.Scores.Alone::new).orElseGet(Aggregation.Scores.Uniform::new);
        Matrix zeros = Matrix.zeros(LENGTH, HEAD_DIM);
        try (Head head = new Head(lab, Aggregation.spec(scores, HEAD_DIM, DIM), LENGTH, LENGTH)) {
            Aggregation.give(head.arguments(), scores, new double[0], LENGTH);
            for (int b = 0; b < BATCH; b++) {
                Matrix value = Matrix.gaussian(random, LENGTH, DIM, 1);
                for (int i = 0; i < LENGTH; i++) {
                    for (int d = 0; d < DIM; d++) {
                        value.set(i, d, value.get(i, d) + common.get(0, d));
                    }
                }
                Matrix output = head.run(zeros, zeros, value).output();
                aggregated.add(output);
                keys.add(keys(output));
            }
        }
    }

    /// The keys of `rows`.
    private Matrix keys(Matrix rows) {
        Matrix x = RmsNorm.plain(1e-12).forward(rows);
        Matrix left = x.times(gate);
        Matrix right = x.times(up);
        for (int n = 0; n < left.elements().length; n++) {
            double z = left.elements()[n];
            left.elements()[n] = z / (1 + Math.exp(-z)) * right.elements()[n];
        }
        return RmsNorm.plain(1e-12).forward(left.times(down)).times(toKey);
    }

    /// α of each position: the mean of what queries from it on give it, over sequences.
    double[] alphas() {
        return alphas(keys);
    }

    /// What row `position` of each sequence becomes.
    enum Change {
        /// `μ + λ (o − μ)`, μ the mean over sequences: the variance grows, the mean stays.
        VARIANCE,

        /// `λ o`, the control: the norm takes λ away.
        SCALE
    }

    /// α of `position` with its rows changed by λ.
    double alpha(int position, Change change, double lambda) {
        double[] mean = new double[DIM];
        if (change == Change.VARIANCE) {
            for (Matrix rows : aggregated) {
                for (int d = 0; d < DIM; d++) {
                    mean[d] += rows.get(position, d) / BATCH;
                }
            }
        }
        Matrix changed = Matrix.zeros(BATCH, DIM);
        for (int b = 0; b < BATCH; b++) {
            for (int d = 0; d < DIM; d++) {
                changed.set(b, d, mean[d] + lambda * (aggregated.get(b).get(position, d) - mean[d]));
            }
        }
        Matrix rows = keys(changed);
        List<Matrix> all = new ArrayList<>();
        for (int b = 0; b < BATCH; b++) {
            Matrix key = keys.get(b).copy();
            System.arraycopy(rows.elements(), rows.at(b), key.elements(), key.at(position), HEAD_DIM);
            all.add(key);
        }
        return alphas(all)[position];
    }

    /// Column sums of causal attention are the gradient of values of one dim, cotangent 1.
    private double[] alphas(List<Matrix> all) {
        double[] alphas = new double[LENGTH];
        Matrix value = Matrix.zeros(LENGTH, 1);
        Matrix ones = Matrix.zeros(LENGTH, 1);
        java.util.Arrays.fill(ones.elements(), 1);
        try (Head head = new Head(
                lab,
                Head.spec(HEAD_DIM, spec -> spec.softmaxScale(1).valueDim(1).mask(Mask.causal())),
                LENGTH,
                LENGTH)) {
            for (Matrix key : all) {
                Pass pass = head.run(query, key, value);
                Matrix sums = head.gradients(query, key, value, pass, ones, Optional.empty())
                        .value();
                for (int k = 0; k < LENGTH; k++) {
                    alphas[k] += sums.get(k, 0) / (LENGTH - k) / BATCH;
                }
            }
        }
        return alphas;
    }
}
