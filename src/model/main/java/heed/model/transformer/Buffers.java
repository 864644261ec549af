package heed.model.transformer;

import java.lang.foreign.Arena;

/// What lies between the layers of an encoder: shared by all of them, since they run one after another.
///
/// @param hidden the tokens' states, `[rows, width]`
/// @param query `[rows, width]`, as are `key`, `value` and `attended`
/// @param inner between the feed-forward matrices, `[rows, innerWidth]`
/// @param row heap scratch for one row of any of them
record Buffers(Matrix hidden, Matrix query, Matrix key, Matrix value, Matrix attended, Matrix inner, float[] row) {
    static Buffers allocate(Arena arena, BertShape shape, int rows) {
        return new Buffers(
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.width()),
                new Matrix(arena, rows, shape.innerWidth()),
                new float[Math.max(shape.width(), shape.innerWidth())]);
    }
}
