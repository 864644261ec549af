package heed.attention;

import org.jspecify.annotations.Nullable;

/// The lengths and positions of the sequences of one run.
///
/// What is not given follows from the tensors: every sequence then has all the rows there are. The arrays are the
/// caller's and are read at the start of each run, so a decode loop writes new lengths in place and runs again. They
/// are of `int` or of `long`, whichever the caller keeps; what does not fit the tensors is refused in either.
///
/// | given         | the tensor of that side                | sequence `b` is                                |
/// |---------------|----------------------------------------|------------------------------------------------|
/// | nothing       | `[batch, heads, len, dim]`             | all `len` rows                                 |
/// | `…Lens`       | `[batch, heads, len, dim]`             | the first `lens[b]` rows                       |
/// | `…Starts`     | `[1, heads, total, dim]` (ragged, THD) | rows `starts[b] … starts[b + 1]`               |
public final class SequenceLengths {
    private final int batch;
    private final Side query = new Side("query");
    private final Side keys = new Side("kv");
    private @Nullable Integers offsets;

    /// Lengths of `batch` sequences.
    public SequenceLengths(int batch) {
        this.batch = Checks.notNegative("batch", batch);
    }

    /// Query rows of each sequence: `[batch]`.
    public SequenceLengths queryLens(int... lens) {
        return lens(query, new Integers.Ints(lens));
    }

    /// As [#queryLens(int...)].
    public SequenceLengths queryLens(long... lens) {
        return lens(query, new Integers.Longs(lens));
    }

    /// First query row of each sequence, and one past the last: `[batch + 1]`, from 0, never falling.
    public SequenceLengths queryStarts(int... starts) {
        return starts(query, new Integers.Ints(starts));
    }

    /// As [#queryStarts(int...)].
    public SequenceLengths queryStarts(long... starts) {
        return starts(query, new Integers.Longs(starts));
    }

    /// Keys of each sequence: `[batch]`.
    public SequenceLengths kvLens(int... lens) {
        return lens(keys, new Integers.Ints(lens));
    }

    /// As [#kvLens(int...)].
    public SequenceLengths kvLens(long... lens) {
        return lens(keys, new Integers.Longs(lens));
    }

    /// First key of each sequence, and one past the last: `[batch + 1]`, from 0, never falling.
    public SequenceLengths kvStarts(int... starts) {
        return starts(keys, new Integers.Ints(starts));
    }

    /// As [#kvStarts(int...)].
    public SequenceLengths kvStarts(long... starts) {
        return starts(keys, new Integers.Longs(starts));
    }

    /// Position of query row 0 of each sequence, for [QueryAlignment#OFFSET]: `[batch]`, may be negative.
    public SequenceLengths offsets(int... positions) {
        offsets = sized("offsets", new Integers.Ints(positions), batch);
        return this;
    }

    /// As [#offsets(int...)].
    public SequenceLengths offsets(long... positions) {
        offsets = sized("offsets", new Integers.Longs(positions), batch);
        return this;
    }

    private SequenceLengths lens(Side side, Integers lens) {
        side.lens = sized(side.name + "Lens", lens, batch);
        side.starts = null;
        return this;
    }

    private SequenceLengths starts(Side side, Integers starts) {
        side.starts = sized(side.name + "Starts", starts, batch + 1);
        side.lens = null;
        return this;
    }

    int batch() {
        return batch;
    }

    @Nullable
    Integers offsets() {
        return offsets;
    }

    boolean hasKeyLens() {
        return keys.lens != null;
    }

    boolean queriesAreRagged() {
        return query.starts != null;
    }

    boolean keysAreRagged() {
        return keys.starts != null;
    }

    /// Copies one side's starts and lengths, checked against the `rows` there are.
    void resolveQueries(int rows, int[] starts, int[] lens) {
        query.resolve(batch, rows, starts, lens);
    }

    /// As [#resolveQueries], for keys.
    void resolveKeys(int rows, int[] starts, int[] lens) {
        keys.resolve(batch, rows, starts, lens);
    }

    private static Integers sized(String name, Integers values, int size) {
        Checks.require(values.count() == size, "%s needs %d entries: %s=%s", name, size, name, values);
        return values;
    }

    /// What is given of one side: its lengths, its starts or neither.
    private static final class Side {
        private final String name;
        private @Nullable Integers lens;
        private @Nullable Integers starts;

        Side(String name) {
            this.name = name;
        }

        void resolve(int batch, int rows, int[] toStarts, int[] toLens) {
            for (int b = 0; b < batch; b++) {
                long start = starts == null ? 0 : starts.get(b);
                long end = starts != null ? starts.get(b + 1) : lens != null ? lens.get(b) : rows;
                if (start < 0 || end < start || end > rows || (b == 0 && start != 0)) {
                    throw refusal(rows, b, start, end);
                }
                toStarts[b] = (int) start;
                toLens[b] = (int) (end - start);
            }
        }

        private IllegalArgumentException refusal(int rows, int b, long start, long end) {
            return starts != null
                    ? Checks.refusal(
                            "%sStarts must begin at 0, never fall and end at most at the tensor's %d rows:"
                                    + " sequence=%d, %sStarts[%d]=%d, %sStarts[%d]=%d",
                            name, rows, b, name, b, start, name, b + 1, end)
                    : Checks.refusal(
                            "%sLens must lie between 0 and the tensor's %d rows: %sLens[%d]=%d",
                            name, rows, name, b, end);
        }
    }
}
