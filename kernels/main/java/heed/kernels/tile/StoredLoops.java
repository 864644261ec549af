package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/// The microkernels of [StoredKernels], 4 rows × 2 vectors each. A template of [Specialised]: where the dims are
/// constants, range checks leave the loops.
///
/// | kernel      | a step                          | loads | multiply-adds |
/// |-------------|---------------------------------|------:|--------------:|
/// | rowScores   | a vector of dims of 2 keys      |     6 |             8 |
/// | panelScores | a dim of 2 vectors of keys      |     6 |             8 |
/// | values      | a key's 2 vectors of dims       |     6 |             8 |
///
/// 8 accumulators, 2 operands and up to 4 broadcasts fit 16 registers in whatever order the compiler takes them.
/// Each loop is a method of more than 325 bytecodes, which the compiler does not inline: see [OnlineSoftmax].
public final class StoredLoops implements StoredKernels {
    private static final StoredConstants CONSTANTS = StoredConstants.of(MethodHandles.lookup());
    private static final StoredType TYPE = CONSTANTS.type();
    private static final int HEAD_DIM = CONSTANTS.headDim();
    private static final int VALUE_DIM = CONSTANTS.valueDim();

    /// Made by reflection in a hidden copy.
    public StoredLoops() {}

    private static int headDim(int general) {
        return HEAD_DIM == 0 ? general : HEAD_DIM;
    }

    private static int valueDim(int general) {
        return VALUE_DIM == 0 ? general : VALUE_DIM;
    }

    private static FloatVector load(StoredChunk chunk, int at) {
        return Stored.load(TYPE, chunk, at);
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
            int scoresStride,
            float[] sums) {
        int dim = headDim(headDim);
        for (int j = 0; j < count; j += 2) {
            int second = j + 1 < count ? dim : 0;
            rowPair(query, queryAt, dim, keys, keysAt + j * dim, second, sums, j * WIDTH);
        }
        for (int r = 0; r < ROWS; r++) {
            LaneSums.sum(sums, r * KEYS * WIDTH, KEYS, scores, scoresAt + r * scoresStride);
        }
    }

    /// Partial sums of 2 keys for 4 rows, at `sums[r][j]`, a vector each.
    private static void rowPair(
            float[] query, int queryAt, int headDim, StoredChunk keys, int at, int second, float[] sums, int to) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        int q0 = queryAt, q1 = q0 + headDim, q2 = q1 + headDim, q3 = q2 + headDim;
        for (int d = 0; d < headDim(headDim); d += WIDTH) {
            FloatVector k0 = load(keys, at + d);
            FloatVector k1 = load(keys, at + second + d);
            FloatVector x = FloatVector.fromArray(F, query, q0 + d);
            c00 = x.fma(k0, c00);
            c01 = x.fma(k1, c01);
            x = FloatVector.fromArray(F, query, q1 + d);
            c10 = x.fma(k0, c10);
            c11 = x.fma(k1, c11);
            x = FloatVector.fromArray(F, query, q2 + d);
            c20 = x.fma(k0, c20);
            c21 = x.fma(k1, c21);
            x = FloatVector.fromArray(F, query, q3 + d);
            c30 = x.fma(k0, c30);
            c31 = x.fma(k1, c31);
        }
        int s0 = to, s1 = s0 + KEYS * WIDTH, s2 = s1 + KEYS * WIDTH, s3 = s2 + KEYS * WIDTH;
        c00.intoArray(sums, s0);
        c01.intoArray(sums, s0 + WIDTH);
        c10.intoArray(sums, s1);
        c11.intoArray(sums, s1 + WIDTH);
        c20.intoArray(sums, s2);
        c21.intoArray(sums, s2 + WIDTH);
        c30.intoArray(sums, s3);
        c31.intoArray(sums, s3 + WIDTH);
    }

    @Override
    public void panelScores(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int keysAt,
            float[] scores,
            int scoresAt,
            int scoresStride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        int q0 = queryAt, q1 = q0 + headDim, q2 = q1 + headDim, q3 = q2 + headDim;
        for (int d = 0; d < headDim(headDim); d++) {
            FloatVector k0 = load(keys, keysAt + d * KEYS);
            FloatVector k1 = load(keys, keysAt + d * KEYS + WIDTH);
            FloatVector x = FloatVector.broadcast(F, query[q0 + d]);
            c00 = x.fma(k0, c00);
            c01 = x.fma(k1, c01);
            x = FloatVector.broadcast(F, query[q1 + d]);
            c10 = x.fma(k0, c10);
            c11 = x.fma(k1, c11);
            x = FloatVector.broadcast(F, query[q2 + d]);
            c20 = x.fma(k0, c20);
            c21 = x.fma(k1, c21);
            x = FloatVector.broadcast(F, query[q3 + d]);
            c30 = x.fma(k0, c30);
            c31 = x.fma(k1, c31);
        }
        int s0 = scoresAt, s1 = s0 + scoresStride, s2 = s1 + scoresStride, s3 = s2 + scoresStride;
        c00.intoArray(scores, s0);
        c01.intoArray(scores, s0 + WIDTH);
        c10.intoArray(scores, s1);
        c11.intoArray(scores, s1 + WIDTH);
        c20.intoArray(scores, s2);
        c21.intoArray(scores, s2 + WIDTH);
        c30.intoArray(scores, s3);
        c31.intoArray(scores, s3 + WIDTH);
    }

    @Override
    public void values(
            float[] weights,
            int weightsAt,
            int weightsStride,
            StoredChunk values,
            int count,
            float[] sums,
            int sumsAt,
            int valueDim) {
        int dim = valueDim(valueDim);
        for (int d = 0; d < dim; d += 2 * WIDTH) {
            twoVectors(weights, weightsAt, weightsStride, values, d, count, sums, sumsAt + d, dim);
        }
    }

    private static void twoVectors(
            float[] weights,
            int at,
            int stride,
            StoredChunk values,
            int from,
            int count,
            float[] sums,
            int to,
            int dim) {
        int s0 = to, s1 = s0 + dim, s2 = s1 + dim, s3 = s2 + dim;
        FloatVector c00 = FloatVector.fromArray(F, sums, s0), c01 = FloatVector.fromArray(F, sums, s0 + WIDTH);
        FloatVector c10 = FloatVector.fromArray(F, sums, s1), c11 = FloatVector.fromArray(F, sums, s1 + WIDTH);
        FloatVector c20 = FloatVector.fromArray(F, sums, s2), c21 = FloatVector.fromArray(F, sums, s2 + WIDTH);
        FloatVector c30 = FloatVector.fromArray(F, sums, s3), c31 = FloatVector.fromArray(F, sums, s3 + WIDTH);
        int w0 = at, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        for (int j = 0; j < count; j++) {
            FloatVector v0 = load(values, from + j * valueDim(dim));
            FloatVector v1 = load(values, from + j * valueDim(dim) + WIDTH);
            FloatVector x = FloatVector.broadcast(F, weights[w0 + j]);
            c00 = x.fma(v0, c00);
            c01 = x.fma(v1, c01);
            x = FloatVector.broadcast(F, weights[w1 + j]);
            c10 = x.fma(v0, c10);
            c11 = x.fma(v1, c11);
            x = FloatVector.broadcast(F, weights[w2 + j]);
            c20 = x.fma(v0, c20);
            c21 = x.fma(v1, c21);
            x = FloatVector.broadcast(F, weights[w3 + j]);
            c30 = x.fma(v0, c30);
            c31 = x.fma(v1, c31);
        }
        c00.intoArray(sums, s0);
        c01.intoArray(sums, s0 + WIDTH);
        c10.intoArray(sums, s1);
        c11.intoArray(sums, s1 + WIDTH);
        c20.intoArray(sums, s2);
        c21.intoArray(sums, s2 + WIDTH);
        c30.intoArray(sums, s3);
        c31.intoArray(sums, s3 + WIDTH);
    }
}
