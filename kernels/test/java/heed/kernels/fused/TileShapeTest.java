package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.kernels.ForcedWidth;
import heed.kernels.machine.CacheSizes;
import heed.kernels.tile.DecodeGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How a plan's work is cut: rows into tiles for the threads, keys at places that no plan moves.
@ExtendWith(ForcedWidth.class)
final class TileShapeTest {
    /// No tile of a longer sequence has fewer rows.
    private static final int FEWEST_ROWS = 48;

    private static final int MOST_ROWS = 192;

    private static final int[] QUERY_LENGTHS = {
        0, 1, 2, 5, 6, 7, 31, 32, 33, 47, 48, 49, 95, 96, 97, 191, 192, 193, 500, 512, 1000, 4096, 19_201,
    };
    private static final int[] THREADS = {1, 2, 3, 4, 7, 8, 16, 64, 192};

    private static final int[] KEY_LENGTHS = {
        0,
        1,
        PANEL - 1,
        PANEL,
        PANEL + 1,
        TileShape.KEYS - 1,
        TileShape.KEYS,
        TileShape.KEYS + 1,
        2047,
        2048,
        2049,
        4096,
        100_000,
    };

    private static AttentionSpec spec(int heads, int kvHeads, int headDim, int valueDim) {
        return AttentionSpec.builder(heads, headDim)
                .kvHeads(kvHeads)
                .valueDim(valueDim)
                .build();
    }

    private interface Check {
        void check(TileShape shape, int rows, int slots, int threads, String what);
    }

    private static void everywhere(Check check) {
        for (int group : new int[] {1, 2, 3, 7, 8}) {
            for (int kvHeads : new int[] {1, 3, 8}) {
                for (int batch : new int[] {1, 2, 5}) {
                    AttentionSpec spec = spec(group * kvHeads, kvHeads, 64, 64);
                    for (int queryLen : QUERY_LENGTHS) {
                        for (int threads : THREADS) {
                            AttentionSizes sizes = new AttentionSizes(batch, queryLen, 512);
                            TileShape shape = TileShape.of(spec, sizes, threads, MOST_ROWS);
                            String what = "%d rows, %d slots, %d threads: tiles of %d"
                                    .formatted(queryLen * group, batch * kvHeads, threads, shape.rows());
                            check.check(shape, queryLen * group, batch * kvHeads, threads, what);
                        }
                    }
                }
            }
        }
    }

    private static int tiles(TileShape shape, int rows) {
        return Math.ceilDiv(rows, shape.rows());
    }

    /// What is read directly is one tile, on whatever machine.
    @Test
    void aTileHoldsAllRowsThatAreReadDirectly() {
        for (int mostRows : new int[] {TileShape.mostRows(new CacheSizes(1024, 1024, 1024)), 192, 384}) {
            for (int rows = 1; rows <= 400; rows++) {
                for (int threads : new int[] {1, 8, Integer.MAX_VALUE}) {
                    AttentionSizes sizes = new AttentionSizes(1, rows, 512);
                    TileShape shape = TileShape.of(spec(1, 1, 64, 64), sizes, threads, mostRows);
                    String what = rows + " rows, tiles of at most " + mostRows + ", threads " + threads;
                    assertTrue(shape.rows() >= Math.min(rows, TileShape.DIRECT_ROWS), what);
                }
            }
        }
    }

    @Test
    void tilesAreWholeGroupsOfRows() {
        everywhere((shape, rows, _, _, what) -> {
            assertTrue(shape.rows() > 0 && shape.rows() % ROWS == 0, what);
            assertTrue(shape.scratchRows() >= shape.rows(), what);
            assertEquals(0, shape.scratchRows() % ROWS, what);
            assertEquals(0, shape.scratchRows() % DecodeGroup.ROWS, what);
            assertTrue(shape.rows() <= MOST_ROWS, what);
            assertTrue(shape.rows() >= Math.min(rows, FEWEST_ROWS), what);
        });
    }

    /// The largest is at most a group of rows above the mean: no thread waits for one of twice the size.
    @Test
    void tilesAreOfAboutOneSize() {
        everywhere((shape, rows, _, _, what) -> {
            double mean = (double) rows / Math.max(1, tiles(shape, rows));
            assertTrue(shape.rows() < mean + ROWS + 1, what + " of " + mean + " rows in the mean");
        });
    }

    /// Unless they would be too small to be worth it.
    @Test
    void everyThreadHasATile() {
        everywhere((shape, rows, slots, threads, what) -> {
            boolean cannotBeHalved = shape.rows() < 2 * FEWEST_ROWS + ROWS;
            assertTrue((long) slots * tiles(shape, rows) >= threads || cannotBeHalved, what);
        });
    }

    /// And no thread many, but for rows that no tile may hold.
    @Test
    void tilesAreNoSmallerThanThreadsAskFor() {
        everywhere((shape, rows, slots, threads, what) -> {
            long tiles = tiles(shape, rows);
            assertTrue(tiles <= Math.max(Math.ceilDiv(rows, MOST_ROWS), Math.max(1, 2 * threads / slots)), what);
        });
    }

    /// All rows of what is read where it lies are one tile: its splits are the tasks.
    @Test
    void shortRunsAreOneTile() {
        everywhere(
                (shape, rows, _, _, what) -> assertTrue(rows > TileShape.DIRECT_ROWS || tiles(shape, rows) <= 1, what));
    }

    /// Sequences that are longer, plans that are larger: a key's block and split are those of its index.
    @Test
    void blocksAndSplitsBeginAtMultiples() {
        assertEquals(0, TileShape.KEYS % PANEL);
        assertEquals(0, TileShape.SPLIT_KEYS % TileShape.KEYS);
        for (int split = 0; split < 100; split++) {
            assertEquals(split * TileShape.SPLIT_KEYS, TileShape.firstBlock(split) * TileShape.KEYS);
        }
        for (int kvLen : KEY_LENGTHS) {
            for (int threads : THREADS) {
                TileShape shape = TileShape.of(spec(4, 2, 64, 64), new AttentionSizes(2, 100, kvLen), threads);
                String what = "kvLen=" + kvLen + ", threads=" + threads;
                assertEquals(Math.ceilDiv(kvLen, TileShape.KEYS), shape.blocks(), what);
                assertEquals(Math.ceilDiv(kvLen, TileShape.SPLIT_KEYS), shape.splits(), what);
                assertTrue(shape.blocks() <= TileShape.firstBlock(shape.splits()), what);
                assertTrue(shape.capacity() >= kvLen, what);
            }
        }
    }

    /// Only a plan whose sequences all fit into one block has a shorter one.
    @Test
    void blocksAreWholePanels() {
        for (int kvLen : KEY_LENGTHS) {
            TileShape shape = TileShape.of(spec(1, 1, 64, 64), new AttentionSizes(1, 1, kvLen), 1);
            assertEquals(0, shape.blockKeys() % PANEL, "kvLen=" + kvLen);
            assertTrue(shape.blockKeys() >= Math.min(Math.max(1, kvLen), TileShape.KEYS), "kvLen=" + kvLen);
            assertTrue(shape.blockKeys() < Math.max(1, kvLen) + PANEL, "kvLen=" + kvLen);
            assertTrue(shape.blockKeys() <= TileShape.KEYS, "kvLen=" + kvLen);
        }
    }

    @Test
    void valuesArePaddedToWholeVectors() {
        for (int dim = 1; dim <= 3 * WIDTH + 1; dim++) {
            TileShape shape = TileShape.of(spec(1, 1, dim + 1, dim), new AttentionSizes(1, 1, 1), 1);
            assertEquals(dim + 1, shape.headDim());
            assertEquals(dim, shape.valueDim());
            assertEquals(Math.ceilDiv(dim, WIDTH) * WIDTH, shape.paddedValueDim());
        }
    }
}
