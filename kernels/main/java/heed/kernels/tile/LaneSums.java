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
    private static final int LEVELS = Integer.numberOfTrailingZeros(WIDTH);

    private LaneSums() {}

    /// Writes the lane sums of `count` vectors, a multiple of WIDTH, from `vectors[at]` on, which are overwritten.
    static void sum(float[] vectors, int at, int count, float[] sums, int to) {
        for (int first = 0; first < count; first += WIDTH) {
            int from = at + first * WIDTH;
            for (int level = LEVELS - 1; level >= 0; level--) {
                halve(vectors, from, 1 << level);
            }
            FloatVector.fromArray(F, vectors, from).intoArray(sums, to + first);
        }
    }

    /// Makes `half` vectors of the first `2 · half`.
    private static void halve(float[] vectors, int at, int half) {
        VectorMask<Float> upper = Exchange.UPPER[Integer.numberOfTrailingZeros(half)];
        VectorShuffle<Float> across = Exchange.ACROSS[Integer.numberOfTrailingZeros(half)];
        for (int n = 0; n < half; n++) {
            FloatVector a = FloatVector.fromArray(F, vectors, at + n * WIDTH);
            FloatVector b = FloatVector.fromArray(F, vectors, at + (n + half) * WIDTH);
            FloatVector kept = a.blend(b, upper);
            FloatVector moved = b.blend(a, upper).rearrange(across);
            kept.add(moved).intoArray(vectors, at + n * WIDTH);
        }
    }

    /// For each level, the lanes with that bit set, and the shuffle that flips it.
    private static final class Exchange {
        @SuppressWarnings({"unchecked", "rawtypes"}) // no generic arrays
        static final VectorMask<Float>[] UPPER = new VectorMask[LEVELS];

        @SuppressWarnings({"unchecked", "rawtypes"}) // no generic arrays
        static final VectorShuffle<Float>[] ACROSS = new VectorShuffle[LEVELS];

        static {
            for (int level = 0; level < LEVELS; level++) {
                int bit = 1 << level;
                boolean[] set = new boolean[WIDTH];
                for (int lane = 0; lane < WIDTH; lane++) {
                    set[lane] = (lane & bit) != 0;
                }
                UPPER[level] = VectorMask.fromArray(F, set, 0);
                ACROSS[level] = VectorShuffle.fromOp(F, lane -> lane ^ bit);
            }
        }
    }
}
