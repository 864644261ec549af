package heed.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.KvShape.PageOrder;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// One thread writes, others take snapshots and read them meanwhile. A key holds its position and a stamp that no
/// other append has, its value the same the other way round: what is torn, reused or overwritten shows.
final class KvCacheReadersTest {
    private static final int STEPS = 20_000;
    private static final int READERS = 3;
    private static final int PAGE_LEN = 4;
    private static final int PAGES = 64;
    private static final int MOST_KEYS = 30;
    private static final long SEED = 221;

    private final KvCache cache = new KvCache(KvStorage.allocate(
            new KvShape(1, 2, 2, ElementType.F32, KeyLayout.panels(2), PAGE_LEN, PAGES, PageOrder.NHPD),
            Arena.ofAuto()));
    private final AtomicInteger sequence = new AtomicInteger(cache.newSequence());
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void snapshotsHoldStill() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                readers.add(threads.submit(this::readUntilDone));
            }
            try {
                write(new Random(SEED));
            } finally {
                done.set(true);
            }
            for (Future<Integer> reader : readers) {
                reader.get();
            }
        }
        cache.free(sequence.get());
        assertEquals(PAGES, cache.freePages());
    }

    private void write(Random random) {
        for (int stamp = 1; stamp <= STEPS; stamp++) {
            int current = sequence.get();
            int kind = random.nextInt(20);
            if (kind < 2 || cache.len(current) > MOST_KEYS) {
                cache.truncate(current, random.nextInt(cache.len(current) + 1));
            } else if (kind < 3) {
                sequence.set(cache.fork(current));
                cache.free(current);
            } else {
                append(current, 1 + random.nextInt(3), stamp);
            }
        }
    }

    /// Readers that have not come round may still hold every page: then there is no room, and nothing happens.
    private void append(int current, int len, int stamp) {
        float[] keys = new float[2 * len];
        float[] values = new float[2 * len];
        int from = cache.len(current);
        for (int n = 0; n < len; n++) {
            keys[2 * n] = from + n;
            keys[2 * n + 1] = stamp;
            values[2 * n] = stamp;
            values[2 * n + 1] = from + n;
        }
        try {
            cache.append(current, Tensor.of(keys, 1, len, 2), Tensor.of(values, 1, len, 2));
        } catch (KvCacheFullException full) {
            assertEquals(from, cache.len(current), full.getMessage());
        }
    }

    private int readUntilDone() {
        int snapshots = 0;
        while (!done.get() || snapshots == 0) {
            KvCache.Snapshot taken;
            try {
                taken = cache.snapshot(sequence.get());
            } catch (IllegalArgumentException freed) {
                continue; // between the two calls
            }
            try (taken) {
                int[] first = stamps(taken);
                Thread.yield();
                assertArrayEquals(first, stamps(taken), "seed " + SEED);
                snapshots++;
            }
        }
        return snapshots;
    }

    private static int[] stamps(KvCache.Snapshot now) {
        return IntStream.range(0, now.len(0)).map(j -> stamp(now, j)).toArray();
    }

    private static int stamp(KvCache.Snapshot now, int j) {
        double[] key = new double[2];
        double[] value = new double[2];
        now.readKey(0, 0, j, key);
        now.readValue(0, 0, j, value);
        assertEquals(j, key[0], "position in a key");
        assertEquals(j, value[1], "position in a value");
        assertEquals(key[1], value[0], "stamps of key and value");
        return (int) key[1];
    }
}
