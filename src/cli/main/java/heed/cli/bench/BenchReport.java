package heed.cli.bench;

import heed.cli.print.Environment;
import heed.cli.print.Table;
import java.io.PrintWriter;
import java.util.List;

/// A benchmark's results. The components are the fields of the JSON.
///
/// @param environment where it ran
/// @param ceilings of each thread count, before the rows and after
/// @param rows what was measured
/// @param skipped backends and shapes that were not, with the reason
public record BenchReport(Environment environment, List<Moment> ceilings, List<BenchRow> rows, List<Skipped> skipped) {

    /// Keeps copies.
    public BenchReport {
        ceilings = List.copyOf(ceilings);
        rows = List.copyOf(rows);
        skipped = List.copyOf(skipped);
    }

    /// A ceiling and when it was measured, `before` or `after` the rows.
    public record Moment(int threads, double fmaGflops, double readGbps, String when) {
        static Moment of(Ceiling ceiling, String when) {
            return new Moment(ceiling.threads(), ceiling.fmaGflops(), ceiling.readGbps(), when);
        }
    }

    /// What was not measured.
    public record Skipped(String backend, String shape, String reason) {}

    /// Whether every row's result is right.
    public boolean passes() {
        return rows.stream().allMatch(BenchRow::passes);
    }

    /// Aligned tables for people.
    public void print(PrintWriter out) {
        out.println(environment);
        out.println();
        Table top = new Table("ceiling", "threads", "FMA GFLOP/s", "read GB/s");
        ceilings.forEach(at -> top.row(at.when, at.threads, number(at.fmaGflops), number(at.readGbps)));
        top.print(out);
        out.println();
        Table table = new Table(
                "backend",
                "phase",
                "threads",
                "shape",
                "median ms",
                "p10 ms",
                "p90 ms",
                "GFLOP/s",
                "% FMA",
                "GB/s",
                "% read",
                "% roof",
                "B/run",
                "max error",
                "tolerance",
                "check");
        rows.forEach(row -> table.row(
                row.backend(),
                row.phase(),
                row.threads(),
                shape(row),
                millis(row.medianNs()),
                millis(row.p10Ns()),
                millis(row.p90Ns()),
                number(row.gflops()),
                number(row.percentOfFma()),
                number(row.gbps()),
                number(row.percentOfRead()),
                number(row.percentOfRoof()),
                row.allocatedBytes(),
                "%.1e".formatted(row.maxError()),
                "%.1e".formatted(row.tolerance()),
                row.passes() ? "ok" : "WRONG"));
        table.print(out);
        skipped.forEach(what -> out.println("skipped: " + what.backend + " " + what.shape + ": " + what.reason));
    }

    private static String shape(BenchRow row) {
        return new BenchShape(
                        row.queryHeads(),
                        row.kvHeads(),
                        row.queryLen(),
                        row.kvLen(),
                        row.headDim(),
                        row.causal(),
                        heed.attention.ElementType.valueOf(row.kvType().toUpperCase(java.util.Locale.ROOT)))
                .toString();
    }

    private static String millis(long nanos) {
        return "%.3f".formatted(nanos / 1e6);
    }

    private static String number(double value) {
        return "%.1f".formatted(value);
    }
}
