package heed.model;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.model.text.TokenIds;
import heed.model.transformer.BertShape;
import java.util.ArrayList;
import java.util.List;

/// Sentence embeddings by all-MiniLM-L6-v2 (Wang et al. 2020, arXiv:2002.10957; Reimers and Gurevych 2019,
/// arXiv:1908.10084): 384 numbers for a text of up to 512 tokens.
///
/// ```java
/// try (MiniLm model = MiniLm.load(Attention.load())) {
///     for (Embedding embedding : model.embed(List.of("A cat sat.", "Ein Kater saß."))) {
///         IO.println(Arrays.toString(embedding.values()));
///     }
/// }
/// ```
///
/// All attention runs on one backend, all dense layers on the [GemmBackend] of the same name. Several threads may
/// share a model; they take turns.
public final class MiniLm implements AutoCloseable {
    private static final BertShape SHAPE = BertShape.MINI_LM;

    /// Texts of one run; with more, the products gain little and the backend's workspace grows.
    private static final int MOST_TEXTS = 16;

    private final OpenEncoder open;
    private boolean closed;

    private MiniLm(OpenEncoder open) {
        this.open = open;
    }

    /// The model on the backend that `attention` chooses, from [MiniLmFiles#find].
    public static MiniLm load(Attention attention) {
        return load(attention, Gemm.load(), MiniLmFiles.find(), PlanOptions.DEFAULT);
    }

    /// The model from the given files.
    ///
    /// @param gemm where the dense layers' backend is looked up
    /// @param options threads, executor, and a backend to force
    /// @throws heed.model.weights.ModelFileException if a file is missing, unreadable or not this model's
    /// @throws heed.attention.BackendUnavailableException if the backend named cannot run, or has no matrix product
    public static MiniLm load(Attention attention, Gemm gemm, MiniLmFiles files, PlanOptions options) {
        OpenEncoder.Engine engine = new OpenEncoder.Engine(attention, gemm::backend, options);
        return new MiniLm(OpenEncoder.of(files, _ -> SHAPE, MOST_TEXTS, engine));
    }

    /// Name of the backend that computes.
    public String backend() {
        return open.backend();
    }

    /// An embedding for each text, in order. A text of no words is legal: its embedding is that of the two special
    /// tokens.
    ///
    /// @throws IllegalStateException if the model is closed
    public synchronized List<Embedding> embed(List<String> texts) {
        if (closed) {
            throw new IllegalStateException("the model is closed: load it again");
        }
        List<Embedding> embeddings = new ArrayList<>();
        List<TokenIds> batch = new ArrayList<>();
        int tokens = 0;
        for (String text : texts) {
            TokenIds next = open.tokenizer().encode(text);
            if (batch.size() == MOST_TEXTS || tokens + next.count() > SHAPE.maxTokens()) {
                embed(batch, texts, embeddings);
                batch.clear();
                tokens = 0;
            }
            batch.add(next);
            tokens += next.count();
        }
        embed(batch, texts, embeddings);
        return embeddings;
    }

    /// Runs `batch`, the tokens of the texts that come after those already embedded.
    private void embed(List<TokenIds> batch, List<String> texts, List<Embedding> embeddings) {
        if (batch.isEmpty()) {
            return;
        }
        open.encoder().run(batch.stream().map(TokenIds::ids).toList());
        int row = 0;
        for (TokenIds text : batch) {
            float[] values = pool(row, text.count());
            embeddings.add(new Embedding(texts.get(embeddings.size()), values, text.count(), text.truncated()));
            row += text.count();
        }
    }

    /// Mean over the tokens' states, scaled to length 1.
    private float[] pool(int first, int count) {
        float[] state = new float[SHAPE.width()];
        double[] sum = new double[SHAPE.width()];
        for (int row = first; row < first + count; row++) {
            open.encoder().read(row, state);
            for (int j = 0; j < sum.length; j++) {
                sum[j] += state[j];
            }
        }
        double squares = 0;
        for (double element : sum) {
            squares += element * element;
        }
        double length = Math.sqrt(squares);
        float[] values = new float[sum.length];
        for (int j = 0; j < values.length; j++) {
            values[j] = (float) (sum[j] / length);
        }
        return values;
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
