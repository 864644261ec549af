package heed.attention;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The keys that a head looks at most, from the [ExtraOutput#COLUMN_MASS] of a run.
///
/// ```java
/// List<TopKeys.Key> heaviest = TopKeys.of(columnMass, 0, 3, 5); // of head 3 in sequence 0
/// ```
public final class TopKeys {
    /// NaN comes first: a head that is broken must not look like one that is not.
    private static final Comparator<Key> HEAVIEST_FIRST =
            Comparator.comparingDouble(Key::mass).reversed().thenComparingInt(Key::index);

    private TopKeys() {}

    /// A key and its mass.
    ///
    /// @param index of the key within its sequence
    /// @param mass sum of its probabilities over the query rows, or NaN where one of them is
    public record Key(int index, double mass) {}

    /// The `count` keys of largest mass, the heaviest first and of equal ones the lowest index first; NaN counts as
    /// larger than any number. All keys if there are fewer than `count`, as at the start of a decode loop.
    ///
    /// @param columnMass `[batch, queryHeads, kvLen]`; of a sequence that has fewer keys than the longest, its
    ///     [Tensor#slice], since what lies past them is not written by a run
    /// @param sequence of the batch
    /// @param head query head
    /// @throws IllegalArgumentException if `columnMass` has other axes, or `count` is negative
    public static List<Key> of(Tensor columnMass, int sequence, int head, int count) {
        Checks.require(
                columnMass.rank() == 3, "columnMass must be [batch, queryHeads, kvLen]: columnMass=%s", columnMass);
        Checks.notNegative("count", count);
        int kept = Math.min(count, columnMass.size(2));
        PriorityQueue<Key> lightestFirst = new PriorityQueue<>(Math.max(1, kept), HEAVIEST_FIRST.reversed());
        for (int j = 0; j < columnMass.size(2) && kept > 0; j++) {
            offer(new Key(j, columnMass.get(sequence, head, j)), kept, lightestFirst);
        }
        return lightestFirst.stream().sorted(HEAVIEST_FIRST).toList();
    }

    private static void offer(Key key, int kept, PriorityQueue<Key> lightestFirst) {
        if (lightestFirst.size() < kept) {
            lightestFirst.add(key);
        } else if (HEAVIEST_FIRST.compare(key, lightestFirst.element()) < 0) {
            lightestFirst.remove();
            lightestFirst.add(key);
        }
    }
}
