package heed.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.KvCacheModel.Sequence;
import heed.attention.KvCacheModel.Token;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// A [KvCache] and its [KvCacheModel], taken through the same random steps.
final class KvCacheDrill {
    /// Positions that rotation reaches: few enough to be passed now and then.
    private static final int POSITIONS = 400;

    private static final int MOST_SEQUENCES = 6;
    private static final int MOST_SNAPSHOTS = 4;

    private final long seed;
    private final Random random;
    private final KvCacheTokens tokens;
    private final KvCache cache;
    private final KvCacheModel model;
    private final KvCacheAttention attention;
    private final List<Held> snapshots = new ArrayList<>();
    private int given;

    private record Held(KvCache.Snapshot snapshot, List<Sequence> expected) {}

    KvCacheDrill(KvCacheTokens tokens, int window, long seed, Arena arena) {
        this.seed = seed;
        random = new Random(seed);
        this.tokens = tokens;
        cache = tokens.cache(arena, POSITIONS, window);
        model = new KvCacheModel(tokens.shape().pageLen(), tokens.shape().pageCount(), window);
        attention = new KvCacheAttention(tokens.shape());
    }

    /// Takes `count` steps, then frees everything.
    void run(int count) {
        for (int n = 0; n < count; n++) {
            try {
                step();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("step %d of seed %d: %s".formatted(n, seed, failure), failure);
            }
        }
        List.copyOf(model.sequences.keySet()).forEach(this::free);
        while (!snapshots.isEmpty()) {
            closeSnapshot();
        }
        assertEquals(tokens.shape().pageCount(), cache.freePages(), "free pages after everything was freed");
        attention.close();
    }

    private void step() {
        act();
        assertEquals(model.freePages(), cache.freePages(), "free pages");
        if (!snapshots.isEmpty()) {
            checkOneRow(snapshots.get(random.nextInt(snapshots.size())));
        }
    }

    private void act() {
        int kind = random.nextInt(100);
        if (model.sequences.isEmpty() || (kind < 5 && model.sequences.size() < MOST_SEQUENCES)) {
            newSequence(cache.newSequence(), new Sequence(List.of(), List.of(), 0));
        } else if (kind < 55) {
            append(any());
        } else if (kind < 65) {
            fork(any());
        } else if (kind < 72) {
            truncate(any());
        } else if (kind < 77) {
            free(any());
        } else if (kind < 85) {
            takeSnapshot();
        } else if (kind < 93) {
            closeSnapshot();
        } else if (kind < 99) {
            useWhatIsNotThere();
        } else {
            attend();
        }
    }

    private int any() {
        List<Integer> numbers = List.copyOf(model.sequences.keySet());
        return numbers.get(random.nextInt(numbers.size()));
    }

    private void newSequence(int number, Sequence sequence) {
        assertEquals(given++, number, "a number that no other sequence ever had");
        model.sequences.put(number, sequence);
        checkLen(number);
    }

    private void fork(int parent) {
        if (model.sequences.size() < MOST_SEQUENCES) {
            newSequence(cache.fork(parent), model.sequence(parent).copy());
        }
    }

    private void append(int number) {
        KvShape shape = tokens.shape();
        int len = random.nextBoolean() ? 1 : random.nextInt(2 * shape.pageLen() + 2);
        Tensor key = tokens.draw(random, len, shape.headDim());
        Tensor value = tokens.draw(random, len, shape.valueDim());
        int position = model.sequence(number).first + model.sequence(number).len();
        if (tokens.rotaryDim() > 0 && position + len > POSITIONS) {
            assertThrows(IllegalArgumentException.class, () -> cache.append(number, key, value));
        } else if (model.append(number, tokens.held(key, value, position))) {
            cache.append(number, key, value);
        } else {
            assertThrows(KvCacheFullException.class, () -> cache.append(number, key, value));
        }
        checkLen(number);
    }

    private void truncate(int number) {
        int most = model.sequence(number).len();
        int len = Math.max(0, most - random.nextInt(2 * tokens.shape().pageLen() + 2));
        assertThrows(IllegalArgumentException.class, () -> cache.truncate(number, most + 1));
        cache.truncate(number, len);
        model.truncate(number, len);
        checkLen(number);
    }

    private void free(int number) {
        cache.free(number);
        model.sequences.remove(number);
        assertThrows(IllegalArgumentException.class, () -> cache.free(number));
    }

    private void useWhatIsNotThere() {
        int number = random.nextBoolean() ? -1 : given;
        assertThrows(IllegalArgumentException.class, () -> cache.len(number));
        assertThrows(IllegalArgumentException.class, () -> cache.fork(number));
        assertThrows(IllegalArgumentException.class, () -> cache.snapshot(any(), number));
    }

    private void checkLen(int number) {
        assertEquals(model.sequence(number).len(), cache.len(number), "len");
        assertEquals(model.sequence(number).first, cache.firstPosition(number), "firstPosition");
    }

    private int[] anySequences() {
        return IntStream.range(0, 1 + random.nextInt(KvCacheAttention.BATCH))
                .map(_ -> any())
                .toArray();
    }

    private void takeSnapshot() {
        if (snapshots.size() < MOST_SNAPSHOTS) {
            int[] numbers = anySequences();
            snapshots.add(new Held(cache.snapshot(numbers), model.snapshot(numbers)));
        }
    }

    /// Everything it held is there still, whatever has happened since.
    private void closeSnapshot() {
        if (!snapshots.isEmpty()) {
            Held held = snapshots.remove(random.nextInt(snapshots.size()));
            check(held);
            held.snapshot.close();
            held.snapshot.close();
            model.close(held.expected);
        }
    }

    /// Of an old snapshot or of one made for it.
    private void attend() {
        if (!snapshots.isEmpty() && random.nextBoolean()) {
            Held held = snapshots.get(random.nextInt(snapshots.size()));
            attention.check(held.snapshot, held.expected, random);
            return;
        }
        int[] numbers = anySequences();
        List<Sequence> expected = model.snapshot(numbers);
        try (KvCache.Snapshot snapshot = cache.snapshot(numbers)) {
            attention.check(snapshot, expected, random);
        }
        model.close(expected);
    }

    private void check(Held held) {
        for (int b = 0; b < held.expected.size(); b++) {
            Sequence expected = held.expected.get(b);
            assertEquals(expected.len(), held.snapshot.len(b), "len of a snapshot");
            assertEquals(expected.first, held.snapshot.firstPosition(b), "firstPosition of a snapshot");
            for (int j = 0; j < expected.len(); j++) {
                checkRows(held, b, j);
            }
        }
    }

    private void checkOneRow(Held held) {
        int b = random.nextInt(held.expected.size());
        int len = held.expected.get(b).len();
        if (len > 0) {
            checkRows(held, b, random.nextInt(len));
        }
    }

    private void checkRows(Held held, int b, int j) {
        Token token = held.expected.get(b).tokens.get(j);
        double[] key = new double[tokens.shape().headDim()];
        double[] value = new double[tokens.shape().valueDim()];
        for (int head = 0; head < tokens.shape().kvHeads(); head++) {
            held.snapshot.readKey(b, head, j, key);
            held.snapshot.readValue(b, head, j, value);
            same(token.keys()[head], key, "key");
            same(token.values()[head], value, "value");
        }
    }

    /// Bit by bit, and in words only where there is a difference: most of the time goes here.
    private static void same(double[] expected, double[] actual, String what) {
        if (!Arrays.equals(expected, actual)) {
            assertArrayEquals(expected, actual, what);
        }
    }
}
