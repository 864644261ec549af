package heed.attention;

import static heed.attention.Refusals.assertRefused;

import heed.attention.KvShape.PageOrder;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Storages that somebody else laid out: what one tensor holds is no other's.
final class KvStorageTest {
    /// 3 pages, 1 head, 4 keys, 8 dims: 96 bytes of keys or values and 12 scales, of 48 bytes.
    private static final KvShape SHAPE = new KvShape(1, 8, 8, ElementType.INT8, KeyLayout.rows(), 4, 3, PageOrder.NHPD);

    private final MemorySegment memory = MemorySegment.ofArray(new long[64]);

    private Tensor rows(long at) {
        return Tensor.of(memory.asSlice(at, 96), ElementType.INT8, 3, 1, 4, 8);
    }

    private Tensor scales(long at) {
        return Tensor.of(memory.asSlice(at, 48), ElementType.F32, 3, 1, 4);
    }

    private void store(long keys, long values, long keyScales, long valueScales) {
        new KvStorage(
                SHAPE, rows(keys), rows(values), Optional.of(scales(keyScales)), Optional.of(scales(valueScales)));
    }

    private static String refusal(String name, String other, String tensor, String otherTensor) {
        return "%s must not overlap %s: give it memory of its own, %s=%s, %s=%s"
                .formatted(name, other, name, tensor, other, otherTensor);
    }

    @Test
    void neighboursAreApart() {
        store(0, 96, 192, 240);
        store(192, 96, 48, 0);
    }

    @Test
    void keysAndValuesThatShareBytes() {
        String rows = "INT8[3, 1, 4, 8]";
        assertRefused(refusal("keys", "values", rows, rows), () -> store(0, 95, 192, 240));
        assertRefused(refusal("keys", "values", rows, rows), () -> store(0, 0, 192, 240));
    }

    @Test
    void scalesAmongRowsOrScales() {
        String rows = "INT8[3, 1, 4, 8]";
        String scales = "F32[3, 1, 4]";
        assertRefused(refusal("keyScales", "keys", scales, rows), () -> store(0, 96, 92, 240));
        assertRefused(refusal("keyScales", "values", scales, rows), () -> store(0, 96, 188, 240));
        assertRefused(refusal("keyScales", "valueScales", scales, scales), () -> store(0, 96, 192, 236));
        assertRefused(refusal("valueScales", "keys", scales, rows), () -> store(0, 192, 336, 92));
        assertRefused(refusal("valueScales", "values", scales, rows), () -> store(0, 192, 336, 284));
    }

    /// Pages that lie in each other within one tensor.
    @Test
    void pagesThatShareBytes() {
        Tensor folded = Tensor.strided(memory, ElementType.INT8, 0, new int[] {3, 1, 4, 8}, new long[] {16, 32, 8, 1});
        assertRefused(
                "keys must not overlap itself: shape=INT8[3, 1, 4, 8], strides lead two elements to one byte",
                () -> new KvStorage(SHAPE, folded, rows(96), Optional.of(scales(192)), Optional.of(scales(240))));
    }
}
