package heed.studies.queries;

import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.train.AdamW;
import heed.studies.train.AttentionHeads;
import heed.studies.train.CrossEntropy;
import heed.studies.train.Curve;
import heed.studies.train.Decay;
import heed.studies.train.Embedding;
import heed.studies.train.Layer;
import heed.studies.train.Linear;
import heed.studies.train.Mlp;
import heed.studies.train.Optimiser;
import heed.studies.train.Parameter;
import heed.studies.train.Products;
import heed.studies.train.Residual;
import heed.studies.train.RmsNorm;
import heed.studies.train.Schedule;
import heed.studies.train.SelfAttention;
import heed.studies.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Two causal layers of four heads, 64 wide, over letters and 64 positions; queries by a [QueryMode].
final class CharacterModel implements AutoCloseable {
    static final int CONTEXT = 64;
    static final int BATCH = 8;
    private static final int DIM = 64;
    private static final int HEADS = 4;

    private final Random random;
    private final Products products;
    private final Embedding letters;
    private final Embedding positions;
    private final Layer body;
    private final CrossEntropy entropy = new CrossEntropy();
    private final Optimiser adam;
    private final int[] places = new int[BATCH * CONTEXT];

    CharacterModel(Lab lab, QueryMode mode, long seed) {
        random = new Random(seed);
        products = new Products(lab.gemm());
        letters = Embedding.gaussian("letters", Language.ALPHABET, DIM, 0.5, random);
        positions = Embedding.gaussian("positions", CONTEXT, DIM, 0.5, random);
        body = new Sequential(
                layer(lab, mode, "1"),
                layer(lab, mode, "2"),
                RmsNorm.scaled("last", DIM, QueryMode.EPSILON),
                linear("logits", DIM, Language.ALPHABET));
        List<Parameter> parameters = new ArrayList<>(letters.parameters());
        parameters.addAll(positions.parameters());
        parameters.addAll(body.parameters());
        AdamW.Betas betas = new AdamW.Betas(0.9, 0.95, 1e-8);
        adam = new AdamW(parameters, Schedule.constant(1e-3), betas, Decay.NONE);
        for (int n = 0; n < places.length; n++) {
            places[n] = n % CONTEXT;
        }
    }

    private Linear linear(String name, int in, int out) {
        return Linear.gaussian(products, name, in, out, 1, random);
    }

    private Layer layer(Lab lab, QueryMode mode, String name) {
        int headDim = DIM / HEADS;
        AttentionSpec spec = AttentionSpec.builder(HEADS, headDim)
                .softmaxScale(mode.softmaxScale(headDim))
                .mask(Mask.causal())
                .build();
        Layer attention = new SelfAttention(
                mode.query(products, name + ".query", DIM, random),
                linear(name + ".key", DIM, DIM),
                linear(name + ".value", DIM, DIM),
                new AttentionHeads(lab.attention(), spec, BATCH, CONTEXT, CONTEXT),
                linear(name + ".out", DIM, DIM));
        return new Sequential(
                new Residual(new Sequential(RmsNorm.scaled(name + ".norm1", DIM, QueryMode.EPSILON), attention)),
                new Residual(new Sequential(
                        RmsNorm.scaled(name + ".norm2", DIM, QueryMode.EPSILON),
                        Mlp.gaussian(products, name, DIM, 4 * DIM, Curve.GELU, 1, random))));
    }

    /// The loss of a batch, from which a step was taken.
    double step(int[] ids, int[] next) {
        adam.clear();
        double loss = loss(ids, next);
        Matrix gradient = body.backward(entropy.gradient());
        letters.backward(gradient);
        positions.backward(gradient);
        adam.step();
        return loss;
    }

    /// Nats a letter of a batch.
    double loss(int[] ids, int[] next) {
        Matrix x = letters.forward(ids).add(1, positions.forward(places));
        return entropy.loss(body.forward(x), next);
    }

    @Override
    public void close() {
        body.close();
    }
}
