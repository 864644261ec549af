package heed.cli.bench;

import heed.cli.print.Environment;
import java.io.PrintWriter;
import java.util.List;

/// A benchmark's results. The components are the fields of the JSON.
///
/// @param environment where it ran
/// @param ceilings of each thread count, before the rows and after
/// @param drift how the machine's own speed moved between
/// @param rows what was measured
/// @param derived what follows from several rows
/// @param skipped backends and shapes that were not, with the reason
public record BenchReport(
        Environment environment,
        List<Moment> ceilings,
        List<Drift> drift,
        List<BenchRow> rows,
        List<Derived> derived,
        List<Skipped> skipped) {

    /// Keeps copies.
    public BenchReport {
        ceilings = List.copyOf(ceilings);
        drift = List.copyOf(drift);
        rows = List.copyOf(rows);
        derived = List.copyOf(derived);
        skipped = List.copyOf(skipped);
    }

    /// A ceiling and when it was measured, `before` or `after` the rows.
    public record Moment(int threads, double fmaGflops, double readGbps, String when) {
        /// `ceiling` as it was then.
        public static Moment of(Ceiling ceiling, String when) {
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
        new BenchTables(this).print(out);
    }
}
