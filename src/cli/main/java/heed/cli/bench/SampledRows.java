package heed.cli.bench;

import java.util.TreeSet;
import java.util.stream.IntStream;

/// Which query rows of each head are looked at.
final class SampledRows {
    /// Rows per head and sequence, all of them where there are fewer.
    static final int MOST = 64;
    private static final int EDGE = 64;

    private SampledRows() {}

    /// First and last rows, both sides of multiples of the usual tile edges, and others evenly between.
    static int[] of(int queryLen) {
        TreeSet<Integer> rows = new TreeSet<>();
        int quarter = MOST / 4;
        IntStream.range(0, quarter / 2).forEach(n -> rows.add(Math.min(n, queryLen - 1)));
        IntStream.range(0, quarter / 2).forEach(n -> rows.add(Math.max(0, queryLen - 1 - n)));
        int edges = Math.max(1, (queryLen - 1) / EDGE);
        int stride = Math.max(1, edges / quarter) * EDGE;
        for (int at = stride; at < queryLen && rows.size() < 3 * quarter; at += stride) {
            rows.add(at - 1);
            rows.add(at);
        }
        for (int n = 0; rows.size() < Math.min(MOST, queryLen); n++) {
            rows.add((int) ((n * 2654435761L & 0xffffffffL) % queryLen));
        }
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }
}
