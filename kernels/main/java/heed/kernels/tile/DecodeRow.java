package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The kernels of [DecodeKernels] for a single query row. A template of [Specialised].
///
/// | kernel      | a step                     | loads | multiply-adds |
/// |-------------|----------------------------|------:|--------------:|
/// | rowScores   | a vector of dims of 8 keys |     9 |             8 |
/// | panelScores | a dim of 2 panels          |     5 |             4 |
/// | values      | a key's 8 vectors of dims  |     9 |             8 |
///
/// Each multiply-add has a load of its own, so loads bind, at two a cycle; memory binds before them. Sizes of methods
/// as in [DecodeGroup].
public final class DecodeRow implements DecodeKernels {
    /// Panels taken together, for as many chains.
    public static final int PANELS = 2;

    private static final DecodeConstants CONSTANTS = DecodeConstants.of(MethodHandles.lookup());
    private static final StoredType TYPE = CONSTANTS.type();

    /// With the constants of this class.
    public DecodeRow() {}

    private static FloatVector load(StoredChunk chunk, int at) {
        return Stored.load(TYPE, chunk, at);
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public int panels() {
        return PANELS;
    }

    @Override
    public void rowScores(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int keysAt,
            int count,
            float[] scores,
            int scoresAt,
            float[] sums) {
        int dim = CONSTANTS.headDim(headDim);
        for (int j = 0; j < count; j += 8) {
            eightKeys(query, queryAt, dim, keys, keysAt + j * dim, Math.min(count - j, 8) - 1, sums, j * WIDTH);
        }
        LaneSums.sum(sums, 0, Lanes.roundUp(count, WIDTH), sums, 0);
        System.arraycopy(sums, 0, scores, scoresAt, count);
    }

    /// Partial sums of keys `0 … last` of 8, a vector each; the others repeat the last.
    private static void eightKeys(
            float[] query, int queryAt, int headDim, StoredChunk keys, int at, int last, float[] sums, int to) {
        int dim = CONSTANTS.headDim(headDim);
        int k0 = Index.at(at), k1 = Index.at(at + Math.min(1, last) * dim), k2 = Index.at(at + Math.min(2, last) * dim);
        int k3 = Index.at(at + Math.min(3, last) * dim), k4 = Index.at(at + Math.min(4, last) * dim);
        int k5 = Index.at(at + Math.min(5, last) * dim), k6 = Index.at(at + Math.min(6, last) * dim);
        int k7 = Index.at(at + Math.min(7, last) * dim), q = Index.at(queryAt);
        FloatVector zero = FloatVector.zero(F);
        FloatVector c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
        for (int d = 0; d < dim; d += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, query, q + d);
            c0 = x.fma(load(keys, k0 + d), c0);
            c1 = x.fma(load(keys, k1 + d), c1);
            c2 = x.fma(load(keys, k2 + d), c2);
            c3 = x.fma(load(keys, k3 + d), c3);
            c4 = x.fma(load(keys, k4 + d), c4);
            c5 = x.fma(load(keys, k5 + d), c5);
            c6 = x.fma(load(keys, k6 + d), c6);
            c7 = x.fma(load(keys, k7 + d), c7);
        }
        c0.intoArray(sums, to);
        c1.intoArray(sums, to + WIDTH);
        c2.intoArray(sums, to + 2 * WIDTH);
        c3.intoArray(sums, to + 3 * WIDTH);
        c4.intoArray(sums, to + 4 * WIDTH);
        c5.intoArray(sums, to + 5 * WIDTH);
        c6.intoArray(sums, to + 6 * WIDTH);
        c7.intoArray(sums, to + 7 * WIDTH);
    }

    @Override
    public void panelScores(
            float[] query,
            int queryAt,
            int headDim,
            int from,
            int dims,
            StoredChunk keys,
            int panels,
            float[] scores,
            int scoresAt) {
        if (from == 0) {
            Arrays.fill(scores, scoresAt, scoresAt + panels * KEYS, 0);
        }
        for (int n = 0; n < panels; n += 2) {
            int second = n + 1 < panels ? KEYS : 0;
            twoPanels(query, queryAt + from, dims, keys, n * KEYS * dims, second, scores, scoresAt + n * KEYS);
        }
    }

    /// The second panel's keys are `second` after the first's, or are the first again.
    private static void twoPanels(
            float[] query, int queryAt, int dims, StoredChunk keys, int at, int second, float[] scores, int to) {
        int q = Index.at(queryAt), k = Index.at(at), l = Index.at(at + second * dims), steps = Index.steps(dims);
        FloatVector c0 = FloatVector.fromArray(F, scores, to), c1 = FloatVector.fromArray(F, scores, to + WIDTH);
        FloatVector c2 = FloatVector.fromArray(F, scores, to + second);
        FloatVector c3 = FloatVector.fromArray(F, scores, to + second + WIDTH);
        int d = 0;
        for (; d < steps - 1; d += 2) {
            FloatVector x = FloatVector.broadcast(F, query[q + d]);
            c0 = x.fma(load(keys, k + d * KEYS), c0);
            c1 = x.fma(load(keys, k + d * KEYS + WIDTH), c1);
            c2 = x.fma(load(keys, l + d * KEYS), c2);
            c3 = x.fma(load(keys, l + d * KEYS + WIDTH), c3);
            x = FloatVector.broadcast(F, query[q + d + 1]);
            c0 = x.fma(load(keys, k + d * KEYS + KEYS), c0);
            c1 = x.fma(load(keys, k + d * KEYS + KEYS + WIDTH), c1);
            c2 = x.fma(load(keys, l + d * KEYS + KEYS), c2);
            c3 = x.fma(load(keys, l + d * KEYS + KEYS + WIDTH), c3);
        }
        if (d < steps) {
            FloatVector x = FloatVector.broadcast(F, query[q + d]);
            c0 = x.fma(load(keys, k + d * KEYS), c0);
            c1 = x.fma(load(keys, k + d * KEYS + WIDTH), c1);
            c2 = x.fma(load(keys, l + d * KEYS), c2);
            c3 = x.fma(load(keys, l + d * KEYS + WIDTH), c3);
        }
        c2.intoArray(scores, to + second);
        c3.intoArray(scores, to + second + WIDTH);
        c0.intoArray(scores, to);
        c1.intoArray(scores, to + WIDTH);
    }

    @Override
    public void values(
            float[] weights, int weightsAt, StoredChunk values, int count, float[] sums, int sumsAt, int valueDim) {
        int dim = CONSTANTS.valueDim(valueDim);
        int d = 0;
        for (; d <= dim - 8 * WIDTH; d += 8 * WIDTH) {
            eightVectors(weights, weightsAt, values, d, count, sums, sumsAt + d, dim);
        }
        for (; d < dim; d += WIDTH) {
            oneVector(weights, weightsAt, values, d, count, sums, sumsAt + d, dim);
        }
    }

    private static void eightVectors(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int to, int valueDim) {
        int dim = CONSTANTS.valueDim(valueDim);
        int w = Index.at(at), v = Index.at(from), steps = Index.steps(count);
        FloatVector c0 = FloatVector.fromArray(F, sums, to), c1 = FloatVector.fromArray(F, sums, to + WIDTH);
        FloatVector c2 = FloatVector.fromArray(F, sums, to + 2 * WIDTH),
                c3 = FloatVector.fromArray(F, sums, to + 3 * WIDTH);
        FloatVector c4 = FloatVector.fromArray(F, sums, to + 4 * WIDTH),
                c5 = FloatVector.fromArray(F, sums, to + 5 * WIDTH);
        FloatVector c6 = FloatVector.fromArray(F, sums, to + 6 * WIDTH),
                c7 = FloatVector.fromArray(F, sums, to + 7 * WIDTH);
        for (int j = 0; j < steps; j++) {
            FloatVector x = FloatVector.broadcast(F, weights[w + j]);
            int row = v + j * dim;
            c0 = x.fma(load(values, row), c0);
            c1 = x.fma(load(values, row + WIDTH), c1);
            c2 = x.fma(load(values, row + 2 * WIDTH), c2);
            c3 = x.fma(load(values, row + 3 * WIDTH), c3);
            c4 = x.fma(load(values, row + 4 * WIDTH), c4);
            c5 = x.fma(load(values, row + 5 * WIDTH), c5);
            c6 = x.fma(load(values, row + 6 * WIDTH), c6);
            c7 = x.fma(load(values, row + 7 * WIDTH), c7);
        }
        c0.intoArray(sums, to);
        c1.intoArray(sums, to + WIDTH);
        c2.intoArray(sums, to + 2 * WIDTH);
        c3.intoArray(sums, to + 3 * WIDTH);
        c4.intoArray(sums, to + 4 * WIDTH);
        c5.intoArray(sums, to + 5 * WIDTH);
        c6.intoArray(sums, to + 6 * WIDTH);
        c7.intoArray(sums, to + 7 * WIDTH);
    }

    /// For what is left of the dims.
    private static void oneVector(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int to, int dim) {
        FloatVector c = FloatVector.fromArray(F, sums, to);
        for (int j = 0; j < count; j++) {
            FloatVector x = FloatVector.broadcast(F, weights[at + j]);
            c = x.fma(load(values, from + j * dim), c);
        }
        c.intoArray(sums, to);
    }
}
