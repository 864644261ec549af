package heed.model;

import heed.attention.Attention;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.Gemm;
import heed.attention.PlanOptions;
import heed.model.text.TextTokenizer;
import heed.model.trace.TraceListener;
import heed.model.transformer.LlamaDecoder;
import heed.model.transformer.LlamaModel;
import heed.model.weights.LlamaFile;
import heed.model.weights.LlamaShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Text from a Llama-family model.
///
/// ```java
/// try (Llama model = Llama.load(LlamaFiles.of(Path.of("stories260K.bin")), Attention.load())) {
///     model.generate(GenerationRequest.greedy("Once upon a time"), (_, text) -> IO.print(text));
/// }
/// ```
///
/// All attention runs on one backend, all dense layers on the [heed.attention.GemmBackend] of the same name.
/// Where that backend can, the spec is [Determinism#BITWISE]: a text is then the same alone and among others.
/// Several threads may share a model; they take turns.
public final class Llama implements AutoCloseable {
    /// Rows of a step: the chunks of a prompt, and the most texts that are decoded together.
    static final int MAX_ROWS = 64;

    private final LlamaFile file;
    private final TextTokenizer tokenizer;
    private final Attention attention;
    private final AttentionSpec spec;
    private final PlanOptions options;
    private final LlamaModel model;
    private boolean closed;

    private Llama(
            LlamaFile file,
            TextTokenizer tokenizer,
            Attention attention,
            AttentionSpec spec,
            PlanOptions options,
            LlamaModel model) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.attention = attention;
        this.spec = spec;
        this.options = options;
        this.model = model;
    }

    /// The model on the backend that `attention` chooses.
    public static Llama load(LlamaFiles files, Attention attention) {
        return load(files, attention, Gemm.load(), PlanOptions.DEFAULT);
    }

    /// The model on the backend that `attention` chooses for `options`.
    ///
    /// @param gemm where the dense layers' backend is looked up
    /// @throws heed.model.weights.ModelFileException if a file is missing, unreadable, truncated or of another
    ///     model
    /// @throws heed.attention.BackendUnavailableException if the backend named cannot run, or has no matrix
    ///     product
    public static Llama load(LlamaFiles files, Attention attention, Gemm gemm, PlanOptions options) {
        LlamaFile file = LlamaFile.open(files.model());
        TextTokenizer tokenizer = null;
        try {
            tokenizer = files.openTokenizer(file);
            LlamaSpec chosen = LlamaSpec.choose(attention, file.weights().shape(), options);
            PlanOptions named = options.withBackend(chosen.backend());
            LlamaModel model = new LlamaModel(file.weights(), gemm.backend(chosen.backend()), options, MAX_ROWS);
            return new Llama(file, tokenizer, attention, chosen.spec(), named, model);
        } catch (RuntimeException | OutOfMemoryError failure) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            file.close();
            throw failure;
        }
    }

    /// Name of the backend that computes.
    public String backend() {
        return options.backend().orElseThrow();
    }

    /// The model's sizes.
    public LlamaShape shape() {
        return model.shape();
    }

    /// What the backend promises of the bits: with [Determinism#BITWISE] a text is the same alone and among
    /// others.
    public Determinism determinism() {
        return spec.determinism();
    }

    /// Takes a text as it grows.
    public interface Listener {
        /// More of a text.
        ///
        /// @param continuation which of the texts, from 0
        /// @param text what it goes on with, whole characters; at first the prompt
        void more(int continuation, String text);
    }

    /// Writes texts until a token ends them or there is no room, and returns them whole, the prompt included.
    ///
    /// @throws IllegalArgumentException if prompt and tokens do not fit the model's context
    /// @throws IllegalStateException if the model is closed
    public synchronized List<String> generate(GenerationRequest request, Listener listener) {
        if (closed) {
            throw new IllegalStateException("the model is closed: load it again");
        }
        int[] prompt = tokenizer.encode(request.prompt());
        int tokens = Room.of(request, prompt.length, shape().contextLen());
        AttentionSizes sizes = new AttentionSizes(request.continuations(), MAX_ROWS, prompt.length + tokens);
        AttentionPlan plan = attention.plan(spec, sizes, options);
        LlamaDecoder decoder = null;
        try {
            // the prompt's own sequence and its forks
            decoder = new LlamaDecoder(model, plan, request.continuations() + 1);
            return new Generation(decoder, tokenizer, request, prompt, tokens, listener).run(shape().vocabulary());
        } finally {
            if (decoder != null) {
                decoder.close();
            }
            plan.close();
        }
    }

    /// Reads `prompt` and shows `listener` what every layer's attention reads of it.
    ///
    /// @return the text of each token; empty for the one that begins every text
    /// @throws IllegalArgumentException if it is more than 64 tokens, which are read in one step
    /// @throws IllegalStateException if the model is closed
    public synchronized List<String> trace(String prompt, TraceListener listener) {
        if (closed) {
            throw new IllegalStateException("the model is closed: load it again");
        }
        int[] tokens = tokenizer.encode(prompt);
        if (tokens.length > MAX_ROWS) {
            throw new IllegalArgumentException(
                    "a prompt to be traced must have at most %d tokens: tokens=%d".formatted(MAX_ROWS, tokens.length));
        }
        AttentionPlan plan = attention.plan(spec, new AttentionSizes(1, MAX_ROWS, MAX_ROWS), options);
        try (LlamaDecoder decoder = new LlamaDecoder(model, plan, 1)) {
            decoder.step(new int[] {decoder.newSequence()}, List.of(tokens), listener);
        }
        return IntStream.range(0, tokens.length)
                .mapToObj(n -> tokenizer
                        .decode(Arrays.copyOf(tokens, n + 1))
                        .substring(
                                n == 0
                                        ? 0
                                        : tokenizer
                                                .decode(Arrays.copyOf(tokens, n))
                                                .length()))
                .toList();
    }

    /// Frees the plans, the tokenizer and the mapped weights.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            model.close();
            tokenizer.close();
            file.close();
        }
    }
}
