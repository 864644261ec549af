package heed.studies.train;

import heed.attention.Attention;
import heed.attention.AttentionSpec;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Attention of sequences to themselves: `y = out(heads(q(x), k(x), v(x)))`, for x `[batch · len, dim]`.
///
/// What makes queries, keys and values of x is any layer: an empty [Sequential] for x itself.
public final class SelfAttention implements Layer {
    private final Layer query;
    private final Layer key;
    private final Layer value;
    private final AttentionHeads heads;
    private final Layer output;
    private final Buffer inputGradient = new Buffer();

    /// Of these parts.
    public SelfAttention(Layer query, Layer key, Layer value, AttentionHeads heads, Layer output) {
        this.query = query;
        this.key = key;
        this.value = value;
        this.heads = heads;
        this.output = output;
    }

    /// Of four matrices N(0, gain²/in) called `name.query`, `name.key`, `name.value`, `name.out`.
    ///
    /// @param batch the most sequences of a step
    public static SelfAttention gaussian(
            Products products,
            Attention attention,
            String name,
            AttentionSpec spec,
            int dim,
            int batch,
            int len,
            double gain,
            RandomGenerator random) {
        int valueDim = spec.kvHeads() * spec.valueDim();
        int outputDim = spec.queryHeads() * spec.valueDim();
        return new SelfAttention(
                Linear.gaussian(products, name + ".query", dim, spec.queryHeads() * spec.headDim(), gain, random),
                Linear.gaussian(products, name + ".key", dim, spec.kvHeads() * spec.headDim(), gain, random),
                Linear.gaussian(products, name + ".value", dim, valueDim, gain, random),
                new AttentionHeads(attention, spec, batch, len, len),
                Linear.gaussian(products, name + ".out", outputDim, dim, gain, random));
    }

    @Override
    public Matrix forward(Matrix x) {
        return output.forward(heads.forward(query.forward(x), key.forward(x), value.forward(x)));
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        AttentionHeads.Gradients gradients = heads.backward(output.backward(cotangent));
        Matrix ofQuery = query.backward(gradients.query());
        Matrix ofKey = key.backward(gradients.key());
        Matrix ofValue = value.backward(gradients.value());
        Matrix sum = inputGradient.like(ofQuery);
        for (int n = 0; n < sum.elements().length; n++) {
            sum.elements()[n] = ofQuery.elements()[n] + ofKey.elements()[n] + ofValue.elements()[n];
        }
        return sum;
    }

    /// Those of query, key, value, the heads and the output, in this order.
    @Override
    public List<Parameter> parameters() {
        return Stream.of(
                        query.parameters(),
                        key.parameters(),
                        value.parameters(),
                        heads.parameters(),
                        output.parameters())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void close() {
        List.of(query, key, value, output).forEach(Layer::close);
        heads.close();
    }
}
