package heed.model.transformer;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.attention.SequenceLengths;
import heed.model.trace.AttentionTrace;
import heed.model.trace.TraceListener;
import heed.model.weights.EncoderMatrices;
import heed.model.weights.OnnxFile;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A BERT encoder: from token numbers to a state for each token that knows of the whole text.
///
/// Several short texts run as one: their rows lie one after another (ragged), so that a matrix product has the rows of
/// all of them, and attention keeps each among its own. All layers share one attention plan and one set of buffers.
/// For one thread at a time.
public final class BertEncoder implements AutoCloseable {
    private final AttentionPlan attention;
    private final BertWeights weights;
    private final Arena arena;
    private final Buffers buffers;
    private final Table words;
    private final Table positions;
    private final Table types;
    private final LayerNorm norm;
    private final List<BertLayer> layers = new ArrayList<>();
    private final Gelu gelu = new Gelu();
    private final int maxRows;

    private BertEncoder(AttentionPlan attention, BertWeights weights, Arena arena, int maxRows) {
        BertShape shape = weights.shape();
        this.attention = attention;
        this.weights = weights;
        this.arena = arena;
        this.maxRows = maxRows;
        buffers = Buffers.allocate(arena, shape, maxRows);
        words = weights.table("word", shape.vocabulary());
        positions = weights.table("position", shape.maxTokens());
        types = weights.table("token_type", shape.tokenTypes());
        norm = weights.norm("embeddings.LayerNorm");
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(BertLayer.load(weights, layer));
        }
    }

    /// Reads the weights and plans the products.
    ///
    /// @param file must stay open as long as the encoder
    /// @param attention planned for [BertShape#attention]; closed by [#close]
    /// @param maxRows the most tokens of a run, over all its texts
    /// @throws heed.model.weights.ModelFileException if a weight is missing or of another shape
    public static BertEncoder load(
            OnnxFile file,
            BertShape shape,
            AttentionPlan attention,
            GemmBackend gemm,
            PlanOptions options,
            int maxRows) {
        BertWeights weights = new BertWeights(file, shape, gemm, options, maxRows);
        Arena arena = Arena.ofShared();
        try {
            return new BertEncoder(attention, weights, arena, maxRows);
        } catch (RuntimeException | OutOfMemoryError failure) {
            weights.close();
            arena.close();
            throw failure;
        }
    }

    /// Encodes `texts` together; [#read] then gives the states, row after row in the order of the texts.
    ///
    /// @param texts token numbers; at most as many texts as the attention plan's batch
    /// @throws IllegalArgumentException if they are too many, too long or a number is not in the vocabulary
    public void run(List<int[]> texts) {
        run(texts, TraceListener.NONE);
    }

    /// The same, with somebody who looks on: the tensors have the rows of all texts, one after another.
    public void run(List<int[]> texts, TraceListener listener) {
        int[] starts = new int[texts.size() + 1];
        for (int t = 0; t < texts.size(); t++) {
            starts[t + 1] = Math.addExact(starts[t], texts.get(t).length);
        }
        int rows = starts[texts.size()];
        if (rows > maxRows) {
            throw new IllegalArgumentException("a run must have at most %d tokens: tokens=%d".formatted(maxRows, rows));
        }
        for (int t = 0; t < texts.size(); t++) {
            embed(texts.get(t), starts[t]);
        }
        AttentionArguments arguments = new AttentionArguments()
                .lengths(new SequenceLengths(texts.size()).queryStarts(starts).kvStarts(starts));
        int heads = attention.spec().queryHeads();
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).run(buffers, rows, attention, arguments, gelu);
            listener.attended(new AttentionTrace(
                    layer,
                    buffers.query().heads(rows, heads),
                    buffers.key().heads(rows, heads),
                    buffers.value().heads(rows, heads),
                    buffers.attended().heads(rows, heads)));
        }
    }

    /// The matrices of every block.
    public List<EncoderMatrices> matrices() {
        return IntStream.range(0, layers.size()).mapToObj(weights::matrices).toList();
    }

    /// Sum of what is learned for the token, its type (0: there is one text) and its position, normed.
    private void embed(int[] tokens, int start) {
        float[] row = buffers.row();
        for (int position = 0; position < tokens.length; position++) {
            words.read(tokens[position], row);
            types.addTo(0, row);
            positions.addTo(position, row);
            norm.apply(row);
            buffers.hidden().write(start + position, row);
        }
    }

    /// Copies the state of token `row` of the last run to `into`, `[width]`.
    public void read(int row, float[] into) {
        buffers.hidden().read(row, into);
    }

    /// Frees the plans and buffers.
    @Override
    public void close() {
        attention.close();
        weights.close();
        arena.close();
    }
}
