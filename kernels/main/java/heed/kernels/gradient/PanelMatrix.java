package heed.kernels.gradient;

import heed.kernels.tile.Lanes;
import heed.kernels.tile.Panels;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.RowMath;

/// The right operand of a product, `[depth, columns]`, in panels of columns: each panel `[depth][width]`, one
/// behind the other, so that the panel from column `c` on begins at element `c · depth`.
final class PanelMatrix {
    private final float[] elements;
    private final int depth;
    private final int columns;

    /// Zeros.
    ///
    /// @param columns whole vectors
    PanelMatrix(int depth, int columns) {
        this.depth = depth;
        this.columns = columns;
        elements = new float[Math.multiplyExact(depth, columns)];
    }

    long bytes() {
        return (long) Float.BYTES * elements.length;
    }

    /// Sets row `l` to `columns` elements of `row`.
    void putRow(int l, float[] row, int at) {
        for (int c = 0, width; c < columns; c += width) {
            width = Panels.width(columns - c);
            System.arraycopy(row, at + c, elements, c * depth + l * width, width);
        }
    }

    /// Sets column `c` to `depth` elements of `column`; for panels that are all full.
    void putColumn(int c, float[] column, int at) {
        int first = c / Lanes.PANEL * Lanes.PANEL;
        int to = first * depth + c - first;
        for (int l = 0; l < depth; l++) {
            elements[to + l * Lanes.PANEL] = column[at + l];
        }
    }

    /// The other way round.
    void getColumn(int c, float[] column, int at) {
        int first = c / Lanes.PANEL * Lanes.PANEL;
        int from = first * depth + c - first;
        for (int l = 0; l < depth; l++) {
            column[at + l] = elements[from + l * Lanes.PANEL];
        }
    }

    /// `c = a · this` for 6 rows of `a` and the panel that begins at column `column`, in rows `l … l + steps`.
    void multiply(
            RegisterTile tile,
            float[] a,
            int aAt,
            int aStride,
            int column,
            int width,
            int l,
            int steps,
            float[] c,
            int cAt,
            int cStride) {
        tile.multiply(a, aAt + l, aStride, elements, column * depth + l * width, steps, c, cAt, cStride);
    }

    /// `c = c + a · this` for 6 rows and all columns.
    ///
    /// @param full the tile for full panels
    /// @param sum scratch of 6 panels
    void addProduct(
            RegisterTile full,
            float[] a,
            int aAt,
            int aStride,
            int l,
            int steps,
            float[] c,
            int cAt,
            int cStride,
            float[] sum) {
        for (int column = 0, width; column < columns; column += width) {
            width = Panels.width(columns - column);
            RegisterTile tile = width == Lanes.PANEL ? full : Panels.tile(width);
            multiply(tile, a, aAt, aStride, column, width, l, steps, sum, 0, width);
            for (int n = 0; n < Lanes.ROWS; n++) {
                RowMath.rescaleAdd(c, cAt + n * cStride + column, 1, sum, n * width, width);
            }
        }
    }
}
