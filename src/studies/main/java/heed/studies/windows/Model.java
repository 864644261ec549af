package heed.studies.windows;

import heed.attention.AttentionSpec;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import heed.studies.train.CrossEntropy;
import heed.studies.train.Curve;
import heed.studies.train.Embedding;
import heed.studies.train.Layer;
import heed.studies.train.LayerNorm;
import heed.studies.train.Linear;
import heed.studies.train.Mlp;
import heed.studies.train.OneOf;
import heed.studies.train.Parameter;
import heed.studies.train.Products;
import heed.studies.train.Residual;
import heed.studies.train.SelfAttention;
import heed.studies.train.Sequential;
import heed.studies.windows.Task.Examples;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Two pre-norm layers, 64 wide, of two heads and a GELU MLP of 256, over learned tokens and positions;
/// weights
/// `N(0, γ²/in)`. The logits are those of the last position, so the second MLP sees that one alone.
///
/// The paper tells of no mask, norm or output matrix: there is no mask, norms have gain and shift that do
/// not decay,
/// and the output is a matrix of its own, which decays.
final class Model implements AutoCloseable {
    static final int DIM = 64;
    private static final int HEADS = 2;
    private static final double EPSILON = 1e-5;

    private final Products products;
    private final Lab lab;
    private final double gamma;
    private final Random random;
    private final Embedding tokens;
    private final Embedding positions;
    private final Layer body;
    private final CrossEntropy entropy = new CrossEntropy();
    private final List<Parameter> parameters;
    private int[] places = {};

    /// For at most `batch` examples at a time.
    Model(Lab lab, double gamma, long seed, int batch) {
        this.lab = lab;
        this.gamma = gamma;
        products = new Products(lab.gemm());
        random = new Random(seed);
        double deviation = gamma / Math.sqrt(DIM);
        tokens = Embedding.gaussian("tokens", Task.VOCABULARY, DIM, deviation, random);
        positions = Embedding.gaussian("positions", Task.LEN, DIM, deviation, random);
        body = new Sequential(
                attention("1", batch),
                mlp("1"),
                attention("2", batch),
                OneOf.last(Task.LEN),
                mlp("2"),
                LayerNorm.affine("last", DIM, EPSILON),
                Linear.gaussian(products, "logits", DIM, Task.VOCABULARY, gamma, random));
        parameters = new ArrayList<>(tokens.parameters());
        parameters.addAll(positions.parameters());
        parameters.addAll(body.parameters());
    }

    private Layer attention(String name, int batch) {
        AttentionSpec spec = AttentionSpec.builder(HEADS, DIM / HEADS).build();
        return new Residual(new Sequential(
                LayerNorm.affine(name + ".norm1", DIM, EPSILON),
                SelfAttention.gaussian(products, lab.attention(), name, spec, DIM, batch, Task.LEN, gamma, random)));
    }

    private Layer mlp(String name) {
        return new Residual(new Sequential(
                LayerNorm.affine(name + ".norm2", DIM, EPSILON),
                Mlp.gaussian(products, name, DIM, 4 * DIM, Curve.GELU, gamma, random)));
    }

    List<Parameter> parameters() {
        return parameters;
    }

    private double forward(int[] ids, int[] answers) {
        if (places.length != ids.length) {
            places = new int[ids.length];
            for (int n = 0; n < places.length; n++) {
                places[n] = n % Task.LEN;
            }
        }
        Matrix x = tokens.forward(ids).add(1, positions.forward(places));
        return entropy.loss(body.forward(x), answers);
    }

    /// The loss of a batch, whose gradients are added.
    double learn(int[] ids, int[] answers) {
        double loss = forward(ids, answers);
        Matrix gradient = body.backward(entropy.gradient());
        tokens.backward(gradient);
        positions.backward(gradient);
        return loss;
    }

    /// The share of examples that are answered rightly.
    double accuracy(Examples examples) {
        forward(examples.tokens(), examples.answers());
        return entropy.accuracy();
    }

    /// The paper's complexity C: the participation ratio of `W_V`, mean over the layers.
    double complexity() {
        return parameters.stream()
                .filter(parameter -> parameter.name().endsWith(".value"))
                .mapToDouble(parameter -> Svd.of(parameter.value()).participation())
                .average()
                .orElseThrow();
    }

    @Override
    public void close() {
        body.close();
    }
}
