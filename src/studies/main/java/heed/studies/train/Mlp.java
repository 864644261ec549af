package heed.studies.train;

import java.util.random.RandomGenerator;

/// `f(x W₁) W₂`, without bias.
public final class Mlp {
    private Mlp() {}

    /// From `dim` to `hidden` and back, weights N(0, gain²/in), called `name.in` and `name.out`.
    public static Sequential gaussian(
            Products products,
            String name,
            int dim,
            int hidden,
            Elementwise function,
            double gain,
            RandomGenerator random) {
        return new Sequential(
                Linear.gaussian(products, name + ".in", dim, hidden, gain, random),
                new Activation(function),
                Linear.gaussian(products, name + ".out", hidden, dim, gain, random));
    }
}
