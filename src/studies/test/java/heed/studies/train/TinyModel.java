package heed.studies.train;

import heed.attention.AttentionSpec;
import heed.studies.math.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Two layers of attention that learn a table: `(a, b) → (a + 2 b) mod 5`.
final class TinyModel implements AutoCloseable {
    private static final int COUNT = 5;
    private static final int DIM = 16;
    private static final int LEN = 2;

    private final Products products = Backends.products();
    private final Random random;
    private final Embedding tokens;
    private final Embedding positions;
    private final Layer body;
    private final CrossEntropy entropy = new CrossEntropy();
    private final int[] ids = new int[COUNT * COUNT * LEN];
    private final int[] places = new int[ids.length];
    private final int[] labels = new int[COUNT * COUNT];
    final Optimiser optimiser;

    TinyModel(long seed) {
        random = new Random(seed);
        tokens = Embedding.gaussian("tokens", COUNT, DIM, .8 / Math.sqrt(DIM), random);
        positions = Embedding.gaussian("positions", LEN, DIM, .8 / Math.sqrt(DIM), random);
        body = new Sequential(
                block("1"),
                block("2"),
                OneOf.last(LEN),
                RmsNorm.scaled("last", DIM, 1e-5),
                Linear.gaussian(products, "logits", DIM, COUNT, .8, random));
        List<Parameter> parameters = new ArrayList<>(tokens.parameters());
        parameters.addAll(positions.parameters());
        parameters.addAll(body.parameters());
        Decay decay = new Decay(Schedule.constant(1e-4), false);
        optimiser = new AdamW(parameters, Schedule.constant(3e-3), AdamW.Betas.DEFAULT, decay);
        for (int n = 0; n < labels.length; n++) {
            ids[LEN * n] = n / COUNT;
            ids[LEN * n + 1] = n % COUNT;
            places[LEN * n + 1] = 1;
            labels[n] = (n / COUNT + 2 * (n % COUNT)) % COUNT;
        }
    }

    private Layer block(String name) {
        AttentionSpec spec = AttentionSpec.builder(2, DIM / 2).build();
        Layer attention =
                SelfAttention.gaussian(products, Backends.attention(), name, spec, DIM, COUNT * COUNT, LEN, .8, random);
        return new Sequential(
                new Residual(new Sequential(LayerNorm.affine(name + ".norm1", DIM, 1e-5), attention)),
                new Residual(new Sequential(
                        LayerNorm.affine(name + ".norm2", DIM, 1e-5),
                        Mlp.gaussian(products, name, DIM, 4 * DIM, Curve.GELU, .8, random))));
    }

    /// The loss before the step.
    double step() {
        optimiser.clear();
        Matrix x = tokens.forward(ids).add(1, positions.forward(places));
        double loss = entropy.loss(body.forward(x), labels);
        Matrix g = body.backward(entropy.gradient());
        tokens.backward(g);
        positions.backward(g);
        optimiser.step();
        return loss;
    }

    double accuracy() {
        return entropy.accuracy();
    }

    @Override
    public void close() {
        body.close();
    }
}
