package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KeyPanelsTest {
    private static final int WIDTH = 4;
    private static final int UNITS = 3;

    private static Tensor tensor(ElementType type, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        Tensor flat = Tensor.of(Arena.ofAuto().allocate((long) count * type.bytes(), 8), type, count);
        for (int n = 0; n < count; n++) {
            flat.set(99, n);
        }
        return Tensor.of(flat.segment(), type, shape);
    }

    private static Tensor rows(ElementType type, int len) {
        Tensor rows = tensor(type, 2, 3, len, UNITS);
        for (int n = 0; n < 6 * len * UNITS; n++) {
            rows.set(n % 97, n / (3 * len * UNITS), n / (len * UNITS) % 3, n / UNITS % len, n % UNITS);
        }
        return rows;
    }

    private static void assertHolds(Tensor rows, Tensor panels, int from) {
        for (int n = 0; n < 6 * rows.size(2) * UNITS; n++) {
            int d = n % UNITS;
            int j = n / UNITS % rows.size(2);
            int h = n / (UNITS * rows.size(2)) % 3;
            int b = n / (UNITS * rows.size(2) * 3);
            int key = from + j;
            assertEquals(rows.get(b, h, j, d), panels.get(b, h, key / WIDTH, d, key % WIDTH));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysAreTransposedWithinPanels(ElementType type) {
        Tensor rows = rows(type, 10);
        Tensor panels = tensor(type, 2, 3, 3, UNITS, WIDTH);
        double rest = panels.get(1, 2, 2, 0, 2);
        KeyPanels.fill(rows, panels);
        assertHolds(rows, panels, 0);
        assertEquals(rest, panels.get(1, 2, 2, 0, 2), "past the last key");
    }

    @Test
    void appendedKeysFollow() {
        Tensor panels = tensor(ElementType.F32, 2, 3, 4, UNITS, WIDTH);
        Tensor first = rows(ElementType.F32, 7);
        Tensor then = rows(ElementType.F32, 5);
        KeyPanels.fill(first, panels);
        KeyPanels.append(then, panels, 7);
        assertHolds(first, panels, 0);
        assertHolds(then, panels, 7);
        assertEquals(99, panels.get(0, 0, 3, 0, 0));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor rows = rows(ElementType.F32, 10);
        Tensor panels = tensor(ElementType.F32, 2, 3, 3, UNITS, WIDTH);
        assertRefused(
                "panels must be [batch, kvHeads, panels, headDim, width] with room for 13 keys:"
                        + " panels=F32[2, 3, 3, 3, 4], rows=F32[2, 3, 10, 3]",
                () -> KeyPanels.append(rows, panels, 3));
        assertRefused(
                "panels must have elements of type F32: panels=F16[2, 3, 3, 3, 4]",
                () -> KeyPanels.fill(rows, tensor(ElementType.F16, 2, 3, 3, UNITS, WIDTH)));
        assertRefused(
                "rows must be [batch, kvHeads, kvLen, headDim]: rows=F32[2, 3, 3, 3, 4]",
                () -> KeyPanels.fill(panels, panels));
        assertRefused("len must not be negative: len=-1", () -> KeyPanels.append(rows, panels, -1));
    }
}
