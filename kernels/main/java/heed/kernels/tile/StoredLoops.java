package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/// The microkernels of [StoredKernels], 4 rows × 2 vectors each. A template of [Specialised].
///
/// | kernel      | a step                                   | loads | multiply-adds | stores |
/// |-------------|------------------------------------------|------:|--------------:|-------:|
/// | rowScores   | a vector of dims of 2 keys               |     6 |             8 |      0 |
/// | panelScores | a dim of 2 vectors of keys               |     6 |             8 |      0 |
/// | values      | a vector of dims of 2 keys, into 4 sums  |     6 |             8 |      4 |
///
/// 8 accumulators, 2 operands and a broadcast leave some of 16 registers to the compiler. All three walk through
/// memory in two streams side by side, row after row: what is read is bound by the lines that a core keeps under
/// way, and a walk down a column of values, however few its instructions, keeps fewer.
public final class StoredLoops implements StoredKernels {
    private static final StoredType TYPE =
            StoredConstants.of(MethodHandles.lookup()).type();
    private static final int BYTES = TYPE.bytes();

    /// Made by reflection in a hidden copy.
    public StoredLoops() {}

    private static FloatVector load(MemorySegment segment, long at) {
        return Stored.load(TYPE, segment, at);
    }

    @Override
    public void rowScores(
            float[] query,
            int queryAt,
            int headDim,
            MemorySegment keys,
            long keyAt,
            long keyStride,
            int count,
            float[] scores,
            int scoresAt,
            int scoresStride,
            float[] sums) {
        for (int j = 0; j < count; j += 2) {
            long second = j + 1 < count ? keyStride : 0;
            rowPair(query, queryAt, headDim, keys, keyAt + j * keyStride, second, sums, j * WIDTH);
        }
        for (int r = 0; r < ROWS; r++) {
            LaneSums.sum(sums, r * KEYS * WIDTH, KEYS, scores, scoresAt + r * scoresStride);
        }
    }

    /// Partial sums of 2 keys for 4 rows, at `sums[r][j]`, a vector each.
    private static void rowPair(
            float[] query, int queryAt, int headDim, MemorySegment keys, long at, long second, float[] sums, int to) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        int q0 = queryAt, q1 = q0 + headDim, q2 = q1 + headDim, q3 = q2 + headDim;
        for (int d = 0; d < headDim; d += WIDTH) {
            long from = at + (long) d * BYTES;
            FloatVector k0 = load(keys, from);
            FloatVector k1 = load(keys, from + second);
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
            MemorySegment keys,
            long keyAt,
            float[] scores,
            int scoresAt,
            int scoresStride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        int q0 = queryAt, q1 = q0 + headDim, q2 = q1 + headDim, q3 = q2 + headDim;
        for (int d = 0; d < headDim; d++) {
            long from = keyAt + (long) d * (KEYS * BYTES);
            FloatVector k0 = load(keys, from);
            FloatVector k1 = load(keys, from + WIDTH * BYTES);
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
            MemorySegment values,
            long valueAt,
            long valueStride,
            int count,
            float[] sums,
            int sumsAt,
            int valueDim) {
        int j = 0;
        for (; j + 1 < count; j += 2) {
            long at = valueAt + j * valueStride;
            valuePair(weights, weightsAt + j, weightsStride, values, at, valueStride, sums, sumsAt, valueDim);
        }
        if (j < count) {
            lastValue(weights, weightsAt + j, weightsStride, values, valueAt + j * valueStride, sums, sumsAt, valueDim);
        }
    }

    private static void valuePair(
            float[] weights,
            int at,
            int stride,
            MemorySegment values,
            long valueAt,
            long second,
            float[] sums,
            int sumsAt,
            int valueDim) {
        FloatVector p00 = FloatVector.broadcast(F, weights[at]);
        FloatVector p01 = FloatVector.broadcast(F, weights[at + 1]);
        FloatVector p10 = FloatVector.broadcast(F, weights[at + stride]);
        FloatVector p11 = FloatVector.broadcast(F, weights[at + stride + 1]);
        FloatVector p20 = FloatVector.broadcast(F, weights[at + 2 * stride]);
        FloatVector p21 = FloatVector.broadcast(F, weights[at + 2 * stride + 1]);
        FloatVector p30 = FloatVector.broadcast(F, weights[at + 3 * stride]);
        FloatVector p31 = FloatVector.broadcast(F, weights[at + 3 * stride + 1]);
        int s0 = sumsAt, s1 = s0 + valueDim, s2 = s1 + valueDim, s3 = s2 + valueDim;
        for (int d = 0; d < valueDim; d += WIDTH) {
            long from = valueAt + (long) d * BYTES;
            FloatVector v0 = load(values, from);
            FloatVector v1 = load(values, from + second);
            p01.fma(v1, p00.fma(v0, FloatVector.fromArray(F, sums, s0 + d))).intoArray(sums, s0 + d);
            p11.fma(v1, p10.fma(v0, FloatVector.fromArray(F, sums, s1 + d))).intoArray(sums, s1 + d);
            p21.fma(v1, p20.fma(v0, FloatVector.fromArray(F, sums, s2 + d))).intoArray(sums, s2 + d);
            p31.fma(v1, p30.fma(v0, FloatVector.fromArray(F, sums, s3 + d))).intoArray(sums, s3 + d);
        }
    }

    private static void lastValue(
            float[] weights,
            int at,
            int stride,
            MemorySegment values,
            long valueAt,
            float[] sums,
            int sumsAt,
            int valueDim) {
        for (int r = 0; r < ROWS; r++) {
            FloatVector p = FloatVector.broadcast(F, weights[at + r * stride]);
            for (int d = 0; d < valueDim; d += WIDTH) {
                int to = sumsAt + r * valueDim + d;
                FloatVector v = load(values, valueAt + (long) d * BYTES);
                p.fma(v, FloatVector.fromArray(F, sums, to)).intoArray(sums, to);
            }
        }
    }
}
