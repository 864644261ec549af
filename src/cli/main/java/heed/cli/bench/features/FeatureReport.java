package heed.cli.bench.features;

import heed.cli.bench.BenchReport.Moment;
import heed.cli.bench.BenchReport.Skipped;
import heed.cli.print.Environment;
import heed.cli.print.Table;
import java.io.PrintWriter;
import java.util.List;

/// What features cost. The components are the fields of the JSON.
///
/// @param environment where it ran
/// @param ceilings of each thread count, before the rows and after
/// @param rows what was measured
/// @param skipped what a backend does not compute, with the reason
public record FeatureReport(
        Environment environment, List<Moment> ceilings, List<FeatureRow> rows, List<Skipped> skipped) {

    /// Keeps copies.
    public FeatureReport {
        ceilings = List.copyOf(ceilings);
        rows = List.copyOf(rows);
        skipped = List.copyOf(skipped);
    }

    /// Whether every row's result is right; how fast it is decides nothing.
    public boolean passes() {
        return rows.stream().allMatch(FeatureRow::passes);
    }

    /// An aligned table for people.
    public void print(PrintWriter out) {
        out.println(environment);
        out.println();
        Table measured = new Table("ceiling", "threads", "FMA GFLOP/s");
        ceilings.forEach(at -> measured.row(at.when(), at.threads(), "%.1f".formatted(at.fmaGflops())));
        measured.print(out);
        out.println();
        Table table = new Table(
                "backend",
                "threads",
                "feature",
                "base",
                "shape",
                "ms",
                "base ms",
                "is",
                "fastest",
                "asked",
                "met",
                "max error",
                "tolerance",
                "check");
        rows.forEach(row -> table.row(cells(row)));
        table.print(out);
        skipped.forEach(what -> out.println("skipped: " + what.backend() + " " + what.shape() + ": " + what.reason()));
        long asked = rows.stream().filter(row -> row.asked().isPresent()).count();
        long met = rows.stream()
                .filter(row -> row.asked().isPresent() && row.met())
                .count();
        out.println();
        out.println("met: %d of %d".formatted(met, asked));
        out.flush();
    }

    private static Object[] cells(FeatureRow row) {
        return new Object[] {
            row.backend(),
            row.threads(),
            row.feature(),
            row.base(),
            row.shape(),
            "%.3f".formatted(row.featureNs() / 1e6),
            "%.3f".formatted(row.baseNs() / 1e6),
            value(row),
            "%.2f".formatted(row.fastest()),
            row.asked().map(bound -> asked(row, bound)).orElse("-"),
            row.asked().map(_ -> row.met() ? "yes" : "no").orElse("-"),
            "%.1e".formatted(row.maxError()),
            "%.1e".formatted(row.tolerance()),
            row.passes() ? "ok" : "WRONG"
        };
    }

    private static String value(FeatureRow row) {
        return switch (row.measure()) {
            case "speed" -> "%.2fx as fast".formatted(row.value());
            case "cost" -> "%.2fx the time".formatted(row.value());
            default -> "%.1f %% of FMA".formatted(row.value());
        };
    }

    private static String asked(FeatureRow row, double bound) {
        return switch (row.measure()) {
            case "speed" -> "≥ %.2fx".formatted(bound);
            case "cost" -> "≤ %.2fx".formatted(bound);
            default -> "≥ %.0f %%".formatted(bound);
        };
    }
}
