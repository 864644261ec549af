package heed.cli.bench;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.PlanOptions;
import heed.attention.Support.Unsupported;
import heed.cli.print.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Measures backends × shapes × threads between two measurements of the machine's ceilings, in one process.
///
/// Percentages are of the higher of the two ceilings: a machine that was busy at the start flatters nobody.
///
/// @param backends what to measure
/// @param reference what the results are held against
/// @param shapes what to compute
/// @param threads thread counts
/// @param runs most runs on the clock of each row
/// @param quick whether to spend less time on each figure
/// @param progress is told what is being done
public record Bench(
        List<AttentionBackend> backends,
        AttentionBackend reference,
        List<BenchShape> shapes,
        List<Integer> threads,
        int runs,
        boolean quick,
        Consumer<String> progress) {

    /// Keeps copies.
    public Bench {
        backends = List.copyOf(backends);
        shapes = List.copyOf(shapes);
        threads = List.copyOf(threads);
    }

    /// Does it.
    public BenchReport run() {
        List<BenchReport.Skipped> skipped = new ArrayList<>();
        List<Ceiling> before;
        List<Ceiling> after;
        List<BenchRow.Measured> measured = new ArrayList<>();
        int most = threads.stream().mapToInt(Integer::intValue).max().orElse(1);
        try (Ceilings ceilings = new Ceilings(most)) {
            before = ceilings(ceilings, "before");
            shapes.forEach(shape -> measure(shape, measured, skipped));
            after = ceilings(ceilings, "after");
        }
        List<BenchReport.Moment> moments = new ArrayList<>();
        before.forEach(ceiling -> moments.add(BenchReport.Moment.of(ceiling, "before")));
        after.forEach(ceiling -> moments.add(BenchReport.Moment.of(ceiling, "after")));
        List<BenchRow> rows = measured.stream()
                .map(row -> row.against(highest(row.threads(), before, after)))
                .toList();
        return new BenchReport(Environment.here(), moments, rows, skipped);
    }

    private List<Ceiling> ceilings(Ceilings ceilings, String when) {
        return threads.stream()
                .map(count -> {
                    progress.accept("ceilings %s, %d threads".formatted(when, count));
                    return ceilings.measure(count, quick ? 2 : 5);
                })
                .toList();
    }

    private static Ceiling highest(int threads, List<Ceiling> before, List<Ceiling> after) {
        return java.util.stream.Stream.concat(before.stream(), after.stream())
                .filter(ceiling -> ceiling.threads() == threads)
                .reduce(Ceiling::max)
                .orElseThrow();
    }

    private void measure(BenchShape shape, List<BenchRow.Measured> rows, List<BenchReport.Skipped> skipped) {
        try (ShapeData data = new ShapeData(shape, LastLevelCache.bytes())) {
            progress.accept("reference " + shape);
            RowCheck check = RowCheck.of(shape, data, reference);
            for (AttentionBackend backend : backends) {
                if (backend.support(shape.spec()) instanceof Unsupported unsupported) {
                    skipped.add(new BenchReport.Skipped(backend.name(), shape.toString(), unsupported.toString()));
                    continue;
                }
                for (int count : threads) {
                    progress.accept("%s %s, %d threads".formatted(backend.name(), shape, count));
                    rows.add(measure(backend, shape, count, data, check));
                }
            }
        }
    }

    private BenchRow.Measured measure(
            AttentionBackend backend, BenchShape shape, int count, ShapeData data, RowCheck check) {
        PlanOptions options = PlanOptions.DEFAULT.withThreads(count);
        try (AttentionPlan plan = backend.plan(shape.spec(), shape.sizes(), options)) {
            var arguments = data.arguments();
            Timing timing = Timing.of(plan, arguments, runs, quick);
            plan.run(arguments.getFirst());
            return new BenchRow.Measured(
                    backend.name(), count, shape, timing, check.maxError(data.output()), check.tolerance());
        }
    }
}
