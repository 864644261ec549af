package heed.studies.queries;

import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// A layer without norms, `x ← x + attention(x) W_O`, `x ← x + ReLU(x W₁) W₂`, and a matrix to logits; or
/// the same layer
/// several times over.
///
/// @param query `W_Q`, `[D, D]`; so `key`, `value`, `output`
/// @param up `W₁`, `[D, 4 D]`
/// @param down `W₂`, `[4 D, D]`
/// @param logits `W_out`, `[D, D]`
record Block(Matrix query, Matrix key, Matrix value, Matrix output, Matrix up, Matrix down, Matrix logits) {
    static final int D = 16;
    static final int HEADS = 4;

    static Block gaussian(RandomGenerator random) {
        double deviation = 1 / Math.sqrt(D);
        return new Block(
                Matrix.gaussian(random, D, D, deviation),
                Matrix.gaussian(random, D, D, deviation),
                Matrix.gaussian(random, D, D, deviation),
                Matrix.gaussian(random, D, D, deviation),
                Matrix.gaussian(random, D, 4 * D, deviation),
                Matrix.gaussian(random, 4 * D, D, deviation / 2),
                Matrix.gaussian(random, D, D, deviation));
    }

    /// The same function of `x Θ`: `Θ⁻¹ W` where a matrix reads x, `W Θ` where it adds to it. With Θ = W_Q
    /// the query's
    /// matrix is the identity.
    Block in(Matrix theta) {
        Matrix back = Svd.of(theta).inverse();
        return new Block(
                back.times(query),
                back.times(key),
                back.times(value),
                output.times(theta),
                back.times(up),
                down.times(theta),
                back.times(logits));
    }

    /// The same with another matrix for queries.
    Block withQuery(Matrix other) {
        return new Block(other, key, value, output, up, down, logits);
    }

    /// Its matrices in this precision.
    Block in(Precision precision) {
        return new Block(
                precision.rounded(query.copy()),
                precision.rounded(key.copy()),
                precision.rounded(value.copy()),
                precision.rounded(output.copy()),
                precision.rounded(up.copy()),
                precision.rounded(down.copy()),
                precision.rounded(logits.copy()));
    }

    /// The logits of `x` through `times` layers.
    ///
    /// @param norm what x goes through before attention and before the MLP
    Matrix apply(Lab lab, Precision precision, Matrix x, int times, UnaryOperator<Matrix> norm) {
        Matrix now = precision.rounded(x.copy());
        for (int layer = 0; layer < times; layer++) {
            now = layer(lab, precision, now, norm);
        }
        return precision.product(now, logits);
    }

    /// The same without a norm, through one layer.
    Matrix apply(Lab lab, Precision precision, Matrix x) {
        return apply(lab, precision, x, 1, UnaryOperator.identity());
    }

    private Matrix layer(Lab lab, Precision precision, Matrix x, UnaryOperator<Matrix> norm) {
        Matrix seen = norm.apply(x);
        Matrix attended = precision.attention(
                lab,
                HEADS,
                1 / Math.sqrt((double) D / HEADS),
                precision.product(seen, query),
                precision.product(seen, key),
                precision.product(seen, value));
        Matrix between = precision.rounded(x.copy().add(1, precision.product(attended, output)));
        Matrix inner = precision.product(norm.apply(between), up);
        for (int n = 0; n < inner.elements().length; n++) {
            inner.elements()[n] = Math.max(0, inner.elements()[n]);
        }
        return precision.rounded(between.add(1, precision.product(inner, down)));
    }
}
