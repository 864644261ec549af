package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDE_TILES;
import static heed.kernels.tile.Lanes.WIDTH;

/// The register tiles as loaded, for any strides: which of them a panel takes.
public final class Panels {
    private static final RegisterTile FULL = full();
    private static final RegisterTile HALF = new Tile6x2();
    private static final RegisterTile SINGLE = new Tile6x1();

    private Panels() {}

    private static RegisterTile full() {
        return WIDE_TILES ? new Tile6x4() : new Tile6x2();
    }

    /// The tile for a panel of `width` columns, one that [#width] gives.
    public static RegisterTile tile(int width) {
        return width == PANEL ? FULL : width == 2 * WIDTH ? HALF : SINGLE;
    }

    /// Columns of the next panel when `left` are left, a multiple of [Lanes#WIDTH]: the widest tile that fits.
    public static int width(int left) {
        return left >= PANEL ? PANEL : left >= 2 * WIDTH ? 2 * WIDTH : WIDTH;
    }
}
