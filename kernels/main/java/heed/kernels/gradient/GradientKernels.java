package heed.kernels.gradient;

import heed.kernels.tile.Lanes;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.Specialised;
import heed.kernels.tile.TileConstants;

/// The register tiles of a gradient, specialised where a stride or depth is known.
///
/// @param scores for `Q · Kᵀ`
/// @param cotangents for `dO · Vᵀ`
/// @param byKeys for `dS · K`, over the keys of a block
/// @param byRows for `Pᵀ · dO` and `dSᵀ · Q`, over the rows of a tile
record GradientKernels(RegisterTile scores, RegisterTile cotangents, RegisterTile byKeys, RegisterTile byRows) {
    static GradientKernels of(Specialised specialised, int headDim, int valueDim) {
        return new GradientKernels(
                specialised.tile(new TileConstants(headDim, headDim, GradientTile.KEYS)),
                specialised.tile(new TileConstants(valueDim, valueDim, GradientTile.KEYS)),
                specialised.tile(new TileConstants(GradientTile.KEYS, GradientTile.KEYS, Lanes.PANEL)),
                specialised.tile(new TileConstants(GradientTile.ROWS, GradientTile.ROWS, Lanes.PANEL)));
    }
}
