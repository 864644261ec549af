package heed.kernels.tile;

import static heed.kernels.tile.Lanes.BLOCK_KEYS;
import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDE_TILES;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The kernels of [DecodeKernels] for four query rows, 4 rows × 2 vectors each. A template of [Specialised]: where the
/// dims are constants, range checks leave the loops and all rows share one index, see [Index].
///
/// | kernel      | a step                          | loads | multiply-adds |
/// |-------------|---------------------------------|------:|--------------:|
/// | rowScores   | a vector of dims of 2 keys      |     6 |             8 |
/// | panelScores | a dim of 2 vectors of keys      |     6 |             8 |
/// | values      | a key's 2 vectors of dims       |     6 |             8 |
///
/// 8 accumulators, 2 operands and up to 4 broadcasts fit 16 registers in whatever order the compiler takes them.
/// Each loop is a method of more than 325 bytecodes, which the compiler does not inline: see [OnlineSoftmax].
public final class DecodeGroup implements DecodeKernels {
    /// Query rows taken together.
    public static final int ROWS = 4;

    /// Keys in rows that a step takes at most, here or in [DecodeRow].
    public static final int ROW_KEYS = 8;

    private static final DecodeConstants CONSTANTS = DecodeConstants.of(MethodHandles.lookup());
    private static final StoredType TYPE = CONSTANTS.type();

    /// With the constants of this class.
    public DecodeGroup() {}

    private static FloatVector load(StoredChunk chunk, int at) {
        return Stored.load(TYPE, chunk, at);
    }

    @Override
    public int rows() {
        return ROWS;
    }

    @Override
    public int panels() {
        return 1;
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
        int step = WIDE_TILES ? 4 : 2;
        int stride = Lanes.roundUp(count, 4); // so that the vectors of all rows are whole trees
        for (int j = 0; j < count; j += step) {
            int last = Math.min(step, count - j) - 1;
            if (WIDE_TILES) {
                rowQuad(query, queryAt, dim, keys, keysAt + j * dim, last, sums, j * WIDTH, stride * WIDTH);
            } else {
                rowPair(query, queryAt, dim, keys, keysAt + j * dim, last * dim, sums, j * WIDTH, stride * WIDTH);
            }
        }
        LaneSums.sum(sums, 0, ROWS * stride, sums, 0);
        for (int r = 0; r < ROWS; r++) {
            System.arraycopy(sums, r * stride, scores, scoresAt + r * BLOCK_KEYS, count);
        }
    }

    /// Partial sums of 2 keys for 4 rows, at `sums[r][j]`, a vector each, rows `stride` apart.
    private static void rowPair(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int at,
            int second,
            float[] sums,
            int to,
            int stride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        int dim = CONSTANTS.headDim(headDim);
        int q0 = Index.at(queryAt), q1 = q0 + dim, q2 = q1 + dim, q3 = q2 + dim;
        int k = Index.at(at), l = Index.at(at + second);
        int never = ~queryAt; // negative, which the compiler cannot know
        for (int d = 0; d < dim; d += WIDTH) {
            FloatVector k0 = load(keys, k + d);
            FloatVector k1 = load(keys, l + d);
            FloatVector x = FloatVector.fromArray(F, query, q0 + d);
            c00 = x.fma(k0, c00);
            c01 = x.fma(k1, c01);
            x = FloatVector.fromArray(F, query, q1 + d);
            c10 = x.fma(k0, c10);
            c11 = x.fma(k1, c11);
            if (d == never) {
                break;
            }
            x = FloatVector.fromArray(F, query, q2 + d);
            c20 = x.fma(k0, c20);
            c21 = x.fma(k1, c21);
            x = FloatVector.fromArray(F, query, q3 + d);
            c30 = x.fma(k0, c30);
            c31 = x.fma(k1, c31);
        }
        int s0 = to, s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
        c00.intoArray(sums, s0);
        c01.intoArray(sums, s0 + WIDTH);
        c10.intoArray(sums, s1);
        c11.intoArray(sums, s1 + WIDTH);
        c20.intoArray(sums, s2);
        c21.intoArray(sums, s2 + WIDTH);
        c30.intoArray(sums, s3);
        c31.intoArray(sums, s3 + WIDTH);
    }

    /// Partial sums of keys `0 … last` of 4 for 4 rows, at `sums[r][j]`, a vector each, rows `stride` apart; 16
    /// accumulators take 32 registers.
    private static void rowQuad(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int at,
            int last,
            float[] sums,
            int to,
            int stride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        FloatVector c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        int dim = CONSTANTS.headDim(headDim);
        int q0 = Index.at(queryAt), q1 = q0 + dim, q2 = q1 + dim, q3 = q2 + dim;
        int a = Index.at(at), b = Index.at(at + Math.min(1, last) * dim);
        int c = Index.at(at + Math.min(2, last) * dim), d = Index.at(at + last * dim);
        int never = ~queryAt; // negative, which the compiler cannot know
        for (int n = 0; n < dim; n += WIDTH) {
            FloatVector k0 = load(keys, a + n), k1 = load(keys, b + n);
            FloatVector k2 = load(keys, c + n), k3 = load(keys, d + n);
            FloatVector x = FloatVector.fromArray(F, query, q0 + n);
            c00 = x.fma(k0, c00);
            c01 = x.fma(k1, c01);
            c02 = x.fma(k2, c02);
            c03 = x.fma(k3, c03);
            x = FloatVector.fromArray(F, query, q1 + n);
            c10 = x.fma(k0, c10);
            c11 = x.fma(k1, c11);
            c12 = x.fma(k2, c12);
            c13 = x.fma(k3, c13);
            if (n == never) {
                break;
            }
            x = FloatVector.fromArray(F, query, q2 + n);
            c20 = x.fma(k0, c20);
            c21 = x.fma(k1, c21);
            c22 = x.fma(k2, c22);
            c23 = x.fma(k3, c23);
            x = FloatVector.fromArray(F, query, q3 + n);
            c30 = x.fma(k0, c30);
            c31 = x.fma(k1, c31);
            c32 = x.fma(k2, c32);
            c33 = x.fma(k3, c33);
        }
        int s0 = to, s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
        c00.intoArray(sums, s0);
        c01.intoArray(sums, s0 + WIDTH);
        c02.intoArray(sums, s0 + 2 * WIDTH);
        c03.intoArray(sums, s0 + 3 * WIDTH);
        c10.intoArray(sums, s1);
        c11.intoArray(sums, s1 + WIDTH);
        c12.intoArray(sums, s1 + 2 * WIDTH);
        c13.intoArray(sums, s1 + 3 * WIDTH);
        c20.intoArray(sums, s2);
        c21.intoArray(sums, s2 + WIDTH);
        c22.intoArray(sums, s2 + 2 * WIDTH);
        c23.intoArray(sums, s2 + 3 * WIDTH);
        c30.intoArray(sums, s3);
        c31.intoArray(sums, s3 + WIDTH);
        c32.intoArray(sums, s3 + 2 * WIDTH);
        c33.intoArray(sums, s3 + 3 * WIDTH);
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
        for (int n = 0; n < panels; n++) {
            int to = scoresAt + n * KEYS;
            if (from == 0) {
                for (int r = 0; r < ROWS; r++) {
                    Arrays.fill(scores, to + r * BLOCK_KEYS, to + r * BLOCK_KEYS + KEYS, 0);
                }
            }
            panel(query, queryAt + from, headDim, dims, keys, n * KEYS * dims, scores, to);
        }
    }

    private static void panel(
            float[] query,
            int queryAt,
            int headDim,
            int dims,
            StoredChunk keys,
            int keysAt,
            float[] scores,
            int scoresAt) {
        int s0 = scoresAt, s1 = s0 + BLOCK_KEYS, s2 = s1 + BLOCK_KEYS, s3 = s2 + BLOCK_KEYS;
        FloatVector c00 = FloatVector.fromArray(F, scores, s0), c01 = FloatVector.fromArray(F, scores, s0 + WIDTH);
        FloatVector c10 = FloatVector.fromArray(F, scores, s1), c11 = FloatVector.fromArray(F, scores, s1 + WIDTH);
        FloatVector c20 = FloatVector.fromArray(F, scores, s2), c21 = FloatVector.fromArray(F, scores, s2 + WIDTH);
        FloatVector c30 = FloatVector.fromArray(F, scores, s3), c31 = FloatVector.fromArray(F, scores, s3 + WIDTH);
        int dim = CONSTANTS.headDim(headDim);
        int q0 = Index.at(queryAt), q1 = q0 + dim, q2 = q1 + dim, q3 = q2 + dim;
        int k = Index.at(keysAt), steps = Index.steps(dims);
        int never = ~queryAt; // negative, which the compiler cannot know
        for (int d = 0; d < steps; d++) {
            FloatVector k0 = load(keys, k + d * KEYS);
            FloatVector k1 = load(keys, k + d * KEYS + WIDTH);
            FloatVector x = FloatVector.broadcast(F, query[q0 + d]);
            c00 = x.fma(k0, c00);
            c01 = x.fma(k1, c01);
            x = FloatVector.broadcast(F, query[q1 + d]);
            c10 = x.fma(k0, c10);
            c11 = x.fma(k1, c11);
            if (d == never) {
                break;
            }
            x = FloatVector.broadcast(F, query[q2 + d]);
            c20 = x.fma(k0, c20);
            c21 = x.fma(k1, c21);
            x = FloatVector.broadcast(F, query[q3 + d]);
            c30 = x.fma(k0, c30);
            c31 = x.fma(k1, c31);
        }
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
            float[] weights, int weightsAt, StoredChunk values, int count, float[] sums, int sumsAt, int valueDim) {
        int dim = CONSTANTS.valueDim(valueDim);
        int d = 0;
        for (; d < dim - WIDTH; d += 2 * WIDTH) {
            twoVectors(weights, weightsAt, values, d, count, sums, sumsAt + d, dim);
        }
        if (d < dim) {
            oneVector(weights, weightsAt, values, d, count, sums, sumsAt + d, dim);
        }
    }

    /// The last of an odd number of vectors.
    private static void oneVector(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int to, int dim) {
        for (int r = 0; r < ROWS; r++) {
            FloatVector c = FloatVector.fromArray(F, sums, to + r * dim);
            for (int j = 0; j < count; j++) {
                FloatVector x = FloatVector.broadcast(F, weights[at + r * BLOCK_KEYS + j]);
                c = x.fma(load(values, from + j * dim), c);
            }
            c.intoArray(sums, to + r * dim);
        }
    }

    private static void twoVectors(
            float[] weights, int at, StoredChunk values, int from, int count, float[] sums, int to, int valueDim) {
        int dim = CONSTANTS.valueDim(valueDim);
        int s0 = to, s1 = s0 + dim, s2 = s1 + dim, s3 = s2 + dim;
        FloatVector c00 = FloatVector.fromArray(F, sums, s0), c01 = FloatVector.fromArray(F, sums, s0 + WIDTH);
        FloatVector c10 = FloatVector.fromArray(F, sums, s1), c11 = FloatVector.fromArray(F, sums, s1 + WIDTH);
        FloatVector c20 = FloatVector.fromArray(F, sums, s2), c21 = FloatVector.fromArray(F, sums, s2 + WIDTH);
        FloatVector c30 = FloatVector.fromArray(F, sums, s3), c31 = FloatVector.fromArray(F, sums, s3 + WIDTH);
        int w0 = Index.at(at), w1 = w0 + BLOCK_KEYS, w2 = w1 + BLOCK_KEYS, w3 = w2 + BLOCK_KEYS;
        int v = Index.at(from), steps = Index.steps(count);
        int never = ~at; // negative, which the compiler cannot know
        for (int j = 0; j < steps; j++) {
            FloatVector v0 = load(values, v + j * dim);
            FloatVector v1 = load(values, v + j * dim + WIDTH);
            FloatVector x = FloatVector.broadcast(F, weights[w0 + j]);
            c00 = x.fma(v0, c00);
            c01 = x.fma(v1, c01);
            x = FloatVector.broadcast(F, weights[w1 + j]);
            c10 = x.fma(v0, c10);
            c11 = x.fma(v1, c11);
            if (j == never) {
                break;
            }
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
