package heed.cli.bench.features;

import heed.attention.AttentionBackend;
import heed.attention.UnsupportedSpecException;
import heed.cli.bench.Alternation;
import heed.cli.bench.BenchReport.Moment;
import heed.cli.bench.BenchReport.Skipped;
import heed.cli.bench.Ceiling;
import heed.cli.bench.Ceilings;
import heed.cli.bench.MemoryBudget;
import heed.cli.print.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Measures what features cost: each against a base that runs alternately with it, in one process.
///
/// @param backends what to measure
/// @param reference what the results are held against
/// @param threads thread counts
/// @param runs most runs on the clock of each row
/// @param quick whether lengths are small, so that the figures tell nothing but that every row runs and is right
/// @param progress is told what is being done
public record FeatureBench(
        List<AttentionBackend> backends,
        AttentionBackend reference,
        List<Integer> threads,
        int runs,
        boolean quick,
        Consumer<String> progress) {

    /// Keeps copies.
    public FeatureBench {
        backends = List.copyOf(backends);
        threads = List.copyOf(threads);
    }

    /// A row before the ceilings are final.
    private record Measured(
            AttentionBackend backend, int threads, Feature feature, Alternation timing, Verdict verdict) {
        FeatureRow against(Ceiling ceiling) {
            Asked asked = feature.asked();
            double value = value(ceiling, timing.firstNs(), timing.secondNs());
            return new FeatureRow(
                    backend.name(),
                    threads,
                    feature.name(),
                    feature.base(),
                    feature.shape().toString(),
                    timing.runs(),
                    timing.firstNs(),
                    timing.secondNs(),
                    asked.measure().name().toLowerCase(Locale.ROOT),
                    value,
                    value(ceiling, timing.firstFastestNs(), timing.secondFastestNs()),
                    asked.bound(),
                    asked.isMetBy(value),
                    verdict.maxError(),
                    verdict.tolerance());
        }

        private double value(Ceiling ceiling, double featureNs, double baseNs) {
            return switch (feature.asked().measure()) {
                case SPEED -> baseNs / featureNs;
                case COST -> featureNs / baseNs;
                case FMA -> 100 * GradientRun.FLOPS * feature.shape().flops() / featureNs / ceiling.fmaGflops();
            };
        }
    }

    /// Does it.
    public FeatureReport run() {
        List<Feature> table = FeatureTable.of(quick);
        MemoryBudget budget = MemoryBudget.here(Setting.exceeded(quick));
        table.forEach(feature -> budget.check(feature.shape()));
        List<Measured> rows = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        List<Ceiling> before;
        List<Ceiling> after;
        int most = threads.stream().mapToInt(Integer::intValue).max().orElse(1);
        try (Ceilings ceilings = new Ceilings(most)) {
            before = ceilings(ceilings);
            for (AttentionBackend backend : backends) {
                for (int count : threads) {
                    table.forEach(feature -> measure(backend, count, feature, rows, skipped));
                }
            }
            after = ceilings(ceilings);
        }
        return new FeatureReport(
                Environment.here(),
                Stream.concat(
                                before.stream().map(ceiling -> Moment.of(ceiling, "before")),
                                after.stream().map(ceiling -> Moment.of(ceiling, "after")))
                        .toList(),
                rows.stream()
                        .map(row -> row.against(highest(row.threads, before, after)))
                        .toList(),
                skipped);
    }

    private List<Ceiling> ceilings(Ceilings ceilings) {
        progress.accept("ceilings");
        return threads.stream()
                .map(count -> ceilings.measure(count, quick ? 1 : 6))
                .toList();
    }

    private static Ceiling highest(int threads, List<Ceiling> before, List<Ceiling> after) {
        return Stream.concat(before.stream(), after.stream())
                .filter(ceiling -> ceiling.threads() == threads)
                .reduce(Ceiling::max)
                .orElseThrow();
    }

    private void measure(
            AttentionBackend backend, int count, Feature feature, List<Measured> rows, List<Skipped> skipped) {
        progress.accept(
                "%s %s against %s, %d threads".formatted(backend.name(), feature.name(), feature.base(), count));
        try (Setting setting = new Setting(backend, reference, count, quick)) {
            Pair pair = feature.opener().apply(setting);
            Alternation timing = Alternation.of(pair.feature(), pair.base(), runs, quick);
            progress.accept("checking %s %s".formatted(backend.name(), feature.name()));
            rows.add(new Measured(backend, count, feature, timing, pair.check().get()));
        } catch (UnsupportedSpecException unsupported) {
            skipped.add(new Skipped(backend.name(), feature.name(), String.valueOf(unsupported.getMessage())));
        }
    }
}
