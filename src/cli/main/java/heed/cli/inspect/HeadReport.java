package heed.cli.inspect;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What one head looks at, over all its query rows.
///
/// @param entropy mean entropy of a row, in nats
/// @param effectiveKeys mean of `1 / Σp²`; 0 for rows that see no key
/// @param maxScore the largest score of all
/// @param sinkMass mean mass of the first keys and the sink
/// @param windowMass mean mass of the keys near the query
/// @param heaviest the keys of largest mass, heaviest first
public record HeadReport(
        int batch,
        int head,
        double entropy,
        double effectiveKeys,
        double maxScore,
        double sinkMass,
        double windowMass,
        List<Key> heaviest) {

    /// A key and its share of all rows' probability.
    public record Key(int index, double share) {}

    /// The heaviest keys in words.
    public String heaviestText() {
        return heaviest.stream()
                .map(key -> String.format(Locale.ROOT, "%d (%.1f %%)", key.index, 100 * key.share))
                .collect(Collectors.joining(", "));
    }
}
