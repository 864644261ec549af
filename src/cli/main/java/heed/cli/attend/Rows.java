package heed.cli.attend;

import heed.attention.SequenceLengths;
import java.util.List;
import java.util.stream.IntStream;

/// The rows of each sequence on one side, as the command line has them.
///
/// @param option that gives them
/// @param numbers a length for each sequence; or of each its first row, and one past the last of all
/// @param areStarts which of the two
record Rows(String option, int[] numbers, boolean areStarts) {
    static Rows ofLens(String option, List<Integer> lens) {
        return new Rows(option, ints(lens), false);
    }

    static Rows ofStarts(String option, List<Integer> starts) {
        return new Rows(option, ints(starts), true);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    int batch() {
        return areStarts ? numbers.length - 1 : numbers.length;
    }

    int len(int b) {
        return areStarts ? numbers[b + 1] - numbers[b] : numbers[b];
    }

    /// At most `limit`: what lies beyond is refused by the run, which says more.
    int longest(int limit) {
        return Math.clamp(IntStream.range(0, batch()).map(this::len).max().orElse(0), 0, limit);
    }

    void giveQueries(SequenceLengths lengths) {
        if (areStarts) {
            lengths.queryStarts(numbers);
        } else {
            lengths.queryLens(numbers);
        }
    }

    void giveKeys(SequenceLengths lengths) {
        if (areStarts) {
            lengths.kvStarts(numbers);
        } else {
            lengths.kvLens(numbers);
        }
    }
}
