package heed.cli.tune;

import heed.attention.Explanation;
import heed.attention.MeasuredCost;
import heed.attention.MeasuredCost.Took;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What became of one shape.
///
/// @param shape as it was asked for
/// @param bucket what stands for it
/// @param costs of each backend that can
/// @param explanation what is chosen, and why
public record TuneRow(String shape, String bucket, List<MeasuredCost> costs, Explanation explanation) {
    /// The median of `backend`, if it computed right.
    OptionalLong nanos(String backend) {
        return costs.stream()
                .filter(cost -> cost.backend().equals(backend) && cost instanceof Took)
                .mapToLong(cost -> ((Took) cost).nanos())
                .findFirst();
    }

    /// Why `backend` has none, if it failed.
    Optional<String> failure(String backend) {
        return costs.stream()
                .filter(cost -> cost.backend().equals(backend))
                .flatMap(cost -> cost instanceof MeasuredCost.Failed(var _, var _, var reason)
                        ? Optional.of(reason).stream()
                        : Optional.<String>empty().stream())
                .findFirst();
    }

    /// How many times as long the next best takes.
    OptionalDouble lead() {
        long[] sorted = costs.stream()
                .filter(Took.class::isInstance)
                .mapToLong(cost -> ((Took) cost).nanos())
                .sorted()
                .toArray();
        return sorted.length < 2 ? OptionalDouble.empty() : OptionalDouble.of((double) sorted[1] / sorted[0]);
    }
}
