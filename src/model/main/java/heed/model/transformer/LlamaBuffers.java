package heed.model.transformer;

import heed.model.weights.LlamaShape;
import java.lang.foreign.Arena;

/// What lies between the layers of a decoder: shared by all of them, since they run one after another.
///
/// @param hidden the tokens' states, `[rows, width]`
/// @param normed the same, normed
/// @param query `[rows, queryHeads · headDim]`, as is `attended`
/// @param key `[rows, kvHeads · headDim]`, as is `value`
/// @param gate between the feed-forward matrices, `[rows, innerWidth]`, as is `up`
/// @param last the last state of each sequence, `[sequences, width]`
/// @param logits `[sequences, vocabulary]`
/// @param row heap scratch for one row of any of them but the logits, as is `other`
record LlamaBuffers(
        Matrix hidden,
        Matrix normed,
        Matrix query,
        Matrix key,
        Matrix value,
        Matrix attended,
        Matrix gate,
        Matrix up,
        Matrix last,
        Matrix logits,
        float[] row,
        float[] other) {
    static LlamaBuffers allocate(Arena arena, LlamaShape shape, int rows, int sequences) {
        int widest = Math.max(Math.max(shape.width(), shape.innerWidth()), shape.queryWidth());
        return new LlamaBuffers(
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.queryWidth()),
                new Matrix(arena, rows, shape.kvWidth()),
                new Matrix(arena, rows, shape.kvWidth()),
                new Matrix(arena, rows, shape.queryWidth()),
                new Matrix(arena, rows, shape.innerWidth()),
                new Matrix(arena, rows, shape.innerWidth()),
                new Matrix(arena, sequences, shape.width()),
                new Matrix(arena, sequences, shape.vocabulary()),
                new float[widest],
                new float[widest]);
    }
}
