package heed.cli.bench;

import heed.attention.ElementType;
import heed.cli.print.Table;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/// A report as aligned tables for people.
record BenchTables(BenchReport report) {
    void print(PrintWriter out) {
        out.println(report.environment());
        out.println();
        printCeilings(out);
        out.println();
        printRows(out);
        report.skipped()
                .forEach(what -> out.println("skipped: " + what.backend() + " " + what.shape() + ": " + what.reason()));
        printDerived(out);
        out.println();
        out.println(noise());
        out.flush();
    }

    private void printCeilings(PrintWriter out) {
        Table table = new Table("ceiling", "threads", "FMA GFLOP/s", "read GB/s");
        report.ceilings()
                .forEach(at -> table.row(at.when(), at.threads(), number(at.fmaGflops()), number(at.readGbps())));
        table.print(out);
    }

    private void printRows(PrintWriter out) {
        Table table = new Table(
                "backend",
                "phase",
                "threads",
                "shape",
                "median ms",
                "p10 ms",
                "p90 ms",
                "noise %",
                "GFLOP/s",
                "% FMA",
                "GB/s",
                "% read",
                "% roof",
                "roof",
                "B/run",
                "plan KiB",
                "max error",
                "tolerance",
                "check");
        report.rows().forEach(row -> table.row(cells(row)));
        table.print(out);
    }

    private static Object[] cells(BenchRow row) {
        return new Object[] {
            row.backend(),
            row.phase(),
            row.threads(),
            shape(row),
            millis(row.medianNs()),
            millis(row.p10Ns()),
            millis(row.p90Ns()),
            number(row.noisePercent()),
            number(row.gflops()),
            number(row.percentOfFma()),
            number(row.gbps()),
            number(row.percentOfRead()),
            number(row.percentOfRoof()),
            row.roof(),
            row.allocatedBytes(),
            row.workspaceBytes() >> 10,
            "%.1e".formatted(row.maxError()),
            "%.1e".formatted(row.tolerance()),
            row.passes() ? "ok" : "WRONG"
        };
    }

    private static BenchShape shape(BenchRow row) {
        return new BenchShape(
                row.batch(),
                row.queryHeads(),
                row.kvHeads(),
                row.queryLen(),
                row.kvLen(),
                row.headDim(),
                row.causal(),
                ElementType.valueOf(row.kvType().toUpperCase(Locale.ROOT)),
                row.keyLayout().equals("panels"));
    }

    private void printDerived(PrintWriter out) {
        if (report.derived().isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("derived", "backend", "threads", "shape", "value");
        report.derived()
                .forEach(figure -> table.row(
                        title(figure),
                        figure.backend(),
                        figure.threads(),
                        figure.shape(),
                        "%.3f".formatted(figure.value())));
        table.print(out);
    }

    private static String title(Derived derived) {
        return switch (derived.figure()) {
            case "speedup" -> "times as fast as 1 thread";
            case "speedOfF32" -> "times as fast as f32";
            case "timeSlope" -> "log-log slope of time over length";
            default -> "log-log slope of workspace over length";
        };
    }

    /// How far to trust the figures: what moved though nothing was changed.
    private String noise() {
        double[] rows = report.rows().stream()
                .mapToDouble(BenchRow::noisePercent)
                .sorted()
                .toArray();
        StringBuilder text = new StringBuilder("noise:");
        report.drift()
                .forEach(drift -> text.append(" FMA windows of %d threads between %.1f and %.1f GFLOP/s (%.1f %%);"
                        .formatted(drift.threads(), drift.minGflops(), drift.maxGflops(), drift.percent())));
        if (rows.length > 0) {
            text.append(" p90 - p10 of a row's runs, in percent of its median: median %.1f, worst %.1f"
                    .formatted(rows[rows.length / 2], Arrays.stream(rows).max().orElseThrow()));
        }
        return text.toString();
    }

    private static String millis(long nanos) {
        return nanos < 100_000 ? "%.5f".formatted(nanos / 1e6) : "%.3f".formatted(nanos / 1e6);
    }

    private static String number(double value) {
        return "%.1f".formatted(value);
    }
}
