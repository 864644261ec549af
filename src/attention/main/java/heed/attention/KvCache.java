package heed.attention;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Keys and values of growing sequences in the pages of a [KvStorage]: lengths, page tables, forks that share a
/// prefix until one of them writes, a window that forgets.
///
/// One thread writes; any may take snapshots and read them meanwhile. A page is not reused, nor a key
/// overwritten, while a snapshot that reaches it is open, so a run over a snapshot sees neither a later append
/// nor a truncation.
///
/// ```java
/// KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(spec, 64, 1000), arena));
/// int sequence = cache.newSequence();
/// cache.append(sequence, keys, values);                      // [kvHeads, len, dim]
/// try (KvCache.Snapshot now = cache.snapshot(sequence)) {    // spec has pageLen(64)
///     plan.run(now.giveTo(new AttentionArguments().query(q).output(o)));
/// }
/// ```
///
/// Source: Kwon et al. 2023, PagedAttention, arXiv:2309.06180.
public final class KvCache {
    private final KvStorage storage;
    private final KvWriter writer;
    private final OptionalInt window;
    private final PagePool pool;
    private final Map<Integer, Pages> sequences = new HashMap<>();
    private int nextSequence;

    /// The pages of a sequence, and how many keys they hold.
    private static final class Pages {
        private int[] pages = new int[4];
        private int count;
        private int len;

        /// Keys that a window has forgotten, whole pages.
        private int forgotten;

        void add(int page) {
            if (count == pages.length) {
                pages = Arrays.copyOf(pages, 2 * count);
            }
            pages[count++] = page;
        }

        void removeFirst(int keys) {
            System.arraycopy(pages, 1, pages, 0, --count);
            len -= keys;
            forgotten += keys;
        }
    }

    /// A cache that keeps every key.
    public KvCache(KvStorage storage) {
        this(storage, Optional.empty(), OptionalInt.empty());
    }

    /// A cache that rotates keys as they are appended, and one that may forget.
    ///
    /// @param rotary what rotates keys, by their positions; empty for keys that are stored as given
    /// @param window keys that are kept for certain: pages wholly before the last `window` keys are freed, a ring
    public KvCache(KvStorage storage, Optional<RotaryEmbedding> rotary, OptionalInt window) {
        this.storage = storage;
        this.window = window;
        window.ifPresent(keys -> Checks.positive("window", keys));
        writer = new KvWriter(storage, rotary);
        pool = new PagePool(storage.shape().pageCount());
    }

    /// Where the pages lie.
    public KvStorage storage() {
        return storage;
    }

    /// Pages that no sequence and no snapshot holds.
    public synchronized int freePages() {
        return pool.freeCount();
    }

    /// Starts an empty sequence and returns its number, which no other ever gets.
    public synchronized int newSequence() {
        sequences.put(nextSequence, new Pages());
        return nextSequence++;
    }

    /// Starts a sequence that shares every page of `sequence`, until one of the two writes to it.
    public synchronized int fork(int sequence) {
        Pages parent = pages(sequence);
        Pages child = new Pages();
        for (int n = 0; n < parent.count; n++) {
            pool.share(parent.pages[n]);
            child.add(parent.pages[n]);
        }
        child.len = parent.len;
        child.forgotten = parent.forgotten;
        sequences.put(nextSequence, child);
        return nextSequence++;
    }

    /// Adds keys and values at the end of `sequence`.
    ///
    /// @param key `[kvHeads, len, headDim]` of a floating-point type; stored as the storage's type, rotated
    ///     first if the cache has a rotary embedding
    /// @param value `[kvHeads, len, valueDim]`
    /// @throws IllegalArgumentException if shapes, types or memory do not fit; nothing is appended then
    /// @throws KvCacheFullException if there are too few free pages; nothing is appended then
    public synchronized void append(int sequence, Tensor key, Tensor value) {
        Pages pages = pages(sequence);
        writer.check(key, value, pages.forgotten + pages.len);
        int count = key.size(1);
        int pageLen = storage.shape().pageLen();
        int used = pages.len % pageLen;
        boolean copies = count > 0 && used > 0 && pool.mustCopy(pages.pages[pages.count - 1], used);
        requireRoom(sequence, pages, count, copies);
        if (copies) {
            copyLastPage(pages, used);
        }
        for (int n = 0, some; n < count; n += some) {
            int at = pages.len % pageLen;
            if (at == 0) {
                pages.add(pool.take());
            }
            some = Math.min(count - n, pageLen - at);
            int position = pages.forgotten + pages.len;
            writer.write(key, value, n, some, pages.pages[pages.count - 1], at, position);
            pages.len += some;
        }
        if (window.isPresent()) {
            forget(pages, window.getAsInt());
        }
    }

    /// In 64 bits: a tensor that broadcasts one key is as long as it likes.
    private void requireRoom(int sequence, Pages pages, int count, boolean copies) {
        long len = (long) pages.len + count;
        if (pages.forgotten + len > Integer.MAX_VALUE) {
            throw Checks.refusal(
                    "positions must fit 32 bits: sequence=%d, position=%d, len=%d",
                    sequence, pages.forgotten + pages.len, count);
        }
        long needed = Math.ceilDiv(len, storage.shape().pageLen()) - pages.count + (copies ? 1 : 0);
        if (needed > pool.freeCount()) {
            Events.pageExhaustion(sequence, needed, pool.freeCount());
            throw new KvCacheFullException(
                    sequence, needed, pool.freeCount(), storage.shape().pageCount());
        }
    }

    private void copyLastPage(Pages pages, int used) {
        int old = pages.pages[pages.count - 1];
        int page = pool.take();
        writer.copyPage(old, page, used);
        pages.pages[pages.count - 1] = page;
        pool.drop(old);
    }

    private void forget(Pages pages, int keys) {
        int pageLen = storage.shape().pageLen();
        while (pages.len - pageLen >= keys) {
            pool.drop(pages.pages[0]);
            pages.removeFirst(pageLen);
        }
    }

    /// Drops the keys of `sequence` from `len` on; with a window, `len` counts the keys that are still there.
    public synchronized void truncate(int sequence, int len) {
        Pages pages = pages(sequence);
        Checks.require(
                len >= 0 && len <= pages.len,
                "len must lie between 0 and the keys there are: sequence=%d, len=%d, keys=%d",
                sequence,
                len,
                pages.len);
        int keep = Math.ceilDiv(len, storage.shape().pageLen());
        while (pages.count > keep) {
            pool.drop(pages.pages[--pages.count]);
        }
        pages.len = len;
    }

    /// Keys of `sequence` that are there.
    public synchronized int len(int sequence) {
        return pages(sequence).len;
    }

    /// Position of the first of them: 0, unless a window has forgotten some.
    public synchronized int firstPosition(int sequence) {
        return pages(sequence).forgotten;
    }

    /// Ends `sequence`; its pages are freed with the last sequence or snapshot that reaches them.
    public synchronized void free(int sequence) {
        Pages pages = pages(sequence);
        for (int n = 0; n < pages.count; n++) {
            pool.drop(pages.pages[n]);
        }
        sequences.remove(sequence);
    }

    /// What the named sequences hold now, for runs to read.
    public synchronized Snapshot snapshot(int... named) {
        int width = 0;
        for (int sequence : named) {
            width = Math.max(width, pages(sequence).count);
        }
        int pageLen = storage.shape().pageLen();
        int[] table = new int[named.length * width];
        int[] lens = new int[named.length];
        int[] firsts = new int[named.length];
        for (int b = 0; b < named.length; b++) {
            Pages pages = pages(named[b]);
            lens[b] = pages.len;
            firsts[b] = pages.forgotten;
            for (int n = 0; n < pages.count; n++) {
                table[b * width + n] = pages.pages[n];
                pool.read(pages.pages[n], Math.min(pageLen, pages.len - n * pageLen));
            }
        }
        return new Snapshot(this, new PageTable(table, width), lens, firsts);
    }

    private synchronized void close(Snapshot snapshot) {
        if (snapshot.closed) {
            return;
        }
        snapshot.closed = true;
        for (int b = 0; b < snapshot.lens.length; b++) {
            for (int n = 0; n < Math.ceilDiv(snapshot.lens[b], storage.shape().pageLen()); n++) {
                pool.unread(snapshot.table.pages()[b * snapshot.table.width() + n]);
            }
        }
    }

    private Pages pages(int sequence) {
        Pages pages = sequences.get(sequence);
        if (pages == null) {
            throw Checks.refusal(
                    "sequence must be one that newSequence or fork gave and that is not freed: sequence=%d", sequence);
        }
        return pages;
    }

    /// The state of some sequences at one moment. Not closed, it keeps its pages from being reused.
    public static final class Snapshot implements AutoCloseable {
        private final KvCache cache;
        private final PageTable table;
        private final int[] lens;
        private final int[] firsts;
        private volatile boolean closed;

        private Snapshot(KvCache cache, PageTable table, int[] lens, int[] firsts) {
            this.cache = cache;
            this.table = table;
            this.lens = lens;
            this.firsts = firsts;
        }

        /// Sequences held.
        public int batch() {
            return lens.length;
        }

        /// Keys of sequence `b` that are there: what [SequenceLengths#kvLens] is to say.
        public int len(int b) {
            return lens[b];
        }

        /// Position of the first of them; 0 unless the cache forgets.
        public int firstPosition(int b) {
            return firsts[b];
        }

        /// A copy of the lengths.
        public int[] lens() {
            return lens.clone();
        }

        /// Keys that all sequences hold in the same pages, whole pages from the first on: what
        /// [SharedPrefixPlan] reads once.
        public int sharedLen() {
            int len = Arrays.stream(lens).min().orElse(0) / pageLen() * pageLen();
            for (int b = 1; b < lens.length; b++) {
                int shared = firsts[b] == firsts[0] ? sharedPages(b, len / pageLen()) : 0;
                len = Math.min(len, shared * pageLen());
            }
            return len;
        }

        private int sharedPages(int b, int most) {
            int own = b * table.width();
            int differs = Arrays.mismatch(table.pages(), 0, most, table.pages(), own, own + most);
            return differs < 0 ? most : differs;
        }

        PageTable table() {
            return table;
        }

        /// Sets key, value, their scales and the page table of a run. Lengths are the caller's to set: [#lens]
        /// tells the keys'.
        ///
        /// @return `arguments`
        public AttentionArguments giveTo(AttentionArguments arguments) {
            Checks.require(!closed, "the snapshot must be open: take a new one");
            KvStorage storage = cache.storage;
            storage.keyScales().ifPresent(arguments::keyScale);
            storage.valueScales().ifPresent(arguments::valueScale);
            return arguments.key(storage.keys()).value(storage.values()).pageTable(table);
        }

        /// Reads key `j` of `head` of sequence `b`, of those that are there, scaled, into the elements of `row`.
        public void readKey(int b, int head, int j, double[] row) {
            cache.writer.readKey(page(b, j), head, j % pageLen(), row);
        }

        /// Reads value `j` of `head` of sequence `b`, scaled, into the elements of `row`.
        public void readValue(int b, int head, int j, double[] row) {
            cache.writer.readValue(page(b, j), head, j % pageLen(), row);
        }

        private int page(int b, int j) {
            if (closed || b < 0 || b >= lens.length || j < 0 || j >= lens[b]) {
                throw Checks.refusal(
                        "the snapshot must be open and j one of its keys: %s, sequence=%d, j=%d, keys=%s",
                        closed ? "closed" : "open", b, j, Arrays.toString(lens));
            }
            return table.pages()[b * table.width() + j / pageLen()];
        }

        private int pageLen() {
            return cache.storage.shape().pageLen();
        }

        /// Lets the pages be reused; no run may still read them. Closing again does nothing.
        @Override
        public void close() {
            cache.close(this);
        }
    }
}
