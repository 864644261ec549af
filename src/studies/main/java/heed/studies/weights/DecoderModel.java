package heed.studies.weights;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.model.Llama;
import heed.model.LlamaFiles;
import heed.model.trace.TraceListener;
import heed.model.weights.LlamaFile;
import heed.model.weights.LlamaWeights;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A decoder of the Llama family.
record DecoderModel(String name, Llama llama, LlamaFile file) implements RealModel {
    /// Opens `path` twice: to run it, and to read its matrices.
    static DecoderModel open(String name, Path path, Attention attention, GemmBackend gemm) {
        PlanOptions options = PlanOptions.DEFAULT.withBackend(gemm.name());
        Llama llama = Llama.load(LlamaFiles.of(path), attention, Gemm.of(List.of(gemm)), options);
        try {
            return new DecoderModel(name, llama, LlamaFile.open(path));
        } catch (RuntimeException failure) {
            llama.close();
            throw failure;
        }
    }

    @Override
    public boolean causal() {
        return true;
    }

    @Override
    public List<String> trace(String text, TraceListener listener) {
        return llama.trace(text, listener);
    }

    @Override
    public List<Map<Role, Tensor>> matrices() {
        return file.weights().layers().stream().map(DecoderModel::roles).toList();
    }

    private static Map<Role, Tensor> roles(LlamaWeights.Layer block) {
        Map<Role, Tensor> roles = new EnumMap<>(Role.class);
        roles.put(Role.QUERY, block.query());
        roles.put(Role.KEY, block.key());
        roles.put(Role.VALUE, block.value());
        roles.put(Role.PROJECTION, block.projection());
        roles.put(Role.GATE, block.gate());
        roles.put(Role.UP, block.up());
        roles.put(Role.DOWN, block.down());
        return roles;
    }

    @Override
    public void close() {
        llama.close();
        file.close();
    }
}
