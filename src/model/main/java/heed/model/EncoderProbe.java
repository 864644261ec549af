package heed.model;

import heed.attention.Attention;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.model.trace.TraceListener;
import heed.model.transformer.BertShape;
import heed.model.weights.EncoderMatrices;
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
    private final OpenEncoder open;
    private boolean closed;

    private EncoderProbe(OpenEncoder open) {
        this.open = open;
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
        OpenEncoder.Engine engine = new OpenEncoder.Engine(attention, _ -> gemm, PlanOptions.DEFAULT);
        MiniLmFiles files = new MiniLmFiles(weights, tokenizer);
        return new EncoderProbe(OpenEncoder.of(files, file -> BertShape.of(file, heads), 1, engine));
    }

    /// The matrices of every block; they live until [#close].
    public synchronized List<EncoderMatrices> matrices() {
        checkOpen();
        return open.encoder().matrices();
    }

    /// Runs `text` through the encoder and shows `listener` what every layer's attention reads.
    ///
    /// @return its tokens as the vocabulary writes them, the special ones included
    /// @throws IllegalStateException if it is closed
    public synchronized List<String> trace(String text, TraceListener listener) {
        checkOpen();
        open.encoder().run(List.of(open.tokenizer().encode(text).ids()), listener);
        return open.tokenizer().pieces(text);
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
            open.close();
        }
    }
}
