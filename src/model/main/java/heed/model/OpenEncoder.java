package heed.model;

import heed.attention.Attention;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.model.text.Tokenizer;
import heed.model.transformer.BertEncoder;
import heed.model.transformer.BertShape;
import heed.model.weights.OnnxFile;
import java.util.function.Function;

/// A BERT encoder with what it reads from: the mapped weights, the words.
///
/// @param backend name of the attention backend that it runs on
record OpenEncoder(OnnxFile weights, Tokenizer tokenizer, BertEncoder encoder, String backend)
        implements AutoCloseable {
    /// What computes.
    ///
    /// @param gemm the backend of dense layers, by the name of that of attention
    record Engine(Attention attention, Function<String, GemmBackend> gemm, PlanOptions options) {}

    /// Opens it for at most `texts` texts at a time; nothing stays open if that fails.
    static OpenEncoder of(MiniLmFiles files, Function<OnnxFile, BertShape> shapeOf, int texts, Engine engine) {
        OnnxFile weights = OnnxFile.open(files.weights());
        Tokenizer tokenizer = null;
        AttentionPlan plan = null;
        try {
            BertShape shape = shapeOf.apply(weights);
            int most = shape.maxTokens();
            tokenizer = Tokenizer.load(files.tokenizer(), most, Cache.folder());
            AttentionSizes sizes = new AttentionSizes(texts, most, most);
            plan = engine.attention.plan(shape.attention(), sizes, engine.options);
            GemmBackend gemm = engine.gemm.apply(plan.backend());
            BertEncoder encoder = BertEncoder.load(weights, shape, plan, gemm, engine.options, most);
            return new OpenEncoder(weights, tokenizer, encoder, plan.backend());
        } catch (RuntimeException | OutOfMemoryError failure) {
            if (plan != null) {
                plan.close();
            }
            if (tokenizer != null) {
                tokenizer.close();
            }
            weights.close();
            throw failure;
        }
    }

    /// Frees the plans, the tokenizer and the mapped weights; once.
    @Override
    public void close() {
        encoder.close();
        tokenizer.close();
        weights.close();
    }
}
