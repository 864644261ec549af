package heed.cli.tune;

import heed.attention.MeasuredCost;
import heed.attention.ShapeBucket;
import heed.attention.TuningTable;
import heed.cli.print.Environment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A tuning table as its file holds it.
///
/// @param format of the file: another one is not read
/// @param environment where it was measured; costs compare only there
/// @param entries a bucket each, the oldest first
record StoredTuning(int format, Environment environment, List<Entry> entries) {
    static final int FORMAT = 1;

    /// What a file of any format begins with.
    record Head(int format) {}

    /// @param bucket which shapes
    /// @param costs of each backend
    record Entry(ShapeBucket bucket, List<Cost> costs) {}

    /// Nanoseconds, or why there are none.
    record Cost(String backend, String library, OptionalLong nanos, Optional<String> failure) {
        static Cost of(MeasuredCost cost) {
            return switch (cost) {
                case MeasuredCost.Took took ->
                    new Cost(took.backend(), took.library(), OptionalLong.of(took.nanos()), Optional.empty());
                case MeasuredCost.Failed failed ->
                    new Cost(failed.backend(), failed.library(), OptionalLong.empty(), Optional.of(failed.reason()));
            };
        }

        MeasuredCost cost() {
            return nanos.isPresent()
                    ? new MeasuredCost.Took(backend, library, nanos.getAsLong())
                    : new MeasuredCost.Failed(backend, library, failure.orElseThrow());
        }
    }

    static StoredTuning of(TuningTable table, Environment environment) {
        List<Entry> entries = table.costs().entrySet().stream()
                .map(entry -> new Entry(
                        entry.getKey(), entry.getValue().stream().map(Cost::of).toList()))
                .toList();
        return new StoredTuning(FORMAT, environment, entries);
    }

    TuningTable table() {
        TuningTable table = TuningTable.EMPTY;
        for (Entry entry : entries) {
            table = table.with(
                    entry.bucket, entry.costs.stream().map(Cost::cost).toList());
        }
        return table;
    }
}
