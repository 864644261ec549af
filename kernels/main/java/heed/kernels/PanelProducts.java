package heed.kernels;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.roundUp;

import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileScratch;
import heed.kernels.fused.TileShape;
import heed.kernels.tile.Panels;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.Transposed;

/// The products of a tile on register tiles, over keys and values packed in panels.
///
/// ```
/// keys    [panel of PANEL keys][headDim][PANEL]           a register tile reads one row of PANEL keys a step
/// values  [block][panel of PANEL dims][blockKeys][PANEL]  what is left of the dims in narrower panels
/// ```
///
/// Keys: the panel (headDim · PANEL · 4 bytes; at 128 dims 8 KiB with narrow tiles, 32 KiB with wide ones) stays
/// in the first-level cache while the tile's query rows pass by. Values: with narrow tiles the panel of a block
/// (16 KiB) does, too. With wide ones the weights of six rows stay there and the panel streams from the second
/// level, 256 bytes for 24 multiply-adds; pieces that fit the first level cost more in loads of the output than
/// they saved.
final class PanelProducts implements PackedProducts {
    private final TileShape shape;
    private final RegisterTile scores;
    private final RegisterTile fullPanel;
    private final float[][] keys;
    private final float[][] values;
    private final float[][] sums;

    PanelProducts(TileShape shape, RegisterTile scores, RegisterTile fullPanel, int slots, int workers) {
        this.shape = shape;
        this.scores = scores;
        this.fullPanel = fullPanel;
        long keyElements = (long) shape.headDim() * roundUp(shape.capacity(), PANEL);
        long valueElements = (long) shape.paddedValueDim() * shape.capacity();
        keys = new float[slots][Math.toIntExact(keyElements)];
        values = new float[slots][Math.toIntExact(valueElements)];
        sums = new float[workers][ROWS * PANEL];
    }

    @Override
    public void packKeys(int slot, int j, int count, float[] rows) {
        int dim = shape.headDim();
        Transposed.put(rows, 0, dim, count, dim, keys[slot], j * dim, PANEL);
    }

    /// A panel of dims after the other: its lines lie together, where those of one row lie in one set of the cache.
    @Override
    public void packValues(int slot, int j, int count, float[] rows) {
        int dim = shape.paddedValueDim();
        for (int d = 0, width; d < dim; d += width) {
            width = Panels.width(dim - d);
            int at = valuesAt(j / TileShape.KEYS, d) + j % TileShape.KEYS * width;
            RowMath.gather(rows, d, dim, count, width, values[slot], at);
        }
    }

    private int valuesAt(int block, int d) {
        return (block * shape.paddedValueDim() + d) * shape.blockKeys();
    }

    @Override
    public void beginTile(int worker, TileScratch scratch) {}

    @Override
    public boolean isPerGroup() {
        return true;
    }

    @Override
    public void scores(int worker, TileScratch s, int block) {
        int dim = shape.headDim();
        int end = s.to();
        for (int column = s.from(); column < end; column += PANEL) {
            int keysAt = (block * TileShape.KEYS + column) * dim;
            for (int g = 0; g < s.groups(); g++) {
                if (s.groupFrom[g] <= column && column < s.groupTo[g]) {
                    int at = s.scoresAt + g * ROWS * TileShape.KEYS + column;
                    scores.multiply(
                            s.query, g * ROWS * dim, dim, keys[s.slot()], keysAt, dim, s.weights, at, TileShape.KEYS);
                }
            }
        }
    }

    @Override
    public void accumulate(int worker, TileScratch s, int block) {
        for (int d = 0, width; d < shape.paddedValueDim(); d += width) {
            width = Panels.width(shape.paddedValueDim() - d);
            RegisterTile tile = width == PANEL ? fullPanel : Panels.tile(width);
            for (int g = 0; g < s.groups(); g++) {
                int from = s.groupFrom[g];
                int depth = s.groupTo[g] - from;
                if (depth > 0) {
                    int at = g * ROWS * TileShape.KEYS + from;
                    int valuesAt = valuesAt(block, d) + from * width;
                    float[] sum = sums[worker];
                    tile.multiply(s.weights, at, TileShape.KEYS, values[s.slot()], valuesAt, depth, sum, 0, width);
                    addTo(s, g, d, width, sum);
                }
            }
        }
    }

    private void addTo(TileScratch s, int group, int d, int width, float[] sum) {
        for (int n = 0; n < ROWS; n++) {
            int r = group * ROWS + n;
            RowMath.rescaleAdd(s.output, r * shape.paddedValueDim() + d, s.rescale(r), sum, n * width, width);
        }
    }

    @Override
    public long bytes() {
        return Float.BYTES * (elements(keys) + elements(values) + elements(sums));
    }

    private static long elements(float[][] arrays) {
        return arrays.length == 0 ? 0 : (long) arrays.length * arrays[0].length;
    }

    @Override
    public void close() {}
}
