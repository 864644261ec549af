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

    /// Writes the lane sums of `count` vectors, a multiple of WIDTH, from `vectors[at]` on, which are overwritten.
    ///
    /// One method without helpers: a call that the compiler does not inline returns its vector in an object.
    static void sum(float[] vectors, int at, int count, float[] sums, int to) {
        for (int first = 0; first < count; first += WIDTH) {
            int from = at + first * WIDTH;
            if (WIDTH >= 16) {
                for (int n = 0; n < 8; n++) {
                    FloatVector a = FloatVector.fromArray(F, vectors, from + n * WIDTH);
                    FloatVector b = FloatVector.fromArray(F, vectors, from + (n + 8) * WIDTH);
                    FloatVector moved = b.blend(a, UPPER_8).rearrange(ACROSS_8);
                    a.blend(b, UPPER_8).add(moved).intoArray(vectors, from + n * WIDTH);
                }
            }
            if (WIDTH >= 8) {
                for (int n = 0; n < 4; n++) {
                    FloatVector a = FloatVector.fromArray(F, vectors, from + n * WIDTH);
                    FloatVector b = FloatVector.fromArray(F, vectors, from + (n + 4) * WIDTH);
                    FloatVector moved = b.blend(a, UPPER_4).rearrange(ACROSS_4);
                    a.blend(b, UPPER_4).add(moved).intoArray(vectors, from + n * WIDTH);
                }
            }
            for (int n = 0; n < 2; n++) {
                FloatVector a = FloatVector.fromArray(F, vectors, from + n * WIDTH);
                FloatVector b = FloatVector.fromArray(F, vectors, from + (n + 2) * WIDTH);
                FloatVector moved = b.blend(a, UPPER_2).rearrange(ACROSS_2);
                a.blend(b, UPPER_2).add(moved).intoArray(vectors, from + n * WIDTH);
            }
            FloatVector a = FloatVector.fromArray(F, vectors, from);
            FloatVector b = FloatVector.fromArray(F, vectors, from + WIDTH);
            FloatVector moved = b.blend(a, UPPER_1).rearrange(ACROSS_1);
            a.blend(b, UPPER_1).add(moved).intoArray(sums, to + first);
        }
    }
}
