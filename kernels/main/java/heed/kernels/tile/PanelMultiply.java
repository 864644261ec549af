package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDE_TILES;
import static heed.kernels.tile.Lanes.WIDTH;

/// Six rows times one panel of B, by the widest register tiles that fit: the loop next to the microkernel.
public final class PanelMultiply {
    private PanelMultiply() {}

    /// Computes `C = A · B` for six rows and `bStride` columns, at most [Lanes#PANEL] and whole vectors.
    public static void multiply(
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            int bStride,
            int depth,
            float[] c,
            int cAt,
            int cStride) {
        if (WIDE_TILES && bStride == PANEL) {
            Tile6x4.multiply(a, aAt, aStride, b, bAt, bStride, depth, c, cAt, cStride);
            return;
        }
        int column = 0;
        for (; column + 2 * WIDTH <= bStride; column += 2 * WIDTH) {
            Tile6x2.multiply(a, aAt, aStride, b, bAt + column, bStride, depth, c, cAt + column, cStride);
        }
        if (column < bStride) {
            Tile6x1.multiply(a, aAt, aStride, b, bAt + column, bStride, depth, c, cAt + column, cStride);
        }
    }
}
