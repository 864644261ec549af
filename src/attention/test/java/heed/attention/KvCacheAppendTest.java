package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.KvShape.PageOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What an append refuses, leaving everything as it was, and what it takes.
final class KvCacheAppendTest {
    private static final int HEADS = 2;
    private static final int DIM = 32;
    private static final int PAGE_LEN = 4;
    private static final int PAGES = 5;

    private static KvShape shape(ElementType type, KeyLayout layout) {
        return new KvShape(HEADS, DIM, DIM, type, layout, PAGE_LEN, PAGES, PageOrder.NHPD);
    }

    private static KvCache cache(ElementType type) {
        return new KvCache(KvStorage.allocate(shape(type, KeyLayout.rows()), Arena.ofAuto()));
    }

    private static Tensor draw(int seed, int len) {
        return new KvCacheTokens(shape(ElementType.F32, KeyLayout.rows()), 0).draw(new Random(seed), len, DIM);
    }

    /// Refused, with length, free pages and the keys that are there unchanged.
    private static void refused(String message, KvCache cache, Tensor key, Tensor value) {
        int sequence = cache.newSequence();
        cache.append(sequence, draw(1, 6), draw(2, 6));
        int free = cache.freePages();
        double[] before = lastRow(cache, sequence);
        assertRefused(message, () -> cache.append(sequence, key, value));
        assertEquals(6, cache.len(sequence));
        assertEquals(free, cache.freePages());
        assertArrayEquals(before, lastRow(cache, sequence));
        cache.append(sequence, draw(3, 3), draw(4, 3));
        assertEquals(9, cache.len(sequence));
    }

    private static double[] lastRow(KvCache cache, int sequence) {
        double[] row = new double[DIM];
        try (KvCache.Snapshot now = cache.snapshot(sequence)) {
            now.readKey(0, HEADS - 1, now.len(0) - 1, row);
        }
        return row;
    }

    @Test
    void shapesAndTypesThatDoNotFitAreRefused() {
        refused(
                "key must be [kvHeads, len, headDim] = [2, 3, 32]: key=F32[3, 3, 32]",
                cache(ElementType.F32),
                Tensor.of(new float[9 * DIM], 3, 3, DIM),
                draw(5, 3));
        refused(
                "value must be [kvHeads, len, valueDim] = [2, 3, 32]: value=F32[2, 4, 32]",
                cache(ElementType.F32),
                draw(5, 3),
                draw(5, 4));
        refused(
                "value must have elements of a floating-point type: value=INT8[2, 3, 32]",
                cache(ElementType.INT8),
                draw(5, 3),
                Tensor.of(MemorySegment.ofArray(new byte[6 * DIM]), ElementType.INT8, HEADS, 3, DIM));
    }

    @Test
    void memoryThatIsClosedIsRefused() {
        Tensor closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = Tensor.of(arena.allocate(2 * 3 * DIM * 4L, 8), ElementType.F32, HEADS, 3, DIM);
        }
        refused(
                "value must be alive: its arena is closed, value=F32[2, 3, 32]",
                cache(ElementType.F32),
                draw(5, 3),
                closed);
    }

    @Test
    void memoryOfTheCacheIsRefused() {
        KvCache cache = cache(ElementType.F32);
        Tensor inValues = cache.storage().values().slice(0, 3, 4);
        Tensor key = Tensor.strided(
                inValues.segment(), ElementType.F32, inValues.offset(), new int[] {HEADS, 3, DIM}, new long[] {
                    inValues.stride(1), inValues.stride(2), inValues.stride(3)
                });
        refused(
                "the cache's values must not overlap key: give it memory of its own,"
                        + " the cache's values=F32[5, 2, 4, 32], key=F32[2, 3, 32]",
                cache,
                key,
                draw(5, 3));
    }

    /// One key broadcast to more than any cache holds.
    @Test
    void lengthsBeyond32BitsAreRefused() {
        Tensor endless = Tensor.strided(
                MemorySegment.ofArray(new float[DIM]),
                ElementType.F32,
                0,
                new int[] {HEADS, Integer.MAX_VALUE, DIM},
                new long[] {0, 0, Float.BYTES});
        refused(
                "positions must fit 32 bits: sequence=0, position=6, len=2147483647",
                cache(ElementType.F32),
                endless,
                endless);
        Tensor long31 = endless.slice(1, 0, 1 << 30);
        KvCache cache = cache(ElementType.F32);
        int sequence = cache.newSequence();
        assertThrows(KvCacheFullException.class, () -> cache.append(sequence, long31, long31));
        assertEquals(PAGES, cache.freePages());
    }

    @Test
    void positionsPastTheRotationAreRefused() {
        RotaryEmbedding rotary =
                RotaryEmbedding.of(RotaryEmbedding.Pairing.INTERLEAVED, 8, 10000, new RotaryScaling.None(), 9);
        KvStorage storage = KvStorage.allocate(shape(ElementType.F32, KeyLayout.rows()), Arena.ofAuto());
        refused(
                "positions must lie within the tables' 9: first=6, len=4",
                new KvCache(storage, Optional.of(rotary), OptionalInt.empty()),
                draw(5, 4),
                draw(6, 4));
    }

    @Test
    void readOnlyMemoryIsTaken() {
        Tensor key = draw(7, 3);
        Tensor readOnly = Tensor.of(key.segment().asReadOnly(), ElementType.F32, HEADS, 3, DIM);
        KvCache cache = cache(ElementType.F32);
        int sequence = cache.newSequence();
        cache.append(sequence, readOnly, readOnly);
        assertEquals(key.get(HEADS - 1, 2, 5), lastRow(cache, sequence)[5]);
    }

    @Test
    void rowsOfAnotherSizeAreNotRead() {
        KvCache cache = cache(ElementType.F32);
        int sequence = cache.newSequence();
        cache.append(sequence, draw(8, 3), draw(8, 3));
        try (KvCache.Snapshot now = cache.snapshot(sequence)) {
            assertThrows(IllegalArgumentException.class, () -> now.readKey(0, 0, 0, new double[DIM + 1]));
            assertThrows(IllegalArgumentException.class, () -> now.readValue(0, HEADS, 0, new double[DIM]));
            assertThrows(IllegalArgumentException.class, () -> now.readValue(0, 0, 3, new double[DIM]));
            assertThrows(IllegalArgumentException.class, () -> now.readValue(1, 0, 0, new double[DIM]));
        }
    }

    @Test
    void closedSnapshotsAreRefused() {
        KvCache cache = cache(ElementType.F32);
        KvCache.Snapshot now = cache.snapshot(cache.newSequence());
        now.close();
        now.close();
        assertRefused("the snapshot must be open: take a new one", () -> now.giveTo(new AttentionArguments()));
    }
}
