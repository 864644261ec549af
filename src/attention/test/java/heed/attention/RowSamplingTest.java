package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

/// Exactly one row of each stratum, whatever the runs, and any of them.
final class RowSamplingTest {
    private static int checked(RowSampling sampling, long from, long to) {
        int count = 0;
        for (long row = sampling.next(from); row < to; row = sampling.next(row + 1)) {
            assertTrue(row >= from);
            count++;
        }
        return count;
    }

    @Test
    void oneOfEachStratum() {
        RowSampling sampling = new RowSampling(7, 1000);
        for (int stratum = 0; stratum < 500; stratum++) {
            assertEquals(1, checked(sampling, stratum * 1000L, stratum * 1000L + 1000));
        }
    }

    @Test
    void everyRow() {
        assertEquals(100, checked(new RowSampling(7, 1), 23, 123));
    }

    /// 32 rows a run, as in decode: 1000 in 10⁶ are checked, each head about as often.
    @Test
    void rowsOfSmallRunsComeRound() {
        RowSampling sampling = new RowSampling(3, 1000);
        int[] ofHead = new int[32];
        for (long run = 0; run < 1_000_000 / 32; run++) {
            long row = sampling.next(run * 32);
            if (row < run * 32 + 32) {
                ofHead[(int) (row % 32)]++;
            }
        }
        int all = 0;
        for (int count : ofHead) {
            all += count;
            assertTrue(count > 5 && count < 70, "a head's share of 31: " + count);
        }
        assertEquals(1000, all);
    }

    /// The first rows of 1000 plans of 20 rows: 20 in 1000 are checked, and each row of a plan some time.
    @Test
    void plansOfOneRunAreSampled() {
        SelfCheck check = SelfCheck.oneRowIn(100);
        BitSet hit = new BitSet();
        int checked = 0;
        for (int plan = 0; plan < 5000; plan++) {
            RowSampling sampling = RowSampling.of(check, plan);
            checked += checked(sampling, 0, 20);
            hit.set((int) sampling.next(0));
        }
        assertTrue(checked > 850 && checked < 1150, "of 1000: " + checked);
        assertEquals(100, hit.cardinality());
    }
}
