package heed.kernels.tile;

import java.util.Random;

/// Random rows of one stored type, what lies before them NaN where the type has it.
///
/// The chunk ends with the last row, so that a read past it is refused.
final class StoredOperand {
    final StoredChunk chunk;

    /// The elements as numbers, `[rows][dim]`.
    final float[][] elements;

    /// @param at elements before the first row
    StoredOperand(StoredType type, int rows, int dim, int at, Random random) {
        chunk = StoredChunk.of(type, at + rows * dim);
        for (int n = 0; n < at; n++) {
            setBits(type, chunk, n, -1);
        }
        elements = new float[rows][dim];
        for (int i = 0; i < rows; i++) {
            for (int d = 0; d < dim; d++) {
                int bits = encode(type, (float) random.nextGaussian());
                setBits(type, chunk, at + i * dim + d, bits);
                elements[i][d] = decode(type, bits);
            }
        }
    }

    static void setBits(StoredType type, StoredChunk chunk, int index, int bits) {
        switch (type) {
            case F32 -> chunk.floats()[index] = Float.intBitsToFloat(bits);
            case BF16 -> chunk.shorts()[index] = (short) bits;
            case INT8 -> chunk.bytes()[index] = (byte) bits;
        }
    }

    private static int encode(StoredType type, float x) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(x);
            case BF16 -> Float.floatToRawIntBits(x) >>> 16;
            case INT8 -> Math.round(Math.clamp(40 * x, -128f, 127f));
        };
    }

    /// What the low bits of `bits` stand for.
    static float decode(StoredType type, int bits) {
        return switch (type) {
            case F32 -> Float.intBitsToFloat(bits);
            case BF16 -> Float.intBitsToFloat(bits << 16);
            case INT8 -> (byte) bits;
        };
    }
}
