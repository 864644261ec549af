package heed.model.transformer;

import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.model.weights.EncoderMatrices;
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
        GemmPlan plan = gemm.plan(matrix(name, in, out), maxRows, options);
        plans.add(plan);
        return new Linear(plan, vector(name + ".bias", out));
    }

    private Tensor matrix(String name, int in, int out) {
        String node = "/" + name.replace('.', '/').replace("layer/", "layer.") + "/MatMul";
        return file.tensorReadBy(node, in, out);
    }

    /// What the names of block `layer` begin with.
    static String block(int layer) {
        return "encoder.layer." + layer + ".";
    }

    /// The matrices of block `layer`.
    EncoderMatrices matrices(int layer) {
        int width = shape.width();
        int inner = shape.innerWidth();
        String path = block(layer);
        return new EncoderMatrices(
                matrix(path + "attention.self.query", width, width).permute(1, 0),
                matrix(path + "attention.self.key", width, width).permute(1, 0),
                matrix(path + "attention.self.value", width, width).permute(1, 0),
                matrix(path + "attention.output.dense", width, width).permute(1, 0),
                matrix(path + "intermediate.dense", width, inner).permute(1, 0),
                matrix(path + "output.dense", inner, width).permute(1, 0));
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
