package heed.kernels.exact;

import static heed.kernels.tile.Tile6x2F64.COLUMNS;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.Tile6x2F64;
import java.util.Arrays;

/// FlashAttention-2 (Dao 2023), Algorithm 1, in double for one tile of query rows; numbers are its lines. Key
/// blocks are as wide as a register tile and begin at multiples of it, so a row's sums do not depend on its
/// tile.
final class ExactTile {
    /// Query rows of a tile.
    static final int ROWS = 8 * Lanes.ROWS;

    private final int headDim;
    private final int valueDim;
    private final int group;
    private final int paddedDim;
    private final double[] query;
    private final double[] keys;
    private final double[] values;
    private final double[] scores = new double[ROWS * COLUMNS];
    private final double[] sums = new double[Lanes.ROWS * COLUMNS];
    private final double[] row;
    private final ExactRows state;
    private boolean finite;
    private int rows;

    ExactTile(AttentionSpec spec) {
        headDim = spec.headDim();
        valueDim = spec.valueDim();
        group = spec.groupSize();
        paddedDim = Lanes.roundUp(valueDim, COLUMNS);
        query = new double[ROWS * headDim];
        keys = new double[headDim * COLUMNS];
        values = new double[COLUMNS * paddedDim];
        row = new double[Math.max(headDim, valueDim)];
        state = new ExactRows(ROWS, paddedDim);
    }

    long bytes() {
        return Double.BYTES
                * ((long) query.length
                        + keys.length
                        + values.length
                        + scores.length
                        + sums.length
                        + row.length
                        + state.elements());
    }

    void attend(AttentionCall call, int b, int kvHead, int firstRow) {
        load(call, b, kvHead, firstRow); //                             4, 5
        int to = state.lastKey(rows);
        for (int key = state.firstKey(rows) / COLUMNS * COLUMNS; key < to; key += COLUMNS) { // 6
            int count = Math.min(COLUMNS, call.kvLen(b) - key);
            pack(call, b, kvHead, key, count);
            for (int first = 0; first < rows; first += Lanes.ROWS) {
                Tile6x2F64.multiply(query, first * headDim, headDim, keys, 0, headDim, scores, first * COLUMNS); //  8
            }
            softmax(call, b, kvHead, firstRow, key, count); //          9
            accumulate(); //                                            10
            if (!finite) {
                addNonFinite(call, b, kvHead, key, count);
            }
        }
        for (int r = 0; r < rows; r++) { //                             12, 13
            state.store(call, b, head(kvHead, firstRow + r), (firstRow + r) / group, r, valueDim);
        }
    }

    private int head(int kvHead, int stackedRow) {
        return kvHead * group + stackedRow % group;
    }

    private void load(AttentionCall call, int b, int kvHead, int firstRow) {
        rows = Math.min(ROWS, call.queryLen(b) * group - firstRow);
        for (int r = 0; r < rows; r++) {
            int i = (firstRow + r) / group;
            int head = head(kvHead, firstRow + r);
            read(call.query(), call.queryAt(b, head, i), headDim);
            for (int d = 0; d < headDim; d++) {
                query[r * headDim + d] = row[d] * call.spec().softmaxScale();
            }
            state.start(r, call, b, head, i);
        }
    }

    private void read(Tensor tensor, long at, int length) {
        for (int d = 0; d < length; d++) {
            row[d] = tensor.type().read(tensor.segment(), at + d * tensor.stride(3));
        }
    }

    /// Keys as `[headDim][COLUMNS]`, values as panels of `[COLUMNS][COLUMNS]` with non-finite elements replaced
    /// by 0.
    private void pack(AttentionCall call, int b, int kvHead, int key, int count) {
        finite = true;
        Arrays.fill(values, 0);
        for (int n = 0; n < count; n++) {
            read(call.key(), call.keyAt(b, kvHead, key + n), headDim);
            for (int d = 0; d < headDim; d++) {
                keys[d * COLUMNS + n] = row[d];
            }
            read(call.value(), call.valueAt(b, kvHead, key + n), valueDim);
            for (int d = 0; d < valueDim; d++) {
                boolean keep = Double.isFinite(row[d]);
                finite &= keep;
                values[(d / COLUMNS * COLUMNS + n) * COLUMNS + d % COLUMNS] = keep ? row[d] : 0;
            }
        }
    }

    private void softmax(AttentionCall call, int b, int kvHead, int firstRow, int key, int count) {
        for (int r = 0; r < rows; r++) {
            int i = (firstRow + r) / group;
            int head = head(kvHead, firstRow + r);
            for (int n = 0; n < COLUMNS; n++) {
                int at = r * COLUMNS + n;
                boolean seen = n < count && state.sees(r, key + n);
                scores[at] = seen ? call.score(b, head, i, key + n, scores[at]) : Double.NEGATIVE_INFINITY;
            }
            state.update(r, scores, r * COLUMNS, COLUMNS);
        }
    }

    private void accumulate() {
        for (int first = 0; first < rows; first += Lanes.ROWS) {
            for (int d = 0; d < paddedDim; d += COLUMNS) {
                Tile6x2F64.multiply(scores, first * COLUMNS, COLUMNS, values, d * COLUMNS, COLUMNS, sums, 0);
                for (int r = first; r < Math.min(rows, first + Lanes.ROWS); r++) {
                    state.add(r, d, sums, (r - first) * COLUMNS, COLUMNS);
                }
            }
        }
    }

    /// What was replaced, for the rows that see its key: weight 0 of a hidden key must not meet a NaN.
    private void addNonFinite(AttentionCall call, int b, int kvHead, int key, int count) {
        for (int n = 0; n < count; n++) {
            read(call.value(), call.valueAt(b, kvHead, key + n), valueDim);
            for (int r = 0; r < rows; r++) {
                if (state.saw(r, n)) {
                    for (int d = 0; d < valueDim; d++) {
                        if (!Double.isFinite(row[d])) {
                            state.addOne(r, d, row[d]); // as with any weight above 0
                        }
                    }
                }
            }
        }
    }
}
