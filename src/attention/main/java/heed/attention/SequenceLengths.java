package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lengths and positions of the sequences of one run.
///
/// What is not given follows from the tensors: every sequence then has all the rows there are. The arrays are the
/// caller's and are read at the start of each run, so a decode loop writes new lengths in place and runs again.
///
/// | given         | the tensor of that side                | sequence `b` is                                |
/// |---------------|----------------------------------------|------------------------------------------------|
/// | nothing       | `[batch, heads, len, dim]`             | all `len` rows                                 |
/// | `…Lens`       | `[batch, heads, len, dim]`             | the first `lens[b]` rows                       |
/// | `…Starts`     | `[1, heads, total, dim]` (ragged, THD) | rows `starts[b] … starts[b + 1]`               |
public final class SequenceLengths {
    private final int batch;
    private int @Nullable [] queryLens;
    private int @Nullable [] queryStarts;
    private int @Nullable [] kvLens;
    private int @Nullable [] kvStarts;
    private int @Nullable [] offsets;

    /// Lengths of `batch` sequences.
    public SequenceLengths(int batch) {
        this.batch = Checks.notNegative("batch", batch);
    }

    /// Query rows of each sequence: `[batch]`.
    public SequenceLengths queryLens(int... lens) {
        queryLens = sized("queryLens", lens, batch);
        queryStarts = null;
        return this;
    }

    /// First query row of each sequence, and one past the last: `[batch + 1]`, from 0, never falling.
    public SequenceLengths queryStarts(int... starts) {
        queryStarts = sized("queryStarts", starts, batch + 1);
        queryLens = null;
        return this;
    }

    /// Keys of each sequence: `[batch]`.
    public SequenceLengths kvLens(int... lens) {
        kvLens = sized("kvLens", lens, batch);
        kvStarts = null;
        return this;
    }

    /// First key of each sequence, and one past the last: `[batch + 1]`, from 0, never falling.
    public SequenceLengths kvStarts(int... starts) {
        kvStarts = sized("kvStarts", starts, batch + 1);
        kvLens = null;
        return this;
    }

    /// Position of query row 0 of each sequence, for [QueryAlignment#OFFSET]: `[batch]`, may be negative.
    public SequenceLengths offsets(int... positions) {
        offsets = sized("offsets", positions, batch);
        return this;
    }

    int batch() {
        return batch;
    }

    int @Nullable [] offsets() {
        return offsets;
    }

    boolean hasKeyLens() {
        return kvLens != null;
    }

    boolean queriesAreRagged() {
        return queryStarts != null;
    }

    boolean keysAreRagged() {
        return kvStarts != null;
    }

    /// Copies one side's starts and lengths, checked against the `rows` there are.
    void resolveQueries(int rows, int[] starts, int[] lens) {
        resolve("query", rows, queryLens, queryStarts, starts, lens);
    }

    /// As [#resolveQueries], for keys.
    void resolveKeys(int rows, int[] starts, int[] lens) {
        resolve("kv", rows, kvLens, kvStarts, starts, lens);
    }

    private void resolve(
            String side, int rows, int @Nullable [] givenLens, int @Nullable [] givenStarts, int[] starts, int[] lens) {
        for (int b = 0; b < batch; b++) {
            int start = givenStarts == null ? 0 : givenStarts[b];
            int end = givenStarts != null ? givenStarts[b + 1] : givenLens != null ? givenLens[b] : rows;
            if (start < 0 || end < start || end > rows || (b == 0 && start != 0)) {
                throw refusal(side, rows, b, start, end, givenStarts != null);
            }
            starts[b] = start;
            lens[b] = end - start;
        }
    }

    private static IllegalArgumentException refusal(String side, int rows, int b, int start, int end, boolean ragged) {
        return ragged
                ? Checks.refusal(
                        "%sStarts must begin at 0, never fall and end at most at the tensor's %d rows: sequence=%d, start=%d, end=%d",
                        side, rows, b, start, end)
                : Checks.refusal(
                        "%sLens must lie between 0 and the tensor's %d rows: %sLens[%d]=%d", side, rows, side, b, end);
    }

    private static int[] sized(String name, int[] values, int size) {
        Checks.require(values.length == size, "%s needs %d entries: %s=%s", name, size, name, Arrays.toString(values));
        return values;
    }
}
