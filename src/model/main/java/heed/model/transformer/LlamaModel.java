package heed.model.transformer;

import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.model.weights.LlamaShape;
import heed.model.weights.LlamaWeights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A Llama decoder's weights made ready: matrices as plans of the products, in f32 whatever the file has,
/// since the products take nothing narrower. Any number of [LlamaDecoder]s share it.
public final class LlamaModel implements AutoCloseable {
    private final GemmBackend gemm;
    private final PlanOptions options;
    private final int maxRows;
    private final LlamaShape shape;
    private final Arena arena = Arena.ofShared();
    private final List<GemmPlan> plans = new ArrayList<>();
    private final List<LlamaLayer> layers = new ArrayList<>();
    private final Table embedding;
    private final RmsNorm norm;
    private final Linear classifier;

    /// Plans the products.
    ///
    /// @param weights read where they lie if they are f32: the file must stay open as long as the model
    /// @param maxRows the most rows of a step, over all its sequences
    public LlamaModel(LlamaWeights weights, GemmBackend gemm, PlanOptions options, int maxRows) {
        this.gemm = gemm;
        this.options = options;
        this.maxRows = maxRows;
        shape = weights.shape();
        try {
            Tensor words = widened(weights.embedding());
            embedding = new Table(words);
            for (LlamaWeights.Layer layer : weights.layers()) {
                layers.add(layer(layer));
            }
            norm = norm(weights.norm());
            classifier = weights.classifier() == weights.embedding() ? linear(words) : linear(weights.classifier());
        } catch (RuntimeException | OutOfMemoryError failure) {
            close();
            throw failure;
        }
    }

    private LlamaLayer layer(LlamaWeights.Layer layer) {
        return new LlamaLayer(
                norm(layer.attentionNorm()),
                linear(layer.query()),
                linear(layer.key()),
                linear(layer.value()),
                linear(layer.projection()),
                norm(layer.innerNorm()),
                linear(layer.gate()),
                linear(layer.up()),
                linear(layer.down()));
    }

    /// The layer of a matrix `[out, in]`.
    private Linear linear(Tensor matrix) {
        GemmPlan plan = gemm.plan(widened(matrix).permute(1, 0), maxRows, options);
        plans.add(plan);
        return Linear.of(plan);
    }

    private RmsNorm norm(Tensor weight) {
        float[] factors = new float[weight.size(0)];
        for (int j = 0; j < factors.length; j++) {
            factors[j] = (float) weight.get(j);
        }
        return new RmsNorm(factors, shape.normEpsilon());
    }

    /// `matrix` in f32, a copy unless it is.
    private Tensor widened(Tensor matrix) {
        return switch (matrix.type()) {
            case F32 -> matrix;
            case F16, BF16, F64, BOOL, INT8, INT4 -> {
                Matrix copy = new Matrix(arena, matrix.size(0), matrix.size(1));
                float[] row = new float[matrix.size(1)];
                for (int i = 0; i < matrix.size(0); i++) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] = (float) matrix.get(i, j);
                    }
                    copy.write(i, row);
                }
                yield copy.rows(matrix.size(0));
            }
        };
    }

    /// The sizes.
    public LlamaShape shape() {
        return shape;
    }

    /// The most rows of a step.
    public int maxRows() {
        return maxRows;
    }

    List<LlamaLayer> layers() {
        return layers;
    }

    Table embedding() {
        return embedding;
    }

    /// Sets the first `rows` logits to those of the states in `last`, which are normed in place.
    void classify(LlamaBuffers x, int rows) {
        norm.apply(x.last(), x.last(), rows, x.row());
        classifier.apply(x.last(), x.logits(), rows);
    }

    /// Frees the plans and copies.
    @Override
    public void close() {
        plans.forEach(GemmPlan::close);
        plans.clear();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
