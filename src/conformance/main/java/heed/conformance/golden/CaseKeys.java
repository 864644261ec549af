package heed.conformance.golden;

import heed.attention.AttentionArguments;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.PageTable;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;

/// Where the keys and values of a case are.
sealed interface CaseKeys extends AutoCloseable {
    /// Keys of a page of a cache that is filled here: short, so that every case crosses pages.
    int PAGE_LEN = 8;

    /// What is stored.
    ElementType elementType();

    /// Keys of a page, 0 for none.
    int pageLen();

    /// The most keys of a sequence.
    int mostKeys();

    /// Whether the lengths of keys are given for each sequence.
    boolean needsLengths();

    /// Sets key and value, and where their pages are.
    void giveTo(AttentionArguments arguments);

    @Override
    default void close() {}

    static CaseKeys of(GoldenCase golden, Arena arena) throws IOException {
        CaseAttributes attributes = golden.attributes();
        if (attributes.paged().isPresent()) {
            return paged(golden, attributes.paged().get(), arena);
        }
        Tensor key = input(golden, "k", arena);
        Tensor value = input(golden, "v", arena);
        Tensor turned = CaseRotary.turned(golden, key, arena);
        return attributes.past().isPresent()
                ? cached(golden, attributes.past().get(), turned, value, arena)
                : new Direct(turned, value);
    }

    private static Tensor input(GoldenCase golden, String name, Arena arena) throws IOException {
        CaseTensor tensor = golden.input(name);
        return AxisOrder.logical(
                tensor.load(arena), tensor.axes(), golden.attributes().kvHeads());
    }

    private static CaseKeys paged(GoldenCase golden, CaseAttributes.Paged paged, Arena arena) throws IOException {
        CaseTensor table = golden.input(paged.blockTable());
        return new Paged(
                input(golden, paged.keyCache(), arena),
                input(golden, paged.valueCache(), arena),
                new PageTable(table.integers(arena), table.shape()[1]));
    }

    /// Appends the past, then the new keys.
    private static CaseKeys cached(GoldenCase golden, CaseAttributes.Past past, Tensor key, Tensor value, Arena arena)
            throws IOException {
        CaseAttributes attributes = golden.attributes();
        Tensor pastKey = input(golden, past.key(), arena);
        Tensor pastValue = input(golden, past.value(), arena);
        int most = 1;
        for (int len : past.presentLengths()) {
            most = Math.max(most, len);
        }
        int pages = attributes.batch() * Math.ceilDiv(most, PAGE_LEN);
        KvCache cache = new KvCache(KvStorage.allocate(
                new KvShape(
                        attributes.kvHeads(),
                        attributes.headDim(),
                        attributes.headDimV(),
                        value.type(),
                        KeyLayout.rows(),
                        PAGE_LEN,
                        Math.max(1, pages),
                        KvShape.PageOrder.NHPD),
                arena));
        int[] sequences = new int[attributes.batch()];
        for (int b = 0; b < sequences.length; b++) {
            sequences[b] = cache.newSequence();
            int old = past.lengths()[b];
            cache.append(sequences[b], rows(pastKey, b, old), rows(pastValue, b, old));
            int added = past.presentLengths()[b] - old;
            cache.append(sequences[b], rows(key, b, added), rows(value, b, added));
        }
        return new Cached(cache.snapshot(sequences), value.type());
    }

    /// The first `len` rows of sequence `b`, `[heads, len, dim]`.
    private static Tensor rows(Tensor tensor, int b, int len) {
        Tensor rows = tensor.slice(0, b, b + 1).slice(2, 0, len);
        return Tensor.strided(
                rows.segment(),
                rows.type(),
                rows.offset(),
                new int[] {rows.size(1), rows.size(2), rows.size(3)},
                new long[] {rows.stride(1), rows.stride(2), rows.stride(3)});
    }

    /// In tensors of their own.
    record Direct(Tensor key, Tensor value) implements CaseKeys {
        @Override
        public ElementType elementType() {
            return key.type();
        }

        @Override
        public int pageLen() {
            return 0;
        }

        @Override
        public int mostKeys() {
            return key.size(2);
        }

        @Override
        public boolean needsLengths() {
            return false;
        }

        @Override
        public void giveTo(AttentionArguments arguments) {
            arguments.key(key).value(value);
        }
    }

    /// In the case's pages.
    record Paged(Tensor key, Tensor value, PageTable table) implements CaseKeys {
        @Override
        public ElementType elementType() {
            return key.type();
        }

        @Override
        public int pageLen() {
            return key.size(2);
        }

        @Override
        public int mostKeys() {
            return table.width() * pageLen();
        }

        @Override
        public boolean needsLengths() {
            return true;
        }

        @Override
        public void giveTo(AttentionArguments arguments) {
            arguments.key(key).value(value).pageTable(table);
        }
    }

    /// In a cache that the case's past and new keys were appended to.
    record Cached(KvCache.Snapshot snapshot, ElementType elementType) implements CaseKeys {
        @Override
        public int pageLen() {
            return PAGE_LEN;
        }

        @Override
        public int mostKeys() {
            int most = 0;
            for (int len : snapshot.lens()) {
                most = Math.max(most, len);
            }
            return most;
        }

        @Override
        public boolean needsLengths() {
            return true;
        }

        @Override
        public void giveTo(AttentionArguments arguments) {
            snapshot.giveTo(arguments);
        }

        @Override
        public void close() {
            snapshot.close();
        }
    }
}
