package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Sums of the lanes of many vectors at once, as many in a vector as it has lanes.
///
/// Two vectors become one of half sums: the upper half of one is exchanged for the lower half of the other, and
/// the two are added; so on with quarters. `WIDTH − 1` such steps of 4 instructions sum WIDTH vectors, where each
/// alone would take a shuffle and an addition for every halving. The order of each sum is the same tree, fixed by
/// the lane.
final class LaneSums {
    private static final VectorMask<Float> UPPER_8 = upper(8);
    private static final VectorMask<Float> UPPER_4 = upper(4);
    private static final VectorMask<Float> UPPER_2 = upper(2);
    private static final VectorMask<Float> UPPER_1 = upper(1);
    private static final VectorShuffle<Float> ACROSS_8 = across(8);
    private static final VectorShuffle<Float> ACROSS_4 = across(4);
    private static final VectorShuffle<Float> ACROSS_2 = across(2);
    private static final VectorShuffle<Float> ACROSS_1 = across(1);

    private LaneSums() {}

    /// Lanes with `bit` set.
    private static VectorMask<Float> upper(int bit) {
        boolean[] set = new boolean[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            set[lane] = (lane & bit) != 0;
        }
        return VectorMask.fromArray(F, set, 0);
    }

    /// Flips `bit` of each lane's number.
    private static VectorShuffle<Float> across(int bit) {
        return VectorShuffle.fromOp(F, lane -> (lane ^ bit) % WIDTH);
    }

    /// Writes the lane sums of `count` vectors, a multiple of WIDTH, from `vectors[at]` on.
    static void sum(float[] vectors, int at, int count, float[] sums, int to) {
        for (int first = 0; first < count; first += WIDTH) {
            int from = at + first * WIDTH;
            FloatVector sum = exchange(halves(vectors, from, 0), halves(vectors, from, 1), UPPER_1, ACROSS_1);
            sum.intoArray(sums, to + first);
        }
    }

    /// Vectors `n`, `n + 2`, … as one of half sums.
    private static FloatVector halves(float[] vectors, int at, int n) {
        return WIDTH == 4
                ? exchange(vector(vectors, at, n), vector(vectors, at, n + 2), UPPER_2, ACROSS_2)
                : exchange(quarters(vectors, at, n), quarters(vectors, at, n + 2), UPPER_2, ACROSS_2);
    }

    private static FloatVector quarters(float[] vectors, int at, int n) {
        return WIDTH == 8
                ? exchange(vector(vectors, at, n), vector(vectors, at, n + 4), UPPER_4, ACROSS_4)
                : exchange(eighths(vectors, at, n), eighths(vectors, at, n + 4), UPPER_4, ACROSS_4);
    }

    private static FloatVector eighths(float[] vectors, int at, int n) {
        return exchange(vector(vectors, at, n), vector(vectors, at, n + 8), UPPER_8, ACROSS_8);
    }

    private static FloatVector vector(float[] vectors, int at, int n) {
        return FloatVector.fromArray(F, vectors, at + n * WIDTH);
    }

    private static FloatVector exchange(
            FloatVector a, FloatVector b, VectorMask<Float> upper, VectorShuffle<Float> across) {
        return a.blend(b, upper).add(b.blend(a, upper).rearrange(across));
    }
}
