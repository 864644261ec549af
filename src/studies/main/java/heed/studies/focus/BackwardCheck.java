package heed.studies.focus;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.told;

import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.head.InFloat;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.Random;

/// The flow's gradients, through attention's backward pass, against formulas.
final class BackwardCheck {
    private static final int DRAWS = 10;

    private final Lab lab;
    private final Checks checks;
    private final Chain chain = new Chain(0.8, 0.75, 0.19, 0.05, 0.01);

    BackwardCheck(Lab lab, Checks checks) {
        this.lab = lab;
        this.checks = checks;
    }

    void add() {
        checks.add(
                "gradients of all weights through attention's backward pass against formulas, 10 draws of N(0, 0.7²)",
                atMost(1e-10),
                difference(),
                Source.exact("error"));
        InFloat single = inFloat();
        checks.add(
                "the same attention in float: largest difference of a logit",
                told(),
                single.output(),
                Source.exact("rounding"));
        checks.add(
                "the same attention in float: largest difference of a gradient",
                told(),
                single.gradients(),
                Source.exact("rounding"));
    }

    /// Scores of some units: attention is far from uniform, and far from one token.
    private static Weights drawn(Random random) {
        return Weights.gaussian(random, 4, Path.WIDTH, 0.7);
    }

    private double difference() {
        Random random = new Random(3);
        double largest = 0;
        try (Flow flow = new Flow(lab, chain, Path.WIDTH)) {
            for (int n = 0; n < DRAWS; n++) {
                Weights weights = drawn(random);
                largest = Math.max(largest, flow.gradients(weights).distance(Formulas.gradients(chain, weights)));
            }
        }
        return largest;
    }

    private InFloat inFloat() {
        Weights weights = drawn(new Random(3));
        float[] bias = new float[chain.tokens()];
        for (int j = 0; j < bias.length; j++) {
            bias[j] = (float) Math.log(chain.frequency()[j]);
        }
        Matrix cotangent = Matrix.zeros(chain.tokens(), chain.tokens());
        Arrays.fill(cotangent.elements(), 1);
        return InFloat.of(
                lab,
                Head.spec(
                        Path.WIDTH,
                        spec -> spec.softmaxScale(1).valueDim(chain.tokens()).mask(Mask.additiveTensor())),
                weights.queries(),
                weights.keys(),
                weights.logits(),
                cotangent,
                arguments -> arguments.bias(Tensor.of(bias, 1, 1, 1, bias.length)));
    }
}
