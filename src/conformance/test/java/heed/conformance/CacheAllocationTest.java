package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// A decode loop appends to the cache of every layer for every token.
final class CacheAllocationTest {
    private static final int HEADS = 2;
    private static final int DIM = 64;
    private static final int PAGE_LEN = 8;
    private static final int RUNS = 100;
    private static final int ROUNDS = 1000;

    /// What an append leaves behind does not grow with the rows: a few dozen bytes at most, the map's boxed key.
    private static final long MOST = 64;

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BOOL")
    void appendsLeaveNoRowsBehind(ElementType type) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        assumeTrue(
                threads != null && threads.isThreadAllocatedMemoryEnabled(),
                "this JVM does not count what a thread allocates");
        KvCache cache = cache(type);
        int sequence = cache.newSequence();
        Tensor row = Tensors.normal(new Random(401), 1, ElementType.F32, HEADS, 1, DIM);
        long least = Long.MAX_VALUE;
        for (int n = 0; n < ROUNDS && least > MOST; n++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int m = 0; m < RUNS; m++) {
                cache.append(sequence, row, row);
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / RUNS);
        }
        long bytes = least;
        assertTrue(bytes <= MOST, () -> "bytes allocated by an append: " + bytes);
    }

    /// Keys rotated, then kept in panels; what a window forgets makes room.
    private static KvCache cache(ElementType type) {
        KvShape shape =
                new KvShape(HEADS, DIM, DIM, type, KeyLayout.panels(PAGE_LEN), PAGE_LEN, 4, KvShape.PageOrder.NHPD);
        RotaryEmbedding rotary = RotaryEmbedding.of(
                RotaryEmbedding.Pairing.HALF_SPLIT, 2, 10000, new RotaryScaling.None(), RUNS * ROUNDS);
        return new KvCache(KvStorage.allocate(shape, Arena.ofAuto()), Optional.of(rotary), OptionalInt.of(PAGE_LEN));
    }
}
