package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDE_TILES;
import static heed.kernels.tile.Lanes.WIDTH;

/// Six rows times one panel of B, by the register tile of its width: the loop next to the microkernel.
public final class PanelMultiply {
    private PanelMultiply() {}

    /// Computes `C = A · B` for six rows and [Lanes#PANEL] columns.
    public static void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        if (WIDE_TILES) {
            Tile6x4.multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
        } else {
            Tile6x2.multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
        }
    }

    /// The same for a panel of `width` columns, one that [#width] gives.
    public static void multiply(
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            int width,
            int depth,
            float[] c,
            int cAt,
            int cStride) {
        if (width == PANEL) {
            multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
        } else if (width == 2 * WIDTH) {
            Tile6x2.multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
        } else {
            Tile6x1.multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
        }
    }

    /// Columns of the next panel when `left` are left, a multiple of [Lanes#WIDTH]: the widest tile that fits.
    public static int width(int left) {
        return left >= PANEL ? PANEL : left >= 2 * WIDTH ? 2 * WIDTH : WIDTH;
    }
}
