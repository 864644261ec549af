package heed.cli.tune;

import heed.attention.MeasuredCost;
import heed.cli.print.Environment;
import heed.cli.print.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// What `heed tune` found.
///
/// @param environment where
/// @param file where it is kept
/// @param threads of each run
/// @param rows a shape each
public record TuneReport(Environment environment, String file, int threads, List<TuneRow> rows) {
    /// Keeps a copy of the rows.
    public TuneReport {
        rows = List.copyOf(rows);
    }

    /// A row as JSON tells it.
    record Line(String shape, String bucket, Optional<String> chosen, String why, List<StoredTuning.Cost> costs) {}

    /// What `--json` writes.
    public record Document(Environment environment, String file, int threads, List<Line> rows) {}

    /// For machines.
    public Document document() {
        List<Line> lines = rows.stream()
                .map(row -> new Line(
                        row.shape(),
                        row.bucket(),
                        row.explanation().chosen(),
                        row.explanation().why(),
                        row.costs().stream().map(StoredTuning.Cost::of).toList()))
                .toList();
        return new Document(environment, file, threads, lines);
    }

    /// Whether every backend that was measured computed right.
    public boolean passes() {
        return rows.stream().flatMap(row -> row.costs().stream()).noneMatch(MeasuredCost.Failed.class::isInstance);
    }

    /// For people: a row for each shape, a column for each backend.
    public void print(PrintWriter out) {
        List<String> backends = rows.stream()
                .flatMap(row -> row.costs().stream())
                .map(MeasuredCost::backend)
                .distinct()
                .toList();
        List<String> titles = new ArrayList<>(List.of("shape"));
        backends.forEach(backend -> titles.add(backend + " ms"));
        titles.addAll(List.of("chosen", "next takes"));
        Table table = new Table(titles.toArray(String[]::new));
        for (TuneRow row : rows) {
            List<Object> cells = new ArrayList<>(List.of(row.shape()));
            backends.forEach(backend -> cells.add(milliseconds(row.nanos(backend))));
            cells.add(row.explanation().chosen().orElse("-"));
            cells.add(row.lead().isPresent() ? number(row.lead().getAsDouble()) + " x" : "-");
            table.row(cells.toArray());
        }
        out.println(environment);
        out.println(
                threads + (threads == 1 ? " thread" : " threads") + ", medians, each backend checked, kept in " + file);
        out.println();
        table.print(out);
        rows.forEach(row -> row.costs()
                .forEach(cost -> row.failure(cost.backend())
                        .ifPresent(reason -> out.println(row.shape() + ": " + cost.backend() + " failed, " + reason))));
        rows.stream()
                .filter(row -> row.costs().isEmpty())
                .forEach(row -> out.println(
                        row.shape() + ": not measured, " + row.explanation().why()));
        out.flush();
    }

    /// What is known of each shape, and why that decides.
    public void explain(PrintWriter out) {
        out.println(environment);
        out.println(threads + (threads == 1 ? " thread" : " threads") + ", costs from " + file);
        for (TuneRow row : rows) {
            out.println();
            out.println(row.shape() + " (" + row.bucket() + ")");
            row.explanation().toString().lines().forEach(line -> out.println("  " + line));
        }
        out.flush();
    }

    private static String milliseconds(OptionalLong nanos) {
        return nanos.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", nanos.getAsLong() / 1e6);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
