package heed.studies.weights;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.told;
import static heed.studies.claim.Expectation.within;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Source;
import heed.studies.claim.Study;
import heed.studies.math.TopSingular;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What papers say of large models, measured on the small ones that are at hand.
public final class WeightsStudy implements Study {
    /// Outputs, weights and values are each rounded to 24 bits; a sum of up to 64 products of them is off by at most
    /// some 64 · 2⁻²⁴ = 4e-6 of the largest.
    private static final double SINGLE = 1e-5;

    /// Above this share a head counts as sinking (arXiv:2410.10781).
    private static final double SINKS = 0.3;

    /// Ready to run.
    public WeightsStudy() {}

    @Override
    public String name() {
        return "weights";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Real weights: sinks, entropy and continuity in small models",
                "measured here, after arXiv:2605.06611, arXiv:2410.10781 and arXiv:2605.04971",
                "",
                "the abstracts of the two papers of 2605 and what others say of their formulas");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        List<Section> sections = new ArrayList<>();
        checks.add(
                "directions of noise, 384 wide, 1000 pairs: mean |cos| is √(2 / (π 384)) = 0.0407",
                within(0.1, TopSingular.chance(384)),
                Continuity.ofNoise(new Random(1), 384, 1000),
                Source.derived("what continuity is held against"));
        List<String> absent = Models.each(lab, (subject, model) -> measure(lab, subject, model, checks, sections));
        checks.add("models not measured", told(), absent.size(), Source.derived("named on the page"));
        return new Report(checks.list(), page(sections, absent));
    }

    private void measure(Lab lab, Subject subject, RealModel model, Checks checks, List<Section> sections) {
        String name = model.name();
        lab.progress().doing("weights: what the heads of " + name + " look at");
        Activations seen = Activations.of(lab, model, Texts.ALL);
        lab.progress().doing("weights: the matrices of " + name);
        Map<Role, Continuity> continuity = Continuity.of(lab, model);
        checks.add(
                name + ": each layer's output is its weights times its values, largest error by the largest value",
                atMost(SINGLE),
                seen.outputError(),
                Source.exact("f32"));
        checks.add(
                name + ": a row's entropy as the kernel makes it is -Σ p ln p, largest error",
                atMost(SINGLE),
                seen.entropyError(),
                Source.exact("f32"));
        attention(name, seen, checks);
        continuity.forEach((role, one) -> {
            Source source = Source.paperUnseen("equation 1 of 2605.04971; of a model that it does not have");
            checks.add(name + ", " + role.symbol() + ": mean |cos| of neighbours' v1", told(), one.meanInput(), source);
            checks.add(
                    name + ", " + role.symbol() + ": mean |cos| of neighbours' u1", told(), one.meanOutput(), source);
        });
        sections.add(ModelPage.attention(subject, model, seen));
        sections.add(ModelPage.continuity(name, continuity));
    }

    private static void attention(String name, Activations seen, Checks checks) {
        double[] shares = seen.first().elements();
        checks.add(
                name + ": share of heads that give the first token more than 0.3",
                told(),
                Arrays.stream(shares).filter(share -> share > SINKS).count() / (double) shares.length,
                Source.related("2410.10781, of causal models"));
        for (int layer = 0; layer < seen.first().rows(); layer++) {
            Source source = Source.related("2410.10781");
            checks.add(
                    "%s, layer %d: mean share of the first token".formatted(name, layer),
                    told(),
                    mean(seen.first().row(layer)),
                    source);
            checks.add(
                    "%s, layer %d: mean entropy, of the largest there could be".formatted(name, layer),
                    told(),
                    mean(seen.breadth().row(layer)),
                    Source.derived("section 1"));
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    private static Page page(List<Section> sections, List<String> absent) {
        List<Section> all = new ArrayList<>(sections);
        if (!absent.isEmpty()) {
            all.add(new Section("Not measured", absent, List.of()));
        }
        return new Page(
                List.of(
                        "Two papers speak of large language models. One finds that many heads give most of their attention to "
                                + "the first token, a sink, whatever it says. The other finds that a matrix and the same matrix of "
                                + "the next layer are strongest along nearly the same direction: on the input side (v1) for queries, "
                                + "keys and the first matrices of the feed-forward part, on the output side (u1) for the last "
                                + "matrices, and little for values.",
                        "Here the same is measured on models small enough to have at hand. They are not the papers' models: "
                                + "encoders are not causal, have special tokens at both ends, and were trained for other things. So "
                                + "nothing below is asked to come out one way or the other; it is told."),
                all,
                List.of(
                        "Each model reads %d sentences. Of every layer, its own queries and keys go through Heed once more with "
                                        .formatted(Texts.ALL.size())
                                + "the identity matrix as values, so that the output is the matrix of weights, with each row's "
                                + "entropy and each key's mass made on the way. A token's share is the mean weight that rows which "
                                + "see it give it. That the layer's own output is these weights times its values is checked.",
                        "Strongest directions are eigenvectors of W Wᵀ or WᵀW, in double. Independent directions of D elements "
                                + "have a mean |cos| of √(2/(πD)), 0.041 at 384. More models are read from a folder: "
                                + Subject.WHERE + "."));
    }
}
