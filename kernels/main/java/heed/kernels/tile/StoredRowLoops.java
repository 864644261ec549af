package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/// The microkernels of [StoredRowKernels]. A template of [Specialised].
///
/// | kernel      | a step                      | loads | multiply-adds |
/// |-------------|-----------------------------|------:|--------------:|
/// | rowScores   | a vector of dims of 4 keys  |     5 |             4 |
/// | panelScores | a dim of 2 vectors of keys  |     3 |             2 |
/// | values      | a key's 4 vectors of dims   |     5 |             4 |
///
/// Each multiply-add has a load of its own, so loads bind, at two a cycle; memory binds before them.
public final class StoredRowLoops implements StoredRowKernels {
    private static final StoredConstants CONSTANTS = StoredConstants.of(MethodHandles.lookup());
    private static final StoredType TYPE = CONSTANTS.type();
    private static final int HEAD_DIM = CONSTANTS.headDim();
    private static final int VALUE_DIM = CONSTANTS.valueDim();
    private static final int KEYS = StoredKernels.KEYS;

    /// Made by reflection in a hidden copy.
    public StoredRowLoops() {}

    private static FloatVector load(StoredChunk chunk, int at) {
        return Stored.load(TYPE, chunk, at);
    }

    private static int headDim(int general) {
        return HEAD_DIM == 0 ? general : HEAD_DIM;
    }

    private static int valueDim(int general) {
        return VALUE_DIM == 0 ? general : VALUE_DIM;
    }

    @Override
    public void rowScores(
            float[] query,
            int headDim,
            StoredChunk keys,
            int keysAt,
            int count,
            float[] scores,
            int scoresAt,
            float[] sums) {
        int dim = headDim(headDim);
        for (int j = 0; j < count; j += 4) {
            int left = count - j;
            int second = left > 1 ? dim : 0;
            int third = left > 2 ? 2 * dim : 0;
            int fourth = left > 3 ? 3 * dim : 0;
            fourKeys(query, dim, keys, keysAt + j * dim, second, third, fourth, sums, j * WIDTH);
        }
        LaneSums.sum(sums, 0, KEYS, scores, scoresAt);
    }

    private static void fourKeys(
            float[] query, int dim, StoredChunk keys, int at, int second, int third, int fourth, float[] sums, int to) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        for (int d = 0; d < headDim(dim); d += WIDTH) {
            FloatVector q = FloatVector.fromArray(F, query, d);
            c0 = q.fma(load(keys, at + d), c0);
            c1 = q.fma(load(keys, at + second + d), c1);
            c2 = q.fma(load(keys, at + third + d), c2);
            c3 = q.fma(load(keys, at + fourth + d), c3);
        }
        c0.intoArray(sums, to);
        c1.intoArray(sums, to + WIDTH);
        c2.intoArray(sums, to + 2 * WIDTH);
        c3.intoArray(sums, to + 3 * WIDTH);
    }

    @Override
    public void panelScores(float[] query, int headDim, StoredChunk keys, float[] scores, int scoresAt) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = c0;
        for (int d = 0; d < headDim(headDim); d++) {
            FloatVector q = FloatVector.broadcast(F, query[d]);
            c0 = q.fma(load(keys, d * KEYS), c0);
            c1 = q.fma(load(keys, d * KEYS + WIDTH), c1);
        }
        c0.intoArray(scores, scoresAt);
        c1.intoArray(scores, scoresAt + WIDTH);
    }

    @Override
    public void values(float[] weights, int weightsAt, StoredChunk values, int count, float[] sums, int valueDim) {
        int dim = valueDim(valueDim);
        int d = 0;
        for (; d + 4 * WIDTH <= dim; d += 4 * WIDTH) {
            fourVectors(weights, weightsAt, values, d, count, sums, dim);
        }
        for (; d < dim; d += WIDTH) {
            oneVector(weights, weightsAt, values, d, count, sums, dim);
        }
    }

    private static void fourVectors(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int dim) {
        FloatVector c0 = FloatVector.fromArray(F, sums, from);
        FloatVector c1 = FloatVector.fromArray(F, sums, from + WIDTH);
        FloatVector c2 = FloatVector.fromArray(F, sums, from + 2 * WIDTH);
        FloatVector c3 = FloatVector.fromArray(F, sums, from + 3 * WIDTH);
        for (int j = 0; j < count; j++) {
            FloatVector p = FloatVector.broadcast(F, weights[at + j]);
            int row = from + j * valueDim(dim);
            c0 = p.fma(load(values, row), c0);
            c1 = p.fma(load(values, row + WIDTH), c1);
            c2 = p.fma(load(values, row + 2 * WIDTH), c2);
            c3 = p.fma(load(values, row + 3 * WIDTH), c3);
        }
        c0.intoArray(sums, from);
        c1.intoArray(sums, from + WIDTH);
        c2.intoArray(sums, from + 2 * WIDTH);
        c3.intoArray(sums, from + 3 * WIDTH);
    }

    private static void oneVector(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int dim) {
        FloatVector c = FloatVector.fromArray(F, sums, from);
        for (int j = 0; j < count; j++) {
            c = FloatVector.broadcast(F, weights[at + j]).fma(load(values, from + j * valueDim(dim)), c);
        }
        c.intoArray(sums, from);
    }
}
