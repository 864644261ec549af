package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Copies of kernels: who shares one, which are kept, and that they compute what the general class does. Those of
/// [DecodeKernels] are held against it bit by bit in [DecodeKernelsTest].
@ExtendWith(ForcedWidth.class)
final class SpecialisedTest {
    private static final int KEPT = 32;

    @Test
    void equalConstantsShareOneCopy() {
        Specialised specialised = new Specialised();
        Set<Class<?>> classes = new HashSet<>();
        for (int rows : new int[] {DecodeGroup.ROWS, 1}) {
            for (StoredType type : StoredType.values()) {
                for (int[] dims : new int[][] {{0, 0}, {64, 0}, {0, 64}, {64, 64}, {64, 128}}) {
                    DecodeKernels copy = specialised.decode(new DecodeConstants(rows, type, dims[0], dims[1]));
                    assertSame(copy, specialised.decode(new DecodeConstants(rows, type, dims[0], dims[1])));
                    assertEquals(rows, copy.rows());
                    assertTrue(copy.getClass().isHidden() && classes.add(copy.getClass()), type + " has no copy");
                }
            }
        }
        assertEquals(2 * 5 * StoredType.values().length, classes.size());
        DecodeConstants any = new DecodeConstants(1, StoredType.F32, 64, 64);
        assertNotSame(specialised.decode(any), new Specialised().decode(any), "caches are their owners' own");
    }

    @Test
    void equalConstantsShareOneTile() {
        Specialised specialised = new Specialised();
        RegisterTile tile = specialised.tile(new TileConstants(64, 64, 256));
        assertSame(tile, specialised.tile(new TileConstants(64, 64, 256)));
        assertTrue(tile.getClass().isHidden(), "a copy");
        assertNotSame(tile, specialised.tile(new TileConstants(64, 0, 256)));
    }

    /// The copy used longest ago goes first, and no more than one.
    @Test
    void keepsThoseUsedLast() {
        Specialised specialised = new Specialised();
        Object[] copies = new Object[KEPT];
        for (int n = 0; n < KEPT; n++) {
            copies[n] = copy(specialised, n);
        }
        for (int n = 0; n < KEPT; n++) {
            assertSame(copies[n], copy(specialised, n), "copy " + n + " of " + KEPT);
        }
        copy(specialised, 0);
        copy(specialised, KEPT);
        assertSame(copies[0], copy(specialised, 0), "just used");
        for (int n = 2; n < KEPT; n++) {
            assertSame(copies[n], copy(specialised, n), "used after the one that went");
        }
        assertNotSame(copies[1], copy(specialised, 1), "used longest ago");
    }

    /// Of both kinds by turns.
    private static Object copy(Specialised specialised, int n) {
        return n % 2 == 1
                ? specialised.tile(new TileConstants(n + 1, 0, PANEL))
                : specialised.decode(new DecodeConstants(n % 4 == 0 ? 1 : DecodeGroup.ROWS, StoredType.F32, n + 1, 0));
    }

    /// With depth a constant and without, rows of A and C together and apart: one chain of multiply-adds for each
    /// element, as in the general class, and nothing written beside.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 64, 80, 127})
    void tilesAreThoseOfTheGeneralClass(int depth) {
        Specialised specialised = new Specialised();
        for (int gap : new int[] {0, 5}) {
            for (int constant : new int[] {0, depth}) {
                int aStride = depth + gap;
                int cStride = PANEL + gap;
                RegisterTile tile = specialised.tile(new TileConstants(aStride, constant, cStride));
                String name = "a copy for strides %d and %d, depth %d".formatted(aStride, cStride, constant);
                TileOperands operands =
                        new TileOperands(name, PANEL, depth, 3 * gap, aStride, gap, 2 * gap, cStride, depth);
                operands.run(tile);
                operands.assertGuardsUntouched();
                operands.assertIsTheChain();
            }
        }
    }
}
