package heed.attention;

import heed.attention.KvCacheModel.Token;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Random keys and values to append, and what a cache is to hold of them: rotated, rounded, quantised, by the
/// definitions.
///
/// @param rotaryDim elements of a key that are rotated, 0 for none
record KvCacheTokens(KvShape shape, int rotaryDim) {
    private static final double BASE = 10000;

    /// A tensor of `[kvHeads, len, dim]` in f32.
    Tensor draw(Random random, int len, int dim) {
        float[] elements = new float[shape.kvHeads() * len * dim];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = random.nextFloat(-1, 1);
        }
        return Tensor.of(elements, shape.kvHeads(), len, dim);
    }

    /// What is held of tokens that stand from `position` on.
    List<Token> held(Tensor key, Tensor value, int position) {
        int len = key.size(1);
        double[] keys = elements(key);
        for (int n = 0; n < shape.kvHeads() * len; n++) {
            rotate(keys, n * shape.headDim(), position + n % len);
        }
        double[] heldKeys = stored(keys, shape.headDim());
        double[] heldValues = stored(elements(value), shape.valueDim());
        List<Token> tokens = new ArrayList<>();
        for (int n = 0; n < len; n++) {
            Token token = new Token(new double[shape.kvHeads()][], new double[shape.kvHeads()][]);
            for (int head = 0; head < shape.kvHeads(); head++) {
                token.keys()[head] = row(heldKeys, head * len + n, shape.headDim());
                token.values()[head] = row(heldValues, head * len + n, shape.valueDim());
            }
            tokens.add(token);
        }
        return tokens;
    }

    private static double[] row(double[] rows, int n, int dim) {
        return Arrays.copyOfRange(rows, n * dim, (n + 1) * dim);
    }

    private static double[] elements(Tensor tensor) {
        float[] elements = tensor.segment().toArray(ValueLayout.JAVA_FLOAT);
        return IntStream.range(0, elements.length).mapToDouble(n -> elements[n]).toArray();
    }

    private void rotate(double[] rows, int at, int position) {
        int half = rotaryDim / 2;
        for (int r = at; r < at + half; r++) {
            double angle = position * Math.pow(BASE, -2.0 * (r - at) / rotaryDim);
            double one = rows[r];
            double two = rows[r + half];
            rows[r] = one * Math.cos(angle) - two * Math.sin(angle);
            rows[r + half] = two * Math.cos(angle) + one * Math.sin(angle);
        }
    }

    private double[] stored(double[] rows, int dim) {
        ElementType type = shape.type();
        return switch (type) {
            case F16, BF16, F32, F64 -> rounded(rows, type);
            case INT8, INT4 -> quantised(rows, dim, type);
            case BOOL -> throw new IllegalArgumentException("no cache is of booleans");
        };
    }

    private static double[] rounded(double[] rows, ElementType type) {
        MemorySegment one = MemorySegment.ofArray(new double[1]);
        double[] rounded = new double[rows.length];
        for (int n = 0; n < rows.length; n++) {
            type.write(one, 0, rows[n]);
            rounded[n] = type.read(one, 0);
        }
        return rounded;
    }

    private static double[] quantised(double[] rows, int dim, ElementType type) {
        int count = rows.length / dim;
        byte[] stored = new byte[count * type.unitsOf(dim)];
        float[] scales = new float[count * type.scalesOf(dim)];
        Quantiser.fill(
                Tensor.of(rows, count, dim),
                Tensor.of(MemorySegment.ofArray(stored), type, count, type.unitsOf(dim)),
                type == ElementType.INT8 ? Tensor.of(scales, count) : Tensor.of(scales, count, type.scalesOf(dim)));
        double[] worth = new double[rows.length];
        for (int n = 0; n < worth.length; n++) {
            worth[n] = type == ElementType.INT8
                    ? (double) scales[n / dim] * stored[n]
                    : (double) scales[n / ElementType.INT4_GROUP] * nibble(Byte.toUnsignedInt(stored[n / 2]), n);
        }
        return worth;
    }

    private static int nibble(int pair, int d) {
        return (d % 2 == 0 ? pair % 16 : pair / 16) - 8;
    }

    /// A cache that does to keys what this expects.
    KvCache cache(Arena arena, int positions, int window) {
        return new KvCache(
                KvStorage.allocate(shape, arena),
                rotaryDim == 0
                        ? java.util.Optional.empty()
                        : java.util.Optional.of(RotaryEmbedding.of(
                                RotaryEmbedding.Pairing.HALF_SPLIT,
                                rotaryDim,
                                BASE,
                                new RotaryScaling.None(),
                                positions)),
                window == 0 ? java.util.OptionalInt.empty() : java.util.OptionalInt.of(window));
    }
}
