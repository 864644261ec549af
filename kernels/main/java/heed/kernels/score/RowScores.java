package heed.kernels.score;

import heed.attention.AttentionCall;

/// One row of a block of scores on its way to the softmax: which pair each column is, and room to compute in.
/// One for each thread.
///
/// Column `n` is key `origin + n`; its score is `s[at + n]`. Work is done on columns `from … to`, whole vectors;
/// `first … last` of them are within the mask's interval, the others are not looked at.
public final class RowScores {
    final float[][] registers;
    final float[][] choices;

    /// Scores as the score expression found them.
    final float[] before;

    int b;
    int head;
    int i;
    int position;
    int origin;
    int from;
    int to;
    int first;
    int last;
    float[] s = {};
    int at;

    /// Whether the last expression asked for elements of a captured tensor that do not exist: NaN to it.
    boolean lacksElements;

    /// Whether the last expression left the range of f32 on its way to a value, see [FloatRange].
    boolean leftRange;

    /// The same of the score expression, for whoever looks once masks have been there.
    boolean shapeLeftRange;

    /// Whether the mask is known to hide nothing of the row's columns.
    boolean isCovered;

    RowScores(int registers, int choices, int keys) {
        this.registers = new float[registers][keys];
        this.choices = new float[choices][keys];
        before = new float[registers > 0 ? keys : 0];
    }

    /// The same columns of the same row, with other scores from column 0 on.
    void copyPlace(RowScores other, float[] scores) {
        b = other.b;
        head = other.head;
        i = other.i;
        position = other.position;
        columns(other.origin, other.from, other.to, other.first, other.last, other.isCovered);
        scores(scores, 0);
    }

    /// Names the row.
    public void place(AttentionCall call, int sequence, int queryHead, int row) {
        b = sequence;
        head = queryHead;
        i = row;
        position = call.offset(sequence) + row;
    }

    /// Names its columns.
    public void columns(int firstKey, int begin, int end, int firstSeen, int lastSeen, boolean covered) {
        origin = firstKey;
        from = begin;
        to = end;
        first = firstSeen;
        last = lastSeen;
        isCovered = covered;
    }

    /// Says where they lie.
    public void scores(float[] array, int columnZero) {
        s = array;
        at = columnZero;
    }

    /// Bytes held.
    public long bytes() {
        long floats = before.length;
        for (float[] register : registers) {
            floats += register.length;
        }
        for (float[] choice : choices) {
            floats += choice.length;
        }
        return Float.BYTES * floats;
    }
}
