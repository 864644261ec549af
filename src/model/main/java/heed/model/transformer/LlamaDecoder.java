package heed.model.transformer;

import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.Mask;
import heed.attention.RotaryEmbedding;
import heed.attention.Tensor;
import heed.model.trace.AttentionTrace;
import heed.model.trace.TraceListener;
import heed.model.weights.LlamaShape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Sequences on their way through a [LlamaModel]: what has been read of each lies in pages, one cache for each
/// layer, and sequences that begin alike share the pages of their beginning ([#fork]).
///
/// With [Determinism#BITWISE] the logits of a sequence have the same bits whatever else runs beside it and
/// however its tokens were cut into steps, on backends whose products keep the rows apart, as `reference` and
/// `vector` do: then norms, products, rotations and attention all see a row as if it were alone. For one
/// thread at a time.
public final class LlamaDecoder implements AutoCloseable {
    /// Keys of a page: a multiple of every width of panels.
    public static final int PAGE_LEN = 64;

    private final LlamaModel model;
    private final AttentionPlan attention;
    private final RotaryEmbedding rotary;
    private final Arena arena = Arena.ofShared();
    private final LlamaBuffers buffers;
    private final List<KvCache> caches = new ArrayList<>();

    /// Allocates the caches.
    ///
    /// @param model must stay open as long as the decoder
    /// @param attention of [#spec]; its sizes are those of the decoder: sequences of a step, rows of a
    ///     sequence in one, tokens of a sequence. Closed by [#close], not when the constructor fails
    /// @param sequences that are there at once
    public LlamaDecoder(LlamaModel model, AttentionPlan attention, int sequences) {
        this.model = model;
        this.attention = attention;
        try {
            LlamaShape shape = model.shape();
            int length = attention.sizes().kvLen();
            rotary = shape.rotary().tables(length);
            buffers = LlamaBuffers.allocate(
                    arena, shape, model.maxRows(), attention.sizes().batch());
            int pages = Math.multiplyExact(sequences, Math.ceilDiv(length, PAGE_LEN));
            for (int layer = 0; layer < shape.layers(); layer++) {
                KvStorage storage = KvStorage.allocate(KvShape.of(attention.spec(), PAGE_LEN, pages), arena);
                caches.add(new KvCache(storage, Optional.of(rotary), OptionalInt.empty()));
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            arena.close();
            throw failure;
        }
    }

    /// The attention of every layer: causal, grouped heads, keys and values in pages.
    public static AttentionSpec spec(LlamaShape shape, Determinism determinism) {
        return AttentionSpec.builder(shape.queryHeads(), shape.headDim())
                .kvHeads(shape.kvHeads())
                .mask(Mask.causal())
                .pageLen(PAGE_LEN)
                .determinism(determinism)
                .build();
    }

    /// Starts an empty sequence and returns its number.
    public int newSequence() {
        int number = 0;
        for (KvCache cache : caches) { // all are asked alike, so all answer alike
            number = cache.newSequence();
        }
        return number;
    }

    /// Starts a sequence that begins with all of `sequence`, sharing its pages.
    public int fork(int sequence) {
        int number = 0;
        for (KvCache cache : caches) {
            number = cache.fork(sequence);
        }
        return number;
    }

    /// Ends a sequence.
    public void free(int sequence) {
        caches.forEach(cache -> cache.free(sequence));
    }

    /// Tokens of `sequence` so far.
    public int len(int sequence) {
        return caches.getFirst().len(sequence);
    }

    /// Reads on: `tokens[b]` at the end of sequence `sequences[b]`. [#readLogits] then tells what may follow
    /// each.
    ///
    /// @throws IllegalArgumentException if there are more sequences, tokens or rows than the decoder is made
    ///     for, a sequence is there twice, or a token is not in the vocabulary
    public void step(int[] sequences, List<int[]> tokens) {
        step(sequences, tokens, TraceListener.NONE);
    }

    /// The same, with somebody who looks on. The keys shown are those of the step alone.
    public void step(int[] sequences, List<int[]> tokens, TraceListener listener) {
        int[] starts = new int[sequences.length + 1];
        for (int b = 0; b < sequences.length; b++) {
            starts[b + 1] = Math.addExact(starts[b], tokens.get(b).length);
        }
        int rows = starts[sequences.length];
        check(sequences, starts);
        int[] positions = new int[rows];
        for (int b = 0; b < sequences.length; b++) {
            int first = len(sequences[b]);
            for (int i = 0; i < tokens.get(b).length; i++) {
                positions[starts[b] + i] = first + i;
                model.embedding().read(tokens.get(b)[i], buffers.row());
                buffers.hidden().write(starts[b] + i, buffers.row());
            }
        }
        LlamaStep step = new LlamaStep(sequences, starts, positions, attention, rotary);
        for (int layer = 0; layer < caches.size(); layer++) {
            model.layers().get(layer).run(buffers, step, caches.get(layer));
            if (listener != TraceListener.NONE) {
                listener.attended(trace(layer, positions));
            }
        }
        for (int b = 0; b < sequences.length; b++) {
            buffers.hidden().read(starts[b + 1] - 1, buffers.row());
            buffers.last().write(b, buffers.row());
        }
        model.classify(buffers, sequences.length);
    }

    /// Keys are rotated on their way into the cache, so those in the buffer are rotated now.
    private AttentionTrace trace(int layer, int[] positions) {
        int rows = positions.length;
        int queryHeads = attention.spec().queryHeads();
        int kvHeads = attention.spec().kvHeads();
        Tensor key = buffers.key().heads(rows, kvHeads);
        rotary.rotateAt(key, positions, key);
        return new AttentionTrace(
                layer,
                buffers.query().heads(rows, queryHeads),
                key,
                buffers.value().heads(rows, kvHeads),
                buffers.attended().heads(rows, queryHeads));
    }

    private void check(int[] sequences, int[] starts) {
        require("sequences of a step", attention.sizes().batch(), sequences.length);
        require("tokens of a step", model.maxRows(), starts[sequences.length]);
        for (int b = 0; b < sequences.length; b++) {
            int count = starts[b + 1] - starts[b];
            if (count == 0) {
                throw new IllegalArgumentException(
                        "a sequence needs a token in each of its steps: sequence=" + sequences[b]);
            }
            for (int other = 0; other < b; other++) {
                if (sequences[other] == sequences[b]) {
                    throw new IllegalArgumentException(
                            "a sequence can be in a step once, with all of its tokens: sequence=%d, indices %d and %d"
                                    .formatted(sequences[b], other, b));
                }
            }
            require("tokens of a sequence in a step", attention.sizes().queryLen(), count);
            require("tokens of a sequence", attention.sizes().kvLen(), len(sequences[b]) + count);
        }
    }

    private static void require(String what, int most, int got) {
        if (got > most) {
            throw new IllegalArgumentException("%s must be at most %d: got %d".formatted(what, most, got));
        }
    }

    /// Copies the logits of sequence `b` of the last step to `into`, `[vocabulary]`.
    public void readLogits(int b, float[] into) {
        buffers.logits().read(b, into);
    }

    /// Frees the plan, the caches and the buffers.
    @Override
    public void close() {
        attention.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
