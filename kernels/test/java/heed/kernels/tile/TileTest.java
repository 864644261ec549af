package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each register tile of f32 alone, over every edge, against a double loop.
///
/// What lies around the operands is NaN: were it read into a product, the product would show it. What lies around C
/// is a sentinel, which must stay.
@ExtendWith(ForcedWidth.class)
final class TileTest {
    /// Runs after which the compiler's last tier has taken over.
    private static final int COMPILED = 20_000;

    /// A microkernel with the columns it computes, which are the stride of B.
    record Tile(String name, int columns, RegisterTile kernel) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Tile> tiles() {
        return Stream.concat(
                Stream.of(
                        new Tile("6x1", WIDTH, new Tile6x1()),
                        new Tile("6x2", 2 * WIDTH, new Tile6x2()),
                        new Tile("6x4", 4 * WIDTH, new Tile6x4()),
                        new Tile("full panel", PANEL, Panels.tile(PANEL))),
                IntStream.of(WIDTH, 2 * WIDTH, PANEL).distinct().mapToObj(TileTest::panel));
    }

    private static Tile panel(int width) {
        return new Tile("panel of " + width / WIDTH, width, Panels.tile(width));
    }

    static List<Integer> depths() {
        return IntStream.concat(IntStream.rangeClosed(0, 17), IntStream.of(64, 127))
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("tiles")
    void isTheProductAndWritesNothingElse(Tile tile) {
        for (int depth : depths()) {
            for (TileOperands operands : layouts(tile, depth)) {
                operands.run(tile.kernel);
                operands.assertGuardsUntouched();
                operands.assertIsTheProduct();
            }
        }
    }

    /// No gaps; gaps after each row of A and C in turn; B begun in the middle; everything apart.
    private static List<TileOperands> layouts(Tile tile, int depth) {
        int n = tile.columns;
        return List.of(
                new TileOperands(tile.toString(), n, depth, 0, depth, 0, 0, n, 1),
                new TileOperands(tile.toString(), n, depth, 5, depth + 1, 0, 0, n, 2),
                new TileOperands(tile.toString(), n, depth, 0, depth, 7, 0, n, 3),
                new TileOperands(tile.toString(), n, depth, 0, depth, 0, 3, n + 1, 4),
                new TileOperands(tile.toString(), n, depth, 13, depth + 29, 11, 17, n + 64, 5));
    }

    /// A row's bits may not depend on which tile it met: each element is one chain of multiply-adds over the depth,
    /// in every tile and in every tier of the compiler, wherever B begins.
    @ParameterizedTest
    @MethodSource("tiles")
    void givesTheBitsOfOneChain(Tile tile) {
        for (int depth : depths()) {
            for (int bAt : new int[] {0, 1, 4}) {
                TileOperands operands = new TileOperands(
                        tile.toString(), tile.columns, depth, 2, depth + 3, bAt, 1, tile.columns + 5, 6);
                operands.run(tile.kernel);
                operands.assertIsTheChain();
            }
        }
        for (int bAt : new int[] {0, 3}) {
            TileOperands operands = new TileOperands(tile.toString(), tile.columns, 9, 0, 9, bAt, 0, tile.columns, 7);
            for (int n = 0; n < COMPILED; n++) {
                operands.run(tile.kernel);
                operands.assertIsTheChain();
            }
        }
    }

    /// NaN and ±∞ reach their own row or column and no other.
    @ParameterizedTest
    @MethodSource("tiles")
    void passesOnWhatIsNotFinite(Tile tile) {
        for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            TileOperands operands = new TileOperands(tile.toString(), tile.columns, 6, 0, 6, 0, 0, tile.columns, 8);
            operands.a[4 * 6 + 2] = poison;
            operands.b[3 * tile.columns + WIDTH - 1] = -poison;
            operands.run(tile.kernel);
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < tile.columns; j++) {
                    boolean finite = Float.isFinite(operands.c[i * tile.columns + j]);
                    assertEquals(
                            i != 4 && j != WIDTH - 1, finite, "%s with %s at %d, %d".formatted(tile, poison, i, j));
                }
            }
            operands.assertIsTheChain();
        }
    }

    /// Panels of the widths given cover any number of vectors exactly, each by a tile that there is, none too wide.
    @Test
    void coversAllColumns() {
        for (int columns = WIDTH; columns <= 5 * PANEL; columns += WIDTH) {
            int left = columns;
            while (left > 0) {
                int width = Panels.width(left);
                boolean isTile = width == WIDTH || width == 2 * WIDTH || width == PANEL;
                assertTrue(isTile && width <= left, width + " of " + left + " columns left");
                assertTrue(width == PANEL || left < PANEL, "a full panel was left: " + left);
                left -= width;
            }
        }
    }

    /// Of the machines known, those with 512-bit vectors and ARM have 32 registers; a property overrules.
    @Test
    void takesTheTilesAskedFor() {
        Integer registers = Integer.getInteger("heed.vectorRegisters");
        Integer bits = Integer.getInteger("heed.vectorBits");
        assertTrue(registers == null || Lanes.WIDE_TILES == registers >= 32, "heed.vectorRegisters=" + registers);
        assertEquals((Lanes.WIDE_TILES ? 4 : 2) * WIDTH, PANEL);
        assertTrue(bits == null || Lanes.F.vectorBitSize() == bits, "heed.vectorBits=" + bits);
        System.out.printf("vectors of %d bits, %s tiles%n", Lanes.F.vectorBitSize(), Lanes.WIDE_TILES ? "6x4" : "6x2");
    }
}
