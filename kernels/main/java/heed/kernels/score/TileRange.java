package heed.kernels.score;

/// A tile of pairs of one sequence, ends included. One for each thread.
public final class TileRange {
    int b;
    int firstHead;
    int lastHead;
    int firstRow;
    int lastRow;
    int firstPosition;
    int lastPosition;
    int firstKey;
    int lastKey;

    /// Nothing yet.
    public TileRange() {}

    /// Names the rows.
    ///
    /// @param offset position of query row 0
    public void rows(int sequence, int fromHead, int toHead, int fromRow, int toRow, int offset) {
        b = sequence;
        firstHead = fromHead;
        lastHead = toHead;
        firstRow = fromRow;
        lastRow = toRow;
        firstPosition = offset + fromRow;
        lastPosition = offset + toRow;
    }

    /// Names the keys.
    public void keys(int from, int last) {
        firstKey = from;
        lastKey = last;
    }
}
