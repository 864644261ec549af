package heed.cli.bench;

import java.util.List;

/// How the multiply-add rate of the machine itself moved while the rows were measured: a window of a tenth of a second
/// before each shape. The components are the fields of the JSON.
///
/// @param threads at work at once
/// @param windows how many
/// @param minGflops the slowest
/// @param maxGflops the fastest
public record Drift(int threads, int windows, double minGflops, double maxGflops) {
    /// Of the rates in `windows`, at least one.
    static Drift of(int threads, List<Double> windows) {
        var statistics = windows.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return new Drift(threads, windows.size(), statistics.getMin(), statistics.getMax());
    }

    /// What lies between slowest and fastest, in percent of the fastest.
    double percent() {
        return 100 * (maxGflops - minGflops) / maxGflops;
    }
}
