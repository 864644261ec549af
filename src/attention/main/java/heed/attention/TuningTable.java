package heed.attention;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What backends were found to cost on one machine: a value that never changes, to be kept as a program likes.
///
/// It holds the newest [#MOST] buckets.
///
/// @param costs of each bucket, the oldest first
public record TuningTable(Map<ShapeBucket, List<MeasuredCost>> costs) {
    /// Buckets that a table holds; a server has some tens.
    public static final int MOST = 1024;

    /// Nothing measured yet.
    public static final TuningTable EMPTY = new TuningTable(Map.of());

    /// Keeps copies, of the newest.
    public TuningTable {
        Map<ShapeBucket, List<MeasuredCost>> kept = new LinkedHashMap<>();
        int surplus = costs.size() - MOST;
        for (var entry : costs.entrySet()) {
            if (surplus-- <= 0) {
                kept.put(entry.getKey(), List.copyOf(entry.getValue()));
            }
        }
        costs = Collections.unmodifiableMap(kept);
    }

    /// This table with what was measured for `bucket` instead of what it says of it.
    public TuningTable with(ShapeBucket bucket, List<MeasuredCost> measured) {
        Map<ShapeBucket, List<MeasuredCost>> changed = new LinkedHashMap<>(costs);
        changed.remove(bucket);
        changed.put(bucket, measured);
        return new TuningTable(changed);
    }

    /// Whether a measurement of `bucket` was made, though it may have come to nothing.
    public boolean knows(ShapeBucket bucket) {
        return costs.containsKey(bucket);
    }

    /// The costs known of `bucket`; none if it was not measured.
    public List<MeasuredCost> of(ShapeBucket bucket) {
        return costs.getOrDefault(bucket, List.of());
    }
}
