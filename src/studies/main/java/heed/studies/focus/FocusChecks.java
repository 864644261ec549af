package heed.studies.focus;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.between;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;
import static heed.studies.claim.Expectation.within;

import heed.studies.claim.Checks;
import heed.studies.claim.Source;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What is asked of the runs: of several starts, the one farthest from what is asked.
final class FocusChecks {
    private static final String SIZES = ", 4 tokens, width 8, 2 starts";

    private final Checks checks;
    private final Runs runs;

    FocusChecks(Checks checks, Runs runs) {
        this.checks = checks;
        this.runs = runs;
    }

    void add() {
        condensation();
        focus();
        dilution();
        entropy();
        symmetric();
        runs.drawn().forEach(this::drawn);
        runs.longer().forEach(this::longer);
    }

    private static double least(List<Path> paths, ToDoubleFunction<Path> value) {
        return paths.stream().mapToDouble(value).min().orElseThrow();
    }

    private static double most(List<Path> paths, ToDoubleFunction<Path> value) {
        return paths.stream().mapToDouble(value).max().orElseThrow();
    }

    private static double farthest(double from, List<Path> paths, ToDoubleFunction<Path> value) {
        return paths.stream()
                .map(value::applyAsDouble)
                .max(Comparator.comparingDouble(one -> Math.abs(one - from)))
                .orElseThrow();
    }

    private void condensation() {
        List<Path> paths = runs.usual();
        // Euler steps of length h make e^(μh) a factor 1 + hμ.
        double rate = Math.log(1 + Path.STEP * paths.getFirst().chain().condensationRate()) / Path.STEP;
        checks.add(
                "condensation: |W_0| grows at the rate |π| |π - 1/d|, in Euler steps of 0.1" + SIZES,
                within(0.02, rate),
                farthest(rate, paths, Path::condensationRate),
                Source.derived("stage I"));
        checks.add(
                "condensation: when |W_0| passes 1.5 it has rank one; σ_1² of Σσ² (threshold ours)",
                atLeast(0.9999),
                least(paths, path -> path.condensed().first()),
                Source.derived("stage I; the paper has rank-one condensation"));
        checks.add(
                "condensation: then W_0 lies along π; cosine with its first left singular vector (threshold ours)",
                atLeast(0.9999),
                least(paths, path -> path.condensed().cosine()),
                Source.derived("stage I; W_0 → π αᵀ"));
        checks.add(
                "condensation: then |W_Q| is still small",
                atMost(1e-3),
                most(paths, path -> path.condensed().queryNorm()),
                Source.derived("stage I"));
        checks.add(
                "condensation: then attention to token 0 is still its frequency",
                near(0.75, 1e-3),
                farthest(0.75, paths, path -> path.condensed().toFirst()),
                Source.derived("stage I"));
    }

    private void focus() {
        focusRate("λ 0.8", runs.usual());
        focusRate("λ 0.5", runs.slower());
        checks.add(
                "focus: scores Φ are along π πᵀ when the aligned part reaches 0.05; cosine (threshold ours)",
                atLeast(0.999),
                least(runs.usual(), path -> path.focusing().scoreCosine()),
                Source.paperUnseen("Φ → π πᵀ"));
        peak("λ 0.8", runs.usual(), 92, 96);
        peak("λ 0.5", runs.slower(), 134, 142);
    }

    private void focusRate(String which, List<Path> paths) {
        checks.add(
                "focus: αᵀ W_Q and αᵀ W_K grow at the rate c, %s; measured over c at the end of the window"
                        .formatted(which),
                within(0.08, 1),
                farthest(1, paths, path -> path.focusRate() / path.focusing().focusRate()),
                Source.derived("stage II"));
    }

    private void peak(String which, List<Path> paths, double from, double to) {
        checks.add(
                "focus: most attention to token 0, " + which + SIZES,
                near(0.911, 0.01),
                farthest(0.911, paths, path -> path.focus().toFirst()),
                Source.derived("stage II"));
        checks.add(
                "focus: the time of it, %s; other starts differ by some 3".formatted(which),
                between(from, to),
                farthest((from + to) / 2, paths, path -> path.focus().time()),
                Source.derived("these starts"));
    }

    private void dilution() {
        List<Path> paths = runs.usual();
        checks.add(
                "dilution: least attention to token 0 by t = 236, λ 0.8" + SIZES,
                atMost(0.83),
                most(paths, path -> path.diluted(236).toFirst()),
                Source.derived("stage III"));
        checks.add(
                "dilution: attention to token 0 falls after its peak",
                atMost(-0.05),
                most(paths, path -> path.diluted(236).toFirst() - path.focus().toFirst()),
                Source.paper("focus, then dilution; threshold ours"));
        checks.add(
                "dilution: at the peak the embeddings of tokens 1 to 3 are small; largest |W_0,i|",
                atMost(0.2),
                most(
                        paths,
                        path -> Math.max(row(path.focus(), 1), Math.max(row(path.focus(), 2), row(path.focus(), 3)))),
                Source.derived("stage III"));
        double[] grown = {1.03, 0.75, 1.05};
        for (int n = 0; n < grown.length; n++) {
            int token = n + 1;
            checks.add(
                    "dilution: at the least, |W_0,i| of token " + token,
                    within(0.1, grown[n]),
                    farthest(grown[n], paths, path -> row(path.diluted(236), token)),
                    Source.derived("stage III"));
        }
        checks.add(
                "asymmetry: the time at which σ_2/σ_1 of W_0 passes 0.1, λ 0.8" + SIZES,
                near(212, 10),
                farthest(212, paths, path -> path.asymmetric().time()),
                Source.derived("these starts"));
    }

    private static double row(Moment moment, int token) {
        return moment.rows()[token];
    }

    /// From the lowest entropy around the peak, the highest after it, and the end.
    private void entropy() {
        Path path = runs.usual().getFirst();
        double start = path.moments().getFirst().entropy();
        Moment low =
                path.lowestEntropy(path.focus().time() - 5, path.asymmetric().time());
        Moment high = path.highestEntropy(low.time(), 300);
        Moment end = path.lowestEntropy(high.time(), Runs.END);
        Source source = Source.paperUnseen("entropy falls, rises, falls; threshold ours");
        checks.add("entropy of attention falls with focus, nats", atMost(-0.1), low.entropy() - start, source);
        checks.add("entropy of attention rises again, nats", atLeast(0.01), high.entropy() - low.entropy(), source);
        checks.add("entropy of attention falls again, nats", atMost(-0.01), end.entropy() - high.entropy(), source);
    }

    private void symmetric() {
        List<Path> paths = runs.symmetric();
        checks.add(
                "negative control, rare tokens equally rare, π = (.7, .1, .1, .1), λ 0.5: no second direction by t = 1000; σ_2/σ_1",
                atMost(1e-3),
                most(paths, path -> path.moments().getLast().ratio()),
                Source.derived("stuck; that symmetric rare tokens stall is said to be the paper's"));
        checks.add(
                "negative control: its loss stays at .81971 from t = 150 on; largest difference",
                atMost(1e-5),
                most(
                        paths,
                        path -> path.moments().stream()
                                .filter(one -> one.time() >= 150)
                                .mapToDouble(one -> Math.abs(one.loss() - 0.81971))
                                .max()
                                .orElseThrow()),
                Source.derived("stuck"));
    }

    private void drawn(Runs.Drawn both) {
        Path sampled = both.sampled();
        Path infinite = both.infinite();
        String sizes = ", %d tokens, batch 256, sequences of 64, %.0f steps; over that of infinitely many"
                .formatted(sampled.chain().tokens(), sampled.moments().getLast().time() / Path.STEP);
        Source source = Source.derived("finite sequences");
        checks.add(
                "drawn sequences: rate of condensation" + sizes,
                within(0.15, 1),
                sampled.condensationRate() / infinite.condensationRate(),
                source);
        checks.add(
                "drawn sequences: rate of focus" + sizes,
                within(0.15, 1),
                sampled.focusRate() / infinite.focusRate(),
                source);
        checks.add(
                "drawn sequences: most attention to token 0" + sizes,
                within(0.15, 1),
                sampled.focus().toFirst() / infinite.focus().toFirst(),
                source);
        checks.add(
                "drawn sequences: the time of it" + sizes,
                within(0.15, 1),
                sampled.focus().time() / infinite.focus().time(),
                source);
    }

    private void longer(Path path) {
        Source source = Source.derived("one start");
        checks.add(
                "second dilution, ε 1e-3, λ 0.5: attention to token 0 at t = 624",
                told(),
                path.at(624).toFirst(),
                source);
        checks.add(
                "second dilution, ε 1e-3, λ 0.5: attention to token 0 at t = 2400",
                told(),
                path.moments().getLast().toFirst(),
                source);
    }
}
