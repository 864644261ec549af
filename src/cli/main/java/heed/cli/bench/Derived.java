package heed.cli.bench;

import heed.attention.ElementType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// A figure that follows from several rows. The components are the fields of the JSON.
///
/// | figure | is |
/// |---|---|
/// | `speedup` | the time of a prefill shape with one thread over that with several |
/// | `speedOfF32` | the time of a shape in f32 over that in another type, everything else equal |
/// | `timeSlope` | how prefill time grows: slope of its logarithm over that of the length, from three lengths on |
/// | `workspaceSlope` | the same for the bytes that a plan holds: 1 is linear |
///
/// @param backend whose
/// @param threads of the rows; of the faster one of two
/// @param shape of the row; of the longest of several
/// @param value a ratio or a slope
public record Derived(String figure, String backend, int threads, String shape, double value) {
    private static final int FEWEST_LENGTHS = 3;

    /// All that follow from `rows`.
    static List<Derived> of(List<Measurement> rows) {
        List<Derived> all = new ArrayList<>();
        for (Measurement row : rows) {
            speedup(row, rows).ifPresent(all::add);
        }
        for (Measurement row : rows) {
            speedOfF32(row, rows).ifPresent(all::add);
        }
        families(rows).forEach(family -> {
            all.add(slope("timeSlope", family, row -> row.timing().medianNs()));
            all.add(slope("workspaceSlope", family, Measurement::workspaceBytes));
        });
        return all;
    }

    private static Optional<Derived> speedup(Measurement row, List<Measurement> rows) {
        if (row.threads() == 1 || row.shape().phase() != BenchShape.Phase.PREFILL) {
            return Optional.empty();
        }
        return find(rows, row.backend(), 1, row.shape()::equals).map(one -> ratio("speedup", row, one));
    }

    private static Optional<Derived> speedOfF32(Measurement row, List<Measurement> rows) {
        BenchShape shape = row.shape();
        if (shape.kvType() == ElementType.F32) {
            return Optional.empty();
        }
        return find(rows, row.backend(), row.threads(), shape.withType(ElementType.F32)::equals)
                .map(f32 -> ratio("speedOfF32", row, f32));
    }

    private static Optional<Measurement> find(
            List<Measurement> rows, String backend, int threads, Predicate<BenchShape> shape) {
        return rows.stream()
                .filter(row -> row.backend().equals(backend) && row.threads() == threads && shape.test(row.shape()))
                .findFirst();
    }

    private static Derived ratio(String figure, Measurement row, Measurement other) {
        double value = (double) other.timing().medianNs() / row.timing().medianNs();
        return new Derived(figure, row.backend(), row.threads(), row.shape().toString(), value);
    }

    /// What the prefill rows of a slope share: all but the length.
    private record Family(String backend, int threads, BenchShape shape) {
        static Family of(Measurement row) {
            return new Family(row.backend(), row.threads(), row.shape().withLength(1));
        }
    }

    private static List<List<Measurement>> families(List<Measurement> rows) {
        return rows.stream()
                .filter(row -> row.shape().phase() == BenchShape.Phase.PREFILL
                        && row.shape().queryLen() == row.shape().kvLen())
                .collect(Collectors.groupingBy(
                        Family::of,
                        java.util.LinkedHashMap::new,
                        Collectors.mapping(Function.identity(), Collectors.toList())))
                .values()
                .stream()
                .filter(family ->
                        family.stream().map(Measurement::shape).distinct().count() >= FEWEST_LENGTHS)
                .toList();
    }

    private static Derived slope(String figure, List<Measurement> family, ToDoubleFunction<Measurement> of) {
        Measurement longest = family.stream()
                .max(Comparator.comparingInt(row -> row.shape().kvLen()))
                .orElseThrow();
        double[] x = family.stream()
                .mapToDouble(row -> Math.log(row.shape().kvLen()))
                .toArray();
        double[] y = family.stream()
                .mapToDouble(row -> Math.log(Math.max(1, of.applyAsDouble(row))))
                .toArray();
        return new Derived(
                figure, longest.backend(), longest.threads(), longest.shape().toString(), slope(x, y));
    }

    /// Slope of the straight line with the least squares of vertical distances to `(xₙ, yₙ)`.
    static double slope(double[] x, double[] y) {
        double meanX = java.util.Arrays.stream(x).average().orElseThrow();
        double meanY = java.util.Arrays.stream(y).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int n = 0; n < x.length; n++) {
            products += (x[n] - meanX) * (y[n] - meanY);
            squares += (x[n] - meanX) * (x[n] - meanX);
        }
        return products / squares;
    }
}
