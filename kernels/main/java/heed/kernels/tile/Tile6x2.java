package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/// Six rows and 2 vectors of columns, for 16 registers.
///
/// 12 accumulators, 2 vectors of B and one broadcast fill 15: 12 multiply-adds for 8 loads. A template of
/// [Specialised].
///
/// The compiler would begin a step with all six broadcasts, as its scheduler does not count the accumulators that a
/// loop carries, and spill some of those: 40 of 102 GFLOP/s, under some collectors and not under others. It moves
/// nothing across a branch, so one that is never taken keeps broadcasts apart: where strides are constants one
/// serves, else it takes two.
///
/// A step is 12 multiply-adds in 6 cycles, which leaves room for 24 more instructions of the 6 that a core takes in a
/// cycle, for 12 if another hardware thread takes half of them. So addresses matter: with [Index] and constant strides
/// all rows of a step share one index. Of 101 GFLOP/s at depth 256, alone and beside a busy sibling: 89 and 45 without
/// either, 93 and 52 with known indexes, 97 and 66 with both.
public final class Tile6x2 implements RegisterTile {
    private static final TileConstants CONSTANTS = TileConstants.of(MethodHandles.lookup());
    private static final boolean GENERAL = CONSTANTS.equals(TileConstants.NONE);

    /// With the constants of this class.
    public Tile6x2() {}

    /// Where the next row begins: known as one more constant, or to be told anew.
    private static int next(int row, int stride) {
        return GENERAL ? Index.at(row + stride) : row + stride;
    }

    @Override
    public void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        int aRow = CONSTANTS.aStride(aStride);
        int cRow = CONSTANTS.cStride(cStride);
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        int a0 = Index.at(aAt), a1 = next(a0, aRow), a2 = next(a1, aRow), a3 = next(a2, aRow);
        int a4 = next(a3, aRow), a5 = next(a4, aRow);
        int bBegin = Index.at(bAt), steps = Index.steps(CONSTANTS.depth(depth));
        int never = ~bAt; // negative, which the compiler cannot know
        for (int l = 0; l < steps; l++) {
            int bRow = bBegin + l * 2 * WIDTH;
            FloatVector b0 = FloatVector.fromArray(F, b, bRow);
            FloatVector b1 = FloatVector.fromArray(F, b, bRow + WIDTH);
            FloatVector x = FloatVector.broadcast(F, a[a0 + l]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(F, a[a1 + l]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            if (l == never) {
                break;
            }
            x = FloatVector.broadcast(F, a[a2 + l]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(F, a[a3 + l]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            if (GENERAL && l == never - 1) {
                break;
            }
            x = FloatVector.broadcast(F, a[a4 + l]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(F, a[a5 + l]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        int c0 = cAt, c1 = c0 + cRow, c2 = c1 + cRow, c3 = c2 + cRow, c4 = c3 + cRow, c5 = c4 + cRow;
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c10.intoArray(c, c1);
        c11.intoArray(c, c1 + WIDTH);
        c20.intoArray(c, c2);
        c21.intoArray(c, c2 + WIDTH);
        c30.intoArray(c, c3);
        c31.intoArray(c, c3 + WIDTH);
        c40.intoArray(c, c4);
        c41.intoArray(c, c4 + WIDTH);
        c50.intoArray(c, c5);
        c51.intoArray(c, c5 + WIDTH);
    }
}
