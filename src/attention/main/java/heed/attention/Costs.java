package heed.attention;

import heed.attention.MeasuredCost.Failed;
import heed.attention.MeasuredCost.Took;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What measurements say for one choice.
///
/// @param measured the costs of the spec's bucket; none if it was not measured
/// @param attempted whether a measurement was made, though it may have come to nothing
/// @param barred why none may decide or can be made
record Costs(List<MeasuredCost> measured, boolean attempted, Optional<String> barred) {
    /// Nobody asked.
    static final Costs NONE = new Costs(List.of(), false, Optional.empty());

    /// What `table` says of `bucket`.
    static Costs of(AttentionSpec spec, TuningTable table, ShapeBucket bucket) {
        if (spec.determinism() == Determinism.BITWISE) {
            return barred("determinism=BITWISE forbids choice by measurement");
        }
        return MaskKind.unknown(spec)
                .map(what -> barred(what + " cannot be measured beforehand"))
                .orElseGet(() -> new Costs(table.of(bucket), table.knows(bucket), Optional.empty()));
    }

    private static Costs barred(String why) {
        return new Costs(List.of(), false, Optional.of(why));
    }

    boolean isBarred() {
        return barred.isPresent();
    }

    /// Those of `candidates` that are measured. The reference is not: it is made to be right. Nor is one
    /// that rounds weights: it keeps another promise than the rest, and is used where it is asked for.
    static List<AttentionBackend> rivals(AttentionSpec spec, List<AttentionBackend> candidates) {
        return candidates.stream()
                .filter(backend -> backend.rank() > 0 && backend.weightRounding(spec) == 0)
                .toList();
    }

    /// Whether nothing is left to measure among `rivals`.
    boolean covers(List<AttentionBackend> rivals) {
        boolean failed = attempted && measured.isEmpty();
        return failed || rivals.stream().allMatch(backend -> of(backend).isPresent());
    }

    private Optional<MeasuredCost> of(AttentionBackend backend) {
        return measured.stream().filter(cost -> cost.isOf(backend)).findFirst();
    }

    /// Whether `backend` computed wrong here.
    boolean failed(AttentionBackend backend) {
        return of(backend).filter(Failed.class::isInstance).isPresent();
    }

    /// The one of `candidates` that took least, of equals the first; none if fewer than two were measured and
    /// it is not because the others failed.
    Optional<AttentionBackend> fastest(AttentionSpec spec, List<AttentionBackend> candidates) {
        List<AttentionBackend> rivals = rivals(spec, candidates).stream()
                .filter(backend -> !failed(backend))
                .toList();
        List<AttentionBackend> timed =
                rivals.stream().filter(backend -> nanos(backend).isPresent()).toList();
        return timed.size() < Math.min(2, rivals.size())
                ? Optional.empty()
                : timed.stream()
                        .min(Comparator.comparingLong(
                                backend -> nanos(backend).orElseThrow().nanos()));
    }

    private Optional<Took> nanos(AttentionBackend backend) {
        return of(backend).filter(Took.class::isInstance).map(Took.class::cast);
    }

    /// Why one that is not chosen is not, if it is for its cost.
    Optional<String> verdict(AttentionBackend backend) {
        return of(backend).map(cost -> switch (cost) {
            case Took took -> "slower, " + text(took.nanos());
            case Failed failed -> "failed when it was measured, " + failed.reason();
        });
    }

    /// All times, the shortest first: `measured: vector 1.23 ms, openblas 2.30 ms`.
    String why(List<AttentionBackend> candidates) {
        return candidates.stream()
                .flatMap(backend -> nanos(backend).stream())
                .sorted(Comparator.comparingLong(Took::nanos))
                .map(took -> took.backend() + " " + text(took.nanos()))
                .collect(Collectors.joining(", ", "measured: ", ""));
    }

    private static String text(long nanos) {
        return nanos < 100_000
                ? String.format(Locale.ROOT, "%.2f µs", nanos / 1e3)
                : String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }
}
