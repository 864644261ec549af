package heed.cli.bench.features;

import java.util.Optional;

/// One measured line. The components are the fields of the JSON.
///
/// @param feature what is measured
/// @param base against what
/// @param shape sizes of the feature's run
/// @param runs measurements of each, alternately
/// @param featureNs median of the runs with it
/// @param baseNs median of the runs without
/// @param measure of `value`: `speed`, the base's time over the feature's; `cost`, the feature's over the base's;
///         `fma`, percent of the multiply-add ceiling
/// @param value what was reached, by the medians
/// @param fastest the same by the fastest run of each: on a machine that others use, too, they are the least disturbed
/// @param asked what it must reach, of a cost what it may be; absent if nothing is asked
/// @param met whether it is so; true if nothing is asked
/// @param maxError of the check that came nearest to failing: the difference from the reference
/// @param tolerance what that may be
public record FeatureRow(
        String backend,
        int threads,
        String feature,
        String base,
        String shape,
        int runs,
        long featureNs,
        long baseNs,
        String measure,
        double value,
        double fastest,
        Optional<Double> asked,
        boolean met,
        double maxError,
        double tolerance) {

    /// Whether the result is right; NaN never is.
    public boolean passes() {
        return maxError <= tolerance;
    }
}
