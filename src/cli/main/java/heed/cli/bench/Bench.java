package heed.cli.bench;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Support.Unsupported;
import heed.cli.print.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /// What has been measured so far.
    private record Results(
            List<Measurement> rows, List<BenchReport.Skipped> skipped, Map<Integer, List<Double>> windows) {
        Results() {
            this(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        }

        List<Drift> drift() {
            return windows.entrySet().stream()
                    .map(entry -> Drift.of(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    /// Does it.
    public BenchReport run() {
        Results results = new Results();
        List<Ceiling> before;
        List<Ceiling> after;
        int most = threads.stream().mapToInt(Integer::intValue).max().orElse(1);
        try (Ceilings ceilings = new Ceilings(most)) {
            before = ceilings(ceilings, "before");
            for (BenchShape shape : shapes) {
                watchClock(ceilings, results);
                measure(shape, results);
            }
            after = ceilings(ceilings, "after");
        }
        List<BenchReport.Moment> moments = Stream.concat(
                        before.stream().map(ceiling -> BenchReport.Moment.of(ceiling, "before")),
                        after.stream().map(ceiling -> BenchReport.Moment.of(ceiling, "after")))
                .toList();
        List<BenchRow> rows = results.rows.stream()
                .map(row -> row.against(highest(row.threads(), before, after)))
                .toList();
        return new BenchReport(
                Environment.here(), moments, results.drift(), rows, Derived.of(results.rows), results.skipped);
    }

    private List<Ceiling> ceilings(Ceilings ceilings, String when) {
        return threads.stream()
                .map(count -> {
                    progress.accept("ceilings %s, %d threads".formatted(when, count));
                    return ceilings.measure(count, quick ? 3 : 6);
                })
                .toList();
    }

    private static Ceiling highest(int threads, List<Ceiling> before, List<Ceiling> after) {
        return Stream.concat(before.stream(), after.stream())
                .filter(ceiling -> ceiling.threads() == threads)
                .reduce(Ceiling::max)
                .orElseThrow();
    }

    private void watchClock(Ceilings ceilings, Results results) {
        for (int count : threads) {
            results.windows.computeIfAbsent(count, _ -> new ArrayList<>()).add(ceilings.fmaNow(count));
        }
    }

    private void measure(BenchShape shape, Results results) {
        progress.accept("tensors of " + shape);
        try (ShapeData data = new ShapeData(shape, LastLevelCache.exceeded())) {
            progress.accept("reference " + shape);
            RowCheck check = new RowCheck(shape, data, reference);
            for (AttentionBackend backend : backends) {
                KeyLayout layout = layout(backend, shape);
                Optional<String> obstacle = obstacle(backend, shape, layout);
                if (obstacle.isPresent()) {
                    results.skipped.add(new BenchReport.Skipped(backend.name(), shape.toString(), obstacle.get()));
                    continue;
                }
                for (int count : threads) {
                    progress.accept("%s %s, %d threads".formatted(backend.name(), shape, count));
                    results.rows.add(measure(backend, shape, layout, count, data, check));
                }
            }
        }
    }

    private static KeyLayout layout(AttentionBackend backend, BenchShape shape) {
        KeyLayout rows = KeyLayout.rows();
        return shape.panels() ? backend.preferredKeyLayout(shape.spec(rows)) : rows;
    }

    /// Why `backend` cannot be measured.
    private static Optional<String> obstacle(AttentionBackend backend, BenchShape shape, KeyLayout layout) {
        if (backend.support(shape.spec(layout)) instanceof Unsupported unsupported) {
            return Optional.of(unsupported.toString());
        }
        boolean apart = shape.batch() == 1
                || switch (layout) {
                    case KeyLayout.Rows _ -> true;
                    case KeyLayout.Panels(int width) -> shape.kvLen() % width == 0;
                };
        return apart
                ? Optional.empty()
                : Optional.of("kvLen must be whole panels, since each sequence of a batch begins one: kvLen="
                        + shape.kvLen() + ", layout=" + layout);
    }

    private Measurement measure(
            AttentionBackend backend, BenchShape shape, KeyLayout layout, int count, ShapeData data, RowCheck check) {
        PlanOptions options = PlanOptions.DEFAULT.withThreads(count);
        try (AttentionPlan plan = backend.plan(shape.spec(layout), shape.sizes(), options)) {
            var arguments = data.arguments(layout);
            Timing timing = Timing.of(plan, arguments, runs, quick);
            data.forgetOutput();
            plan.run(arguments.getFirst());
            return new Measurement(
                    backend.name(),
                    count,
                    layout instanceof KeyLayout.Rows ? shape.inRows() : shape,
                    timing,
                    arguments.size(),
                    plan.workspaceBytes(),
                    check.maxError(data.output()),
                    check.tolerance(backend.weightRounding(shape.spec(layout))));
        }
    }
}
