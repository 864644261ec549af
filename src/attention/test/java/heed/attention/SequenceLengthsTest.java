package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

final class SequenceLengthsTest {
    private final int[] starts = new int[2];
    private final int[] lens = new int[2];

    private void resolve(SequenceLengths lengths) {
        lengths.resolveKeys(10, starts, lens);
    }

    @Test
    void whatIsNotGivenIsEveryRow() {
        resolve(new SequenceLengths(2));
        assertArrayEquals(new int[] {0, 0}, starts);
        assertArrayEquals(new int[] {10, 10}, lens);
    }

    @Test
    void lensAreTheFirstRows() {
        resolve(new SequenceLengths(2).kvLens(0, 10));
        assertArrayEquals(new int[] {0, 0}, starts);
        assertArrayEquals(new int[] {0, 10}, lens);
    }

    @Test
    void startsFollowEachOther() {
        resolve(new SequenceLengths(2).kvStarts(0, 4, 9));
        assertArrayEquals(new int[] {0, 4}, starts);
        assertArrayEquals(new int[] {4, 5}, lens);
    }

    @Test
    void theLastFormGivenCounts() {
        resolve(new SequenceLengths(2).kvStarts(0, 4, 9).kvLens(1, 2));
        assertArrayEquals(new int[] {1, 2}, lens);
        resolve(new SequenceLengths(2).kvLens(1, 2).kvStarts(0, 4, 9));
        assertArrayEquals(new int[] {4, 5}, lens);
    }

    @Test
    void arraysAreReadAnewByEachRun() {
        int[] growing = {1, 2};
        SequenceLengths lengths = new SequenceLengths(2).kvLens(growing);
        growing[1] = 3;
        resolve(lengths);
        assertArrayEquals(new int[] {1, 3}, lens);
    }

    @Test
    void wrongLengthsAreNamed() {
        assertRefused("batch must not be negative: batch=-1", () -> new SequenceLengths(-1));
        assertRefused("kvLens needs 2 entries: kvLens=[1]", () -> new SequenceLengths(2).kvLens(1));
        assertRefused(
                "queryStarts needs 3 entries: queryStarts=[0, 1]", () -> new SequenceLengths(2).queryStarts(0, 1));
        assertRefused(
                "kvLens must lie between 0 and the tensor's 10 rows: kvLens[1]=11",
                () -> resolve(new SequenceLengths(2).kvLens(1, 11)));
        assertRefused(
                "kvLens must lie between 0 and the tensor's 10 rows: kvLens[0]=-1",
                () -> resolve(new SequenceLengths(2).kvLens(-1, 1)));
        String rule = "kvStarts must begin at 0, never fall and end at most at the tensor's 10 rows: ";
        assertRefused(
                rule + "sequence=0, kvStarts[0]=1, kvStarts[1]=2",
                () -> resolve(new SequenceLengths(2).kvStarts(1, 2, 3)));
        assertRefused(
                rule + "sequence=1, kvStarts[1]=5, kvStarts[2]=4",
                () -> resolve(new SequenceLengths(2).kvStarts(0, 5, 4)));
        assertRefused(
                rule + "sequence=1, kvStarts[1]=5, kvStarts[2]=11",
                () -> resolve(new SequenceLengths(2).kvStarts(0, 5, 11)));
    }

    @Test
    void longsGiveWhatIntsGive() {
        resolve(new SequenceLengths(2).kvStarts(0L, 4L, 9L));
        assertArrayEquals(new int[] {0, 4}, starts);
        assertArrayEquals(new int[] {4, 5}, lens);
        resolve(new SequenceLengths(2).kvLens(0L, 10L));
        assertArrayEquals(new int[] {0, 0}, starts);
        assertArrayEquals(new int[] {0, 10}, lens);
    }

    /// Cut to 32 bits, each would be a length that fits.
    @Test
    void longsBeyondIntAreNamedAsTheyAre() {
        assertRefused("kvLens needs 2 entries: kvLens=[1]", () -> new SequenceLengths(2).kvLens(1L));
        assertRefused(
                "kvLens must lie between 0 and the tensor's 10 rows: kvLens[1]=4294967299",
                () -> resolve(new SequenceLengths(2).kvLens(1L, (1L << 32) + 3)));
        String rule = "kvStarts must begin at 0, never fall and end at most at the tensor's 10 rows: ";
        assertRefused(
                rule + "sequence=1, kvStarts[1]=5, kvStarts[2]=4294967303",
                () -> resolve(new SequenceLengths(2).kvStarts(0, 5, (1L << 32) + 7)));
        assertRefused(
                rule + "sequence=0, kvStarts[0]=0, kvStarts[1]=-9223372036854775808",
                () -> resolve(new SequenceLengths(2).kvStarts(0, Long.MIN_VALUE, 7)));
        assertRefused(
                rule + "sequence=1, kvStarts[1]=5, kvStarts[2]=4",
                () -> resolve(new SequenceLengths(2).kvStarts(0L, 5L, 4L)));
    }
}
