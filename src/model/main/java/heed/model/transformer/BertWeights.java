package heed.model.transformer;

import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.model.weights.OnnxFile;
import java.util.ArrayList;
import java.util.List;

/// A BERT encoder's weights, found in an ONNX file exported by PyTorch and made ready; owns the GEMM plans.
///
/// Vectors go by their PyTorch names (`encoder.layer.0.output.dense.bias`). The exporter has transposed the matrices
/// to `[in, out]` and renamed them (`onnx::MatMul_799`): each is found through the node that reads it
/// (`/encoder/layer.0/output/dense/MatMul`).
final class BertWeights implements AutoCloseable {
    private final OnnxFile file;
    private final BertShape shape;
    private final GemmBackend gemm;
    private final PlanOptions options;
    private final int maxRows;
    private final List<GemmPlan> plans = new ArrayList<>();

    /// Reads nothing yet.
    ///
    /// @param maxRows the most rows of a run
    BertWeights(OnnxFile file, BertShape shape, GemmBackend gemm, PlanOptions options, int maxRows) {
        this.file = file;
        this.shape = shape;
        this.gemm = gemm;
        this.options = options;
        this.maxRows = maxRows;
    }

    BertShape shape() {
        return shape;
    }

    /// Embedding table `name`, for example `word`: `[rows, width]`.
    Table table(String name, int rows) {
        return new Table(file.tensor("embeddings." + name + "_embeddings.weight", rows, shape.width()));
    }

    /// The norm called `name`, for example `embeddings.LayerNorm`.
    LayerNorm norm(String name) {
        return new LayerNorm(
                vector(name + ".weight", shape.width()), vector(name + ".bias", shape.width()), shape.normEpsilon());
    }

    /// The dense layer called `name`, for example `encoder.layer.0.output.dense`.
    Linear linear(String name, int in, int out) {
        String node = "/" + name.replace('.', '/').replace("layer/", "layer.") + "/MatMul";
        Tensor matrix = file.tensorReadBy(node, in, out);
        GemmPlan plan = gemm.plan(matrix, maxRows, options);
        plans.add(plan);
        return new Linear(plan, vector(name + ".bias", out));
    }

    private float[] vector(String name, int size) {
        Tensor tensor = file.tensor(name, size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) tensor.get(i);
        }
        return values;
    }

    @Override
    public void close() {
        plans.forEach(GemmPlan::close);
    }
}
