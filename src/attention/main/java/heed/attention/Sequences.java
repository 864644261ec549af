package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The sequences of one run, resolved: copied from the caller's arrays, so that a caller who changes an array
/// during a run changes nothing.
final class Sequences {
    private final AttentionSpec spec;
    private final AttentionSizes sizes;

    /// Keys of a panel, 1 for rows.
    private final int panelWidth;

    /// Keys of a page, 0 if there are none.
    private final int pageLen;

    /// Pages of the longest sequence.
    private final int pageWidth;

    private final int[] pages;

    private final int[] queryStarts;
    private final int[] queryLens;
    private final int[] kvStarts;
    private final int[] kvLens;
    private final int[] positions;
    private int batch;
    private boolean raggedQueries;
    private boolean raggedKeys;

    Sequences(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        this.sizes = sizes;
        queryStarts = new int[sizes.batch()];
        queryLens = new int[sizes.batch()];
        kvStarts = new int[sizes.batch()];
        kvLens = new int[sizes.batch()];
        positions = new int[sizes.batch()];
        pageLen = spec.pageLen();
        pageWidth = pageLen == 0 ? 0 : Math.ceilDiv(sizes.kvLen(), pageLen);
        pages = new int[Math.multiplyExact(sizes.batch(), pageWidth)];
        panelWidth = switch (spec.keyLayout()) {
            case KeyLayout.Rows _ -> 1;
            case KeyLayout.Panels(int width) -> width;
        };
    }

    int batch() {
        return batch;
    }

    int queryLen(int b) {
        return queryLens[b];
    }

    int kvLen(int b) {
        return kvLens[b];
    }

    int position(int b) {
        return positions[b];
    }

    /// Entries of the query's batch axis.
    int queryBatch() {
        return raggedQueries ? 1 : batch;
    }

    /// Entries of the key's batch axis, unless it is pages.
    int keyBatch() {
        return raggedKeys ? 1 : batch;
    }

    /// Keys from key `j` on that lie evenly apart.
    int keysTogether(int j) {
        return pageLen == 0 ? Integer.MAX_VALUE : pageLen - j % pageLen;
    }

    private int page(int b, int j) {
        return pages[b * pageWidth + j / pageLen];
    }

    /// Byte of row `i` of `head` in sequence `b` of the query, or of a tensor that follows it.
    long queryRowAt(Tensor tensor, int b, int head, int i) {
        return rowAt(tensor, raggedQueries ? 0 : b, head, queryStarts[b] + i);
    }

    /// Byte of row `j` of `head` in sequence `b` of keys in rows, of values, or of a tensor that follows them.
    long keyRowAt(Tensor tensor, int b, int head, int j) {
        return pageLen == 0
                ? rowAt(tensor, raggedKeys ? 0 : b, head, kvStarts[b] + j)
                : rowAt(tensor, page(b, j), head, j % pageLen);
    }

    /// Byte of panel `panel` of `head` in sequence `b` of a key tensor in panels.
    long keyPanelAt(Tensor tensor, int b, int head, int panel) {
        int j = panel * panelWidth;
        return pageLen == 0
                ? rowAt(tensor, raggedKeys ? 0 : b, head, kvStarts[b] / panelWidth + panel)
                : rowAt(tensor, page(b, j), head, j % pageLen / panelWidth);
    }

    private static long rowAt(Tensor tensor, int b, int head, int row) {
        return tensor.offset() + b * tensor.stride(0) + head * tensor.stride(1) + row * tensor.stride(2);
    }

    /// The sequence that row `row` of entry `entry` of a query tensor's batch axis is of; −1 for padding.
    int sequenceOf(int entry, int row) {
        int b = raggedQueries ? 0 : entry;
        while (raggedQueries && b < batch && row >= queryStarts[b] + queryLens[b]) {
            b++;
        }
        return b < batch && row >= queryStarts[b] && row < queryStarts[b] + queryLens[b] ? b : -1;
    }

    /// Where the rows of sequence `b` begin along the row axis.
    int queryStart(int b) {
        return queryStarts[b];
    }

    /// Takes in what the caller gave; what is not given follows from the tensors.
    void bind(Tensor query, Tensor keys, @Nullable SequenceLengths lengths, @Nullable PageTable table) {
        int count = lengths == null ? query.size(0) : lengths.batch();
        if (count > sizes.batch()) {
            throw Checks.refusal("batch must fit the plan's %d: batch=%d", sizes.batch(), count);
        }
        batch = count;
        raggedQueries = lengths != null && lengths.queriesAreRagged();
        raggedKeys = lengths != null && lengths.keysAreRagged();
        if (lengths == null) {
            fill(query.size(2), queryStarts, queryLens);
            fill(keys.size(2), kvStarts, kvLens);
        } else {
            lengths.resolveQueries(query.size(2), queryStarts, queryLens);
            lengths.resolveKeys(pageLen == 0 ? keys.size(2) : Integer.MAX_VALUE, kvStarts, kvLens);
        }
        bindPages(keys, lengths, table);
        for (int b = 0; b < batch; b++) {
            if (kvStarts[b] % panelWidth != 0) {
                throw Checks.refusal(
                        "kvStarts must be multiples of the panel width %d, so that each sequence begins a panel: kvStarts[%d]=%d;"
                                + " pad sequences on the batch axis and give kvLens, or keep keys in rows",
                        panelWidth, b, kvStarts[b]);
            }
        }
        place(lengths == null ? null : lengths.offsets());
    }

    private void bindPages(Tensor keys, @Nullable SequenceLengths lengths, @Nullable PageTable table) {
        if ((pageLen > 0) != (table != null)) {
            throw Checks.refusal(
                    "pageTable goes with a spec that has a pageLen: pageLen=%d, pageTable %s",
                    pageLen, table == null ? "missing: call AttentionArguments.pageTable" : "given");
        }
        if (table == null) {
            return;
        }
        if (lengths == null || lengths.keysAreRagged() || !lengths.hasKeyLens()) {
            throw Checks.refusal("keys in pages need their number for each sequence: call SequenceLengths.kvLens");
        }
        for (int b = 0; b < batch; b++) {
            fits("kvLen", kvLens[b], sizes.kvLen(), b);
        }
        table.resolve(batch, kvLens, pageLen, keys.size(0), pages, pageWidth);
    }

    private void fill(int rows, int[] starts, int[] lens) {
        Arrays.fill(starts, 0, batch, 0);
        Arrays.fill(lens, 0, batch, rows);
    }

    private void place(@Nullable Integers offsets) {
        if ((spec.alignment() == QueryAlignment.OFFSET) != (offsets != null)) {
            throw Checks.refusal(
                    "offsets go with QueryAlignment.OFFSET, one for each sequence: alignment=%s, offsets %s",
                    spec.alignment(), offsets == null ? "missing" : "given");
        }
        for (int b = 0; b < batch; b++) {
            fits("queryLen", queryLens[b], sizes.queryLen(), b);
            fits("kvLen", kvLens[b], sizes.kvLen(), b);
            long position = offsets != null
                    ? offsets.get(b)
                    : spec.alignment() == QueryAlignment.TOP_LEFT ? 0 : kvLens[b] - queryLens[b];
            if (position < Integer.MIN_VALUE || position > Integer.MAX_VALUE - queryLens[b]) {
                throw Checks.refusal(
                        "positions must fit 32 bits: offset=%d, queryLen=%d, sequence=%d", position, queryLens[b], b);
            }
            positions[b] = (int) position;
        }
    }

    private static void fits(String name, int len, int most, int b) {
        if (len > most) {
            throw Checks.refusal("%s must fit the plan's %d: %s=%d, sequence=%d", name, most, name, len, b);
        }
    }
}
