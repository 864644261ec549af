package heed.studies.continuity;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import heed.studies.math.TopSingular;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/// The claims of the study.
final class ContinuityChecks {
    private static final Source MEASURE = Source.exact("the measure itself");
    private static final Source OURS = Source.derived("toy network of ours, threshold ours");
    private static final Source SYMMETRY = Source.exact("h → hR, W → RᵀWR");

    private final Checks checks;

    ContinuityChecks(Checks checks) {
        this.checks = checks;
    }

    /// What the measures say of matrices that are known.
    void measures() {
        Random random = new Random(5);
        int width = Network.WIDTH;
        Matrix one = Matrix.gaussian(random, width, width, 1);
        checks.add(
                "identical matrices",
                near(1, 1e-12),
                Directions.of(List.of(one, one)).input(),
                MEASURE);
        List<Matrix> many = new ArrayList<>();
        for (int n = 0; n <= 1000; n++) {
            many.add(Matrix.gaussian(random, width, width, 1));
        }
        checks.add(
                "independent Gaussian matrices of 48, 1000 pairs: √(2/(πD))",
                near(TopSingular.chance(width), 0.01),
                Directions.of(many).input(),
                MEASURE);
        Matrix flipped = one.copy().scale(-1);
        Matrix other = many.getFirst();
        double change = Directions.of(List.of(one, other)).input()
                - Directions.of(List.of(flipped, other)).input();
        checks.add("a flipped sign changes nothing, difference", atMost(1e-12), Math.abs(change), MEASURE);
        checks.add(
                "effective rank of the identity, 48",
                near(width, 1e-9),
                Svd.of(Matrix.identity(width)).effectiveRank(),
                MEASURE);
        Matrix thin = Matrix.gaussian(random, width, 1, 1).times(Matrix.gaussian(random, 1, width, 1));
        checks.add("effective rank of rank one", near(1, 1e-9), Svd.of(thin).effectiveRank(), MEASURE);
    }

    /// Before anything is learned.
    void gradients(AtInitialisation skip, AtInitialisation bare) {
        String sizes = ", 8 layers of 48, batch 1024, 5 seeds";
        checks.add("gradient at initialisation, skip and ReLU: input side" + sizes, atLeast(0.8), skip.input(), OURS);
        checks.add(
                "gradient at initialisation, skip and ReLU: output side" + sizes, atLeast(0.65), skip.output(), OURS);
        checks.add(
                "gradient at initialisation, ReLU without skip: input side" + sizes, atMost(0.6), bare.input(), OURS);
        checks.add(
                "gradient at initialisation, ReLU without skip: output side" + sizes, atMost(0.2), bare.output(), OURS);
        checks.add(
                "gradient at initialisation, with skip over without: output side" + sizes,
                atLeast(3),
                skip.output() / bare.output(),
                OURS);
    }

    /// What a rotation of the inner space changes.
    void symmetry(Lab lab) {
        for (Variant variant : List.of(Variant.LINEAR, Variant.RADIAL, Variant.RMS_NORMED)) {
            Conjugates pair = Conjugates.bySgd(lab, variant);
            checks.add(
                    "rotated network, %s: logits, difference".formatted(variant.name()),
                    atMost(1e-10),
                    pair.logits(),
                    SYMMETRY);
            checks.add(
                    "rotated network, %s: input continuity over 20 steps of plain SGD, difference"
                            .formatted(variant.name()),
                    atMost(1e-8),
                    pair.continuity(),
                    SYMMETRY);
        }
        checks.add(
                "negative control, ReLU: a rotation changes logits",
                atLeast(1e-2),
                Conjugates.bySgd(lab, Variant.RELU).logits(),
                SYMMETRY);
        checks.add(
                "negative control, linear by Adam: training tells frames apart, logits",
                atLeast(1e-6),
                Conjugates.byAdam(lab, Variant.LINEAR).trained(),
                SYMMETRY);
    }

    /// After training, by variant in the order of the study.
    void trained(List<List<Trained>> trained) {
        String sizes = ", 8 layers of 48, 2500 steps, 3 seeds";
        double relu = mean(trained.get(0));
        double bare = mean(trained.get(1));
        checks.add("trained, skip and ReLU: input side" + sizes, atLeast(0.25), relu, OURS);
        checks.add("trained, ReLU without skip: input side" + sizes, atMost(0.2), bare, OURS);
        checks.add(
                "skips make neighbouring layers alike: with less without" + sizes,
                atLeast(0),
                relu - bare,
                Source.paper("abstract"));
        trained.forEach(seeds -> besides(seeds, sizes));
        for (List<Trained> seeds : trained.subList(2, trained.size())) {
            checks.add(
                    "trained, %s: input side%s"
                            .formatted(seeds.getFirst().variant().name(), sizes),
                    told(),
                    mean(seeds),
                    OURS);
        }
        checks.add(
                "a nonlinearity that keeps directions fails: ReLU less radial" + sizes,
                atLeast(0),
                relu - mean(trained.get(3)),
                Source.paper("abstract; its function, data and sizes are not known, ours are other"));
    }

    /// What says whether a network has learned, and the measure over all directions.
    private void besides(List<Trained> seeds, String sizes) {
        String name = seeds.getFirst().variant().name();
        checks.add(
                "trained, %s: loss of the last 100 steps%s".formatted(name, sizes),
                told(),
                mean(seeds, one -> one.column(Trained.LOSS)[one.looks().rows() - 1]),
                OURS);
        checks.add(
                "trained, %s: input side of the sum of all gradients%s".formatted(name, sizes),
                told(),
                mean(seeds, one -> one.column(Trained.CUMULATIVE)[one.looks().rows() - 1]),
                OURS);
        checks.add(
                "trained, %s: input side, weighted by σ²%s".formatted(name, sizes),
                told(),
                mean(seeds, one -> one.weights().weighted()),
                Source.paperUnseen("equation 2, as taken here"));
    }

    private static double mean(List<Trained> seeds) {
        return mean(seeds, one -> one.weights().input());
    }

    private static double mean(List<Trained> seeds, ToDoubleFunction<Trained> measure) {
        return seeds.stream().mapToDouble(measure).average().orElseThrow();
    }
}
