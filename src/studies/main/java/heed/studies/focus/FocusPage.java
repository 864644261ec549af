package heed.studies.focus;

import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import heed.studies.page.HeatMap;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The study's page.
final class FocusPage {
    private static final String TIME = "time t of the flow";

    private FocusPage() {}

    static Page of(Runs runs) {
        Path path = runs.usual().getFirst();
        List<Section> sections = new ArrayList<>(List.of(stages(path), maps(path), curves(path), control(runs)));
        runs.drawn().stream().findFirst().ifPresent(both -> sections.add(drawn(both)));
        runs.longer().forEach(longer -> sections.add(longer(longer)));
        return new Page(
                List.of(
                        "A model learns to tell the next token. The text is as simple as text can be: with probability λ the "
                                + "same token again, else one drawn by frequency, and of the four tokens one makes up three "
                                + "quarters, the rarest one percent. The right answer needs the last token alone. Attention "
                                + "has to find that out.",
                        "The paper says that it does so in stages. First the embeddings condense: all of them become "
                                + "multiples of one vector, and attention does nothing. Then attention focuses on the tokens "
                                + "that are frequent. Then it is diluted again, as the embeddings of the rarer tokens grow. "
                                + "That rare tokens differ in frequency lifts the model out of a point where it would stay, "
                                + "and a next cycle begins.",
                        "Here the whole is learned again by gradient descent through Heed's attention, and rates are "
                                + "compared with formulas. The formulas for the rates are derived here, not the paper's."),
                sections,
                List.of(
                        "With infinitely many, infinitely long sequences, a token type is seen as often as it is frequent. "
                                + "Attention over the sequence is then attention over the four types, with the logarithm of "
                                + "each frequency as a bias of its key: query W_0 W_Q, key W_0 W_K, value W_0 W_1, scale 1, "
                                + "in double. The gradients come from attention's backward pass.",
                        "Weights start from N(0, ε²), ε = 1e-4, width 8; Euler steps of 0.1 down the gradient. Frequencies "
                                + "(.75, .19, .05, .01). Entropies come from the log-sum-exp and the mean key, with the "
                                + "bias as one more dim.",
                        "Times move with the start: focus grows from what of the first W_Q and W_K lies along one direction, "
                                + "and time is the logarithm of it over c. Over 20 starts with λ .8 the peak came between "
                                + "91.5 and 101, at 96 on average. The two starts here lie in the middle."));
    }

    private static double[] times(Path path) {
        return values(path, Moment::time);
    }

    private static double[] values(Path path, ToDoubleFunction<Moment> value) {
        List<Moment> moments = path.moments();
        // Some 400 points are as many as the picture has room for.
        int every = Math.max(1, moments.size() / 400);
        List<Double> values = new ArrayList<>();
        for (int n = 0; n < moments.size(); n += every) {
            values.add(value.applyAsDouble(moments.get(n)));
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Chart shaded(Chart chart, Path path) {
        double condensed = path.condensed().time();
        double focus = path.focus().time();
        double asymmetric = path.asymmetric().time();
        return chart.shade("I", 0, condensed)
                .shade("II focus", condensed, focus)
                .shade("III dilution", focus, asymmetric)
                .shade("IV asymmetry", asymmetric, Runs.END);
    }

    private static Section stages(Path path) {
        Chart attention = new Chart(
                        "Attention to the most frequent token",
                        "Until stage II it is the token's frequency, .75. It peaks where focus ends, then falls. A notch "
                                + "late in stage IV is the finite step's: the loss rises there, which no flow does.",
                        Axis.linear(TIME),
                        Axis.linear("mean weight").range(0.7, 0.95))
                .line("attention to token 0", times(path), values(path, Moment::toFirst));
        Chart entropy = new Chart(
                        "Entropy of attention",
                        "It falls with focus, rises slightly in stage IV and falls again.",
                        Axis.linear(TIME),
                        Axis.linear("nats").range(0, 0.8))
                .line("mean entropy of a row", times(path), values(path, Moment::entropy));
        return Section.of(
                "Four stages",
                "One run, λ = .8. Stage I, condensation, ends where |W_0| passes 1.5; stage II at the peak of attention; "
                        + "stage III where the embeddings get a second direction, σ_2/σ_1 = .1.",
                shaded(attention, path),
                shaded(entropy, path));
    }

    private static Section maps(Path path) {
        return Section.of(
                "Where attention looks",
                "Rows ask, columns are seen. The four maps are taken at the ends of the stages, the last at the end of the "
                        + "run.",
                map("I, condensed", "Each token sees others as often as they are frequent.", path.condensed()),
                map("II, focus", "Every token looks at token 0, more than it is frequent.", path.focus()),
                map(
                        "III, dilution",
                        "The rows differ by now: rarer tokens have come to look elsewhere.",
                        path.asymmetric()),
                map(
                        "IV, asymmetry",
                        "A second direction lets tokens find themselves.",
                        path.moments().getLast()));
    }

    private static Figure map(String name, String caption, Moment moment) {
        int tokens = moment.attention().rows();
        double[][] cells = new double[tokens][];
        for (int i = 0; i < tokens; i++) {
            cells[i] = moment.attention().row(i);
        }
        return new HeatMap(
                "Stage %s (t = %.0f)".formatted(name, moment.time()),
                caption,
                "token that asks",
                "token that is seen",
                List.of(),
                List.of(),
                cells,
                0,
                1);
    }

    private static Section curves(Path path) {
        double rate = Math.log(1 + Path.STEP * path.chain().condensationRate()) / Path.STEP;
        Moment small = path.first(one -> one.norm() > 0.003);
        double[] theoryTimes = {small.time(), path.condensed().time()};
        double[] theory = {small.norm(), small.norm() * Math.exp(rate * (theoryTimes[1] - theoryTimes[0]))};
        Chart norms = new Chart(
                        "Weights grow",
                        "A straight line is exponential growth; the dashes have the rate that theory gives. While the "
                                + "embeddings grow in stage I, those of W_Q and W_K that will matter wait for stage II.",
                        Axis.linear(TIME),
                        Axis.log("norm").range(1e-4, 10))
                .line("|W_0|", times(path), values(path, Moment::norm))
                .theory("rate |π| |π - 1/d|", theoryTimes, theory)
                .line("|αᵀW_Q| + |αᵀW_K|", times(path), values(path, Moment::aligned));
        focusTheory(norms, path);
        Chart rows = new Chart(
                "Embeddings of the four tokens",
                "With focus the embeddings of tokens 1 to 3 shrink to almost nothing, then grow on the other side: that "
                        + "dilutes attention.",
                Axis.linear(TIME),
                Axis.linear("|W_0,i|"));
        for (int i = 0; i < 4; i++) {
            int token = i;
            rows.line("token " + token, times(path), values(path, one -> one.rows()[token]));
        }
        Chart ratio = new Chart(
                        "A second direction",
                        "The embeddings are multiples of one vector for half of the run; the second singular value then "
                                + "grows exponentially.",
                        Axis.linear(TIME),
                        Axis.log("σ₂/σ₁ of W₀"))
                .line("σ₂/σ₁", times(path), values(path, Moment::ratio));
        Chart loss = new Chart(
                        "Loss",
                        "Each stage is a step down; between them it waits.",
                        Axis.linear(TIME),
                        Axis.linear("nats"))
                .line("cross-entropy", times(path), values(path, Moment::loss));
        return new Section(
                "What moves",
                List.of(
                        "The same run. Plateaus of the loss are points where nothing pushes but what is still tiny, and "
                                + "grows."),
                List.of(shaded(norms, path), shaded(rows, path), shaded(ratio, path), shaded(loss, path)));
    }

    private static void focusTheory(Chart chart, Path path) {
        Moment end = path.focusing();
        double from = path.condensed().time() + 10;
        chart.theory("rate c", new double[] {from, end.time()}, new double[] {
            end.aligned() * Math.exp(end.focusRate() * (from - end.time())), end.aligned()
        });
    }

    private static Section control(Runs runs) {
        Path usual = runs.usual().getFirst();
        Path symmetric = runs.symmetric().getFirst();
        return Section.of(
                "Rare tokens that are equally rare",
                "With frequencies (.7, .1, .1, .1) nothing tells the rare tokens apart. The model focuses, dilutes, and is "
                        + "stuck: no second direction grows, the loss stays.",
                new Chart(
                                "A second direction, or none",
                                "The ratio stays at what chance left in the weights at the start.",
                                Axis.linear(TIME),
                                Axis.log("σ₂/σ₁ of W₀"))
                        .line("four frequencies, λ .8", times(usual), values(usual, Moment::ratio))
                        .line("three equal ones, λ .5", times(symmetric), values(symmetric, Moment::ratio)));
    }

    private static Section drawn(Runs.Drawn both) {
        return Section.of(
                "Sequences that are drawn",
                "Learning from 256 drawn sequences of 64 tokens a step, as one would in practice, follows what infinitely "
                        + "many give.",
                new Chart(
                                "Attention to token 0, drawn and infinite",
                                "Rise and peak agree; once a second direction has grown the two part.",
                                Axis.linear(TIME),
                                Axis.linear("mean weight").range(0.7, 0.95))
                        .line("drawn", times(both.sampled()), values(both.sampled(), Moment::toFirst))
                        .line("infinite", times(both.infinite()), values(both.infinite(), Moment::toFirst)));
    }

    private static Section longer(Path path) {
        return Section.of(
                "The next cycle",
                "ε = 1e-3, λ = .5, six times as long: attention to token 0 rises again, and is diluted again.",
                new Chart(
                                "A second dilution",
                                "The second rise ends at about .87, the second fall goes below the token's frequency.",
                                Axis.linear(TIME),
                                Axis.linear("mean weight or nats").range(0, 1))
                        .line("attention to token 0", times(path), values(path, Moment::toFirst))
                        .line("entropy", times(path), values(path, Moment::entropy)));
    }
}
