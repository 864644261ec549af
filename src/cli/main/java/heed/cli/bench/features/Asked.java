package heed.cli.bench.features;

import java.util.Optional;

/// How a feature is measured against its base, and what is asked of it.
///
/// @param measure what is compared
/// @param bound what it must reach, or may not exceed; empty if nothing is asked
record Asked(Measure measure, Optional<Double> bound) {
    /// What is compared.
    enum Measure {
        /// The base's time over the feature's.
        SPEED,
        /// The feature's time over the base's.
        COST,
        /// The feature's FLOPs in percent of the multiply-add ceiling.
        FMA
    }

    static Asked atLeastTimesAsFast(double bound) {
        return new Asked(Measure.SPEED, Optional.of(bound));
    }

    static Asked atMostTimesTheTime(double bound) {
        return new Asked(Measure.COST, Optional.of(bound));
    }

    static Asked atLeastPercentOfFma(double bound) {
        return new Asked(Measure.FMA, Optional.of(bound));
    }

    static Asked nothing(Measure measure) {
        return new Asked(measure, Optional.empty());
    }

    /// Whether `value` is enough, or nothing is asked.
    boolean isMetBy(double value) {
        return bound.map(limit -> measure == Measure.COST ? value <= limit : value >= limit)
                .orElse(true);
    }
}
