package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Each float about each bf16, at every place of a vector, against the nearest of the two neighbours in double.
@ExtendWith(ForcedWidth.class)
final class NarrowingTest {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final short SENTINEL = 0x1234;
    private static final int[] BETWEEN = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

    @Test
    void roundsToNearestTiesToEven() {
        for (int low : BETWEEN) {
            float[] from = new float[1 << Short.SIZE];
            for (int high = 0; high < from.length; high++) {
                from[high] = Float.intBitsToFloat(high << Short.SIZE | low);
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment to = arena.allocate((long) from.length * Short.BYTES);
                Narrowing.bf16(from, 0, from.length, to, 0);
                for (int n = 0; n < from.length; n++) {
                    check(from[n], to.getAtIndex(SHORT, n));
                }
            }
        }
    }

    /// What lies behind the last whole vector, and nothing beyond.
    @Test
    void endsWhereItShould() {
        for (int length = 0; length <= 2 * WIDTH + 1; length++) {
            float[] from = new float[length + 3];
            for (int n = 0; n < from.length; n++) {
                from[n] = n + 0.75f;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment to = arena.allocate((length + 2L) * Short.BYTES);
                to.setAtIndex(SHORT, 0, SENTINEL);
                to.setAtIndex(SHORT, length + 1, SENTINEL);
                Narrowing.bf16(from, 3, length, to, Short.BYTES);
                assertEquals(SENTINEL, to.getAtIndex(SHORT, 0));
                assertEquals(SENTINEL, to.getAtIndex(SHORT, length + 1));
                for (int n = 0; n < length; n++) {
                    check(from[n + 3], to.getAtIndex(SHORT, n + 1));
                }
            }
        }
    }

    /// The bits of [Narrowing#bf16], and the sums of both.
    @Test
    void weightsAreRoundedAlikeAndTellWhatTheirSumLoses() {
        int length = 8 * WIDTH;
        float[] weights = new float[length];
        for (int n = 0; n < length; n++) {
            weights[n] = (float) Math.pow(2, -n / 7.0);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate((long) length * Short.BYTES);
            float lost = Narrowing.weights(weights, 0, length, to, 0, new float[2 * WIDTH]);
            double given = 0;
            double kept = 0;
            for (int n = 0; n < length; n++) {
                check(weights[n], to.getAtIndex(SHORT, n));
                given += weights[n];
                kept += value(to.getAtIndex(SHORT, n));
            }
            // two sums of length / WIDTH + log2(WIDTH) additions each, and a division
            assertEquals(given / kept, lost, (2 * (8 + 4) + 1) * 0x1p-24 * given / kept);
            assertEquals(1, Narrowing.weights(new float[WIDTH], 0, WIDTH, to, 0, new float[2 * WIDTH]));
        }
    }

    private static void check(float x, short bits) {
        if (Float.isNaN(x)) {
            assertTrue(Float.isNaN(value(bits)), () -> Float.floatToRawIntBits(x) + " became " + bits);
            return;
        }
        int down = Float.floatToRawIntBits(x) >>> Short.SIZE;
        // of infinity, the value it would have were exponents unbounded: what is half-way there rounds to it
        double below = value((short) down);
        double above = (down & 0x7fff) == 0x7f7f ? Math.copySign(0x1p128, x) : value((short) (down + 1));
        double under = Math.abs(x - below);
        double over = Math.abs(above - x);
        boolean staysDown = Float.isInfinite(x) || under < over || (under == over && down % 2 == 0);
        assertEquals((short) (staysDown ? down : down + 1), bits, () -> "of " + x);
    }

    private static float value(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }
}
