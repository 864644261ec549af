package heed.studies.focus;

import heed.studies.claim.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// All runs of the study.
///
/// @param usual two starts with λ .8
/// @param slower the same starts with λ .5
/// @param symmetric two starts where all tokens but one are equally rare
/// @param drawn learning from drawn sequences, with what infinitely many give; none in a quick run
/// @param longer until dilution begins again; none in a quick run
record Runs(List<Path> usual, List<Path> slower, List<Path> symmetric, List<Drawn> drawn, List<Path> longer) {
    /// Starts: seeds whose times lie in the middle of those of 20 seeds.
    private static final long[] SEEDS = {4, 5};

    private static final double SMALL = 1e-4;

    /// End of the usual runs.
    static final double END = 400;

    /// A run from drawn sequences beside that of infinitely many, from the same start.
    record Drawn(Path sampled, Path infinite) {}

    /// Of a study.
    static Runs of(Lab lab) {
        List<Callable<Path>> parts = new ArrayList<>();
        for (long seed : SEEDS) {
            parts.add(() -> Path.of(lab, usual(0.8), SMALL, END, seed));
            parts.add(() -> Path.of(lab, usual(0.5), SMALL, 160, seed));
            parts.add(() -> Path.of(lab, new Chain(0.5, 0.7, 0.1, 0.1, 0.1), SMALL, 1000, seed));
        }
        if (!lab.quick()) {
            parts.add(() -> Path.of(lab, usual(0.5), 1e-3, 2400, SEEDS[0]));
            for (Chain chain : List.of(usual(0.8), rare(8), rare(16))) {
                // 5000 steps for the study's own chain; by 1000 the other two have had their focus.
                double end = chain.tokens() == 4 ? 500 : 100;
                parts.add(() -> Path.sampled(lab, chain, SMALL, end, SEEDS[0]));
                parts.add(() -> Path.of(lab, chain, SMALL, end, SEEDS[0]));
            }
        }
        lab.progress().doing("focus: " + parts.size() + " runs");
        List<Path> paths = lab.all(parts);
        List<Path> full = paths.subList(6, paths.size());
        return new Runs(
                List.of(paths.get(0), paths.get(3)),
                List.of(paths.get(1), paths.get(4)),
                List.of(paths.get(2), paths.get(5)),
                IntStream.range(0, full.size() / 2)
                        .mapToObj(n -> new Drawn(full.get(1 + 2 * n), full.get(2 + 2 * n)))
                        .toList(),
                full.subList(0, Math.min(1, full.size())));
    }

    private static Chain usual(double stay) {
        return new Chain(stay, 0.75, 0.19, 0.05, 0.01);
    }

    /// Token j of `tokens` has a frequency as `1/(j + 1)²`.
    static Chain rare(int tokens) {
        double sum =
                IntStream.rangeClosed(1, tokens).mapToDouble(n -> 1.0 / (n * n)).sum();
        return new Chain(
                0.8,
                IntStream.rangeClosed(1, tokens)
                        .mapToDouble(n -> 1.0 / (n * n) / sum)
                        .toArray());
    }
}
