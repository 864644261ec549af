package heed.model;

import heed.attention.Attention;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.model.text.Tokenizer;
import heed.model.trace.TraceListener;
import heed.model.transformer.BertEncoder;
import heed.model.transformer.BertShape;
import heed.model.weights.EncoderMatrices;
import heed.model.weights.OnnxFile;
import java.nio.file.Path;
import java.util.List;

/// A look inside a BERT encoder that PyTorch exported to ONNX, MiniLM or another: its matrices by their roles, and what
/// every layer's attention reads of a text.
///
/// ```java
/// try (EncoderProbe probe = EncoderProbe.miniLm(Attention.load(), Gemm.load().backend("vector"))) {
///     List<String> tokens = probe.trace("A cat sat.", layer -> IO.println(layer.query()));
/// }
/// ```
///
/// Several threads may share it; they take turns.
public final class EncoderProbe implements AutoCloseable {
    private final OnnxFile weights;
    private final Tokenizer tokenizer;
    private final BertEncoder encoder;
    private boolean closed;

    private EncoderProbe(OnnxFile weights, Tokenizer tokenizer, BertEncoder encoder) {
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
    }

    /// That of MiniLM, from [MiniLmFiles#find].
    public static EncoderProbe miniLm(Attention attention, GemmBackend gemm) {
        MiniLmFiles files = MiniLmFiles.find();
        return open(files.weights(), files.tokenizer(), BertShape.MINI_LM.heads(), attention, gemm);
    }

    /// Opens an encoder.
    ///
    /// @param weights the ONNX file
    /// @param tokenizer the `tokenizer.json`
    /// @param heads of its attention, which no weight tells
    /// @throws heed.model.weights.ModelFileException if a file is missing, unreadable or no such encoder
    public static EncoderProbe open(Path weights, Path tokenizer, int heads, Attention attention, GemmBackend gemm) {
        OnnxFile file = OnnxFile.open(weights);
        Tokenizer words = null;
        AttentionPlan plan = null;
        try {
            BertShape shape = BertShape.of(file, heads);
            int most = shape.maxTokens();
            words = Tokenizer.load(tokenizer, most, Cache.folder());
            plan = attention.plan(shape.attention(), new AttentionSizes(1, most, most));
            BertEncoder encoder = BertEncoder.load(file, shape, plan, gemm, PlanOptions.DEFAULT, most);
            return new EncoderProbe(file, words, encoder);
        } catch (RuntimeException | OutOfMemoryError failure) {
            if (plan != null) {
                plan.close();
            }
            if (words != null) {
                words.close();
            }
            file.close();
            throw failure;
        }
    }

    /// The matrices of every block; they live until [#close].
    public synchronized List<EncoderMatrices> matrices() {
        checkOpen();
        return encoder.matrices();
    }

    /// Runs `text` through the encoder and shows `listener` what every layer's attention reads.
    ///
    /// @return its tokens as the vocabulary writes them, the special ones included
    /// @throws IllegalStateException if it is closed
    public synchronized List<String> trace(String text, TraceListener listener) {
        checkOpen();
        encoder.run(List.of(tokenizer.encode(text).ids()), listener);
        return tokenizer.pieces(text);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the encoder is closed: open it again");
        }
    }

    /// Frees the plans, the tokenizer and the mapped weights.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            encoder.close();
            tokenizer.close();
            weights.close();
        }
    }
}
