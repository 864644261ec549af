package heed.conformance.golden;

import heed.attention.KvCache;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// What a case expects its cache to hold.
final class CasePresent {
    private final GoldenCase golden;
    private final KvCache.Snapshot snapshot;
    private final Arena arena;

    CasePresent(GoldenCase golden, KvCache.Snapshot snapshot, Arena arena) {
        this.golden = golden;
        this.snapshot = snapshot;
        this.arena = arena;
    }

    List<CaseRun.Result> results() throws IOException {
        List<CaseRun.Result> results = new ArrayList<>();
        if (golden.expected().containsKey("presentK")) {
            results.add(read("presentK", snapshot::readKey));
        }
        if (golden.expected().containsKey("presentV")) {
            results.add(read("presentV", snapshot::readValue));
        }
        return results;
    }

    private interface Reader {
        void read(int b, int head, int j, double[] row);
    }

    /// What lies past a sequence's keys is not compared: it is taken to be as expected.
    private CaseRun.Result read(String name, Reader reader) throws IOException {
        Expected expected = golden.expected(name);
        Tensor wanted = expected.tensor().load(arena);
        Tensor actual = CaseRun.like(
                expected.tensor(), wanted.type(), golden.attributes().kvHeads(), arena);
        double[] row = new double[wanted.size(3)];
        for (int b = 0; b < wanted.size(0); b++) {
            for (int h = 0; h < wanted.size(1); h++) {
                for (int j = 0; j < wanted.size(2); j++) {
                    boolean isThere = j < snapshot.len(b);
                    if (isThere) {
                        reader.read(b, h, j, row);
                    }
                    for (int d = 0; d < row.length; d++) {
                        actual.set(isThere ? row[d] : wanted.get(b, h, j, d), b, h, j, d);
                    }
                }
            }
        }
        return new CaseRun.Result(name, actual, wanted, expected.bound(wanted.type()));
    }
}
