package heed.studies.queries;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import heed.studies.train.LayerNorm;
import java.util.Random;
import java.util.function.UnaryOperator;

/// A change of basis makes the query's matrix the identity.
final class BasisChecks {
    private static final int N = 12;
    private static final Source BASIS = Source.exact("change of basis, arXiv:2510.23912");

    private final Lab lab;
    private final Checks checks;
    private final Block block;
    private final Matrix x;
    private final Matrix theta;
    private final Svd spectrum;

    BasisChecks(Lab lab, Checks checks) {
        this.lab = lab;
        this.checks = checks;
        Random random = new Random(31);
        block = Block.gaussian(random);
        x = Matrix.gaussian(random, N, Block.D, 1);
        theta = block.query();
        spectrum = Svd.of(theta);
    }

    void run() {
        Block turned = block.in(theta);
        String sizes = ", 12 positions, width 16, 4 heads";
        checks.add(
                "with Θ = W_Q the query's matrix is the identity, difference",
                atMost(1e-12),
                turned.query().distance(Matrix.identity(Block.D)),
                BASIS);
        checks.add(
                "change of basis: logits stay, relative difference" + sizes,
                atMost(1e-12),
                change(turned, Precision.DOUBLE, 1, UnaryOperator.identity()),
                BASIS);
        checks.add(
                "the same layer three times over, relative difference" + sizes,
                atMost(1e-12),
                change(turned, Precision.DOUBLE, 3, UnaryOperator.identity()),
                BASIS);
        checks.add(
                "in float: relative difference over the condition number %.0f of Θ".formatted(spectrum.condition()),
                atMost(1e-6),
                change(turned, Precision.FLOAT, 1, UnaryOperator.identity()) / spectrum.condition(),
                BASIS);
        checks.add(
                "negative control: with LayerNorm logits change, relative difference" + sizes,
                atLeast(1e-3),
                change(turned, Precision.DOUBLE, 1, BasisChecks::normed),
                BASIS);
        Matrix second = Matrix.gaussian(new Random(32), Block.D, Block.D, 1 / Math.sqrt(Block.D));
        checks.add(
                "negative control: a second layer's W_Q becomes Θ⁻¹ W_Q, not the identity, difference",
                atLeast(1e-3),
                block.withQuery(second).in(theta).query().distance(Matrix.identity(Block.D)),
                BASIS);
        identity();
    }

    private double change(Block turned, Precision precision, int layers, UnaryOperator<Matrix> norm) {
        Matrix before = block.in(precision).apply(lab, precision, x, layers, norm);
        Matrix after = turned.in(precision).apply(lab, precision, x.times(theta), layers, norm);
        return before.distance(after) / before.norm() * Math.sqrt(before.elements().length);
    }

    private static Matrix normed(Matrix rows) {
        return LayerNorm.plain(QueryMode.EPSILON).forward(rows).copy();
    }

    /// To leave the product with the identity out changes no bit; to halve the scale is to halve the query.
    private void identity() {
        Source source = Source.exact("x I = x, and a half is a power of two");
        Matrix through = Precision.FLOAT.product(Precision.FLOAT.rounded(x.copy()), Matrix.identity(Block.D));
        double scale = 1 / Math.sqrt((double) Block.D / Block.HEADS);
        Matrix key = Matrix.gaussian(new Random(33), N, Block.D, 1);
        Matrix skipped = Precision.FLOAT.attention(lab, Block.HEADS, scale, x, key, x);
        Matrix made = Precision.FLOAT.attention(lab, Block.HEADS, scale, through, key, x);
        checks.add(
                "the identity as query equals W_Q = I, in float, difference",
                exactly(0),
                skipped.distance(made),
                source);
        Matrix sum = x.copy().add(1, Matrix.gaussian(new Random(34), N, Block.D, 1));
        Matrix halved = Precision.FLOAT.attention(lab, Block.HEADS, scale / 2, sum, key, x);
        Matrix half =
                Precision.FLOAT.attention(lab, Block.HEADS, scale, sum.copy().scale(0.5), key, x);
        checks.add(
                "scale 1/(2√headDim) with x + f equals 1/√headDim with (x + f)/2, in float, difference",
                atMost(1e-6),
                halved.distance(half),
                source);
    }
}
