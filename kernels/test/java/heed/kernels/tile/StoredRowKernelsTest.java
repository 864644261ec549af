package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.StoredKernels.KEYS;
import static heed.kernels.tile.StoredKernels.ROWS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernels for one query row against those for four, of which [StoredKernelsTest] speaks: the same bits.
@ExtendWith(ForcedWidth.class)
final class StoredRowKernelsTest {
    private static final int[] DIMS = {WIDTH, 2 * WIDTH, 3 * WIDTH, 4 * WIDTH, 5 * WIDTH, 8 * WIDTH, 9 * WIDTH};

    static Stream<StoredType> types() {
        return StoredTest.types().stream();
    }

    /// The general class, which reads f32, and a copy for each type.
    private static StoredRowKernels row(StoredType type, int dim, boolean general) {
        return general ? new StoredRowLoops() : new Specialised().storedRow(new StoredConstants(type, dim, dim));
    }

    private static StoredKernels four(StoredType type, int dim) {
        return new Specialised().stored(new StoredConstants(type, dim, dim));
    }

    @ParameterizedTest
    @MethodSource("types")
    void scoresKeysInRows(StoredType type) {
        for (int dim : DIMS) {
            for (int count = 1; count <= KEYS; count++) {
                Random random = new Random(dim + count);
                StoredChunk keys = chunk(type, KEYS * dim, random);
                float[] query = noise(ROWS * dim, random);
                float[] four = new float[ROWS * KEYS];
                float[] one = new float[KEYS];
                four(type, dim).rowScores(query, 0, dim, keys, 0, count, four, 0, KEYS, new float[ROWS * KEYS * WIDTH]);
                row(type, dim, type == StoredType.F32 && count % 2 == 0)
                        .rowScores(query, dim, keys, 0, count, one, 0, new float[KEYS * WIDTH]);
                String what = "%s dim=%d count=%d, seed %d".formatted(type, dim, count, dim + count);
                assertArrayEquals(Arrays.copyOf(four, count), Arrays.copyOf(one, count), what);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void scoresPanelsOfKeys(StoredType type) {
        for (int dim : new int[] {1, 3, 17, 64, 128}) {
            Random random = new Random(dim);
            StoredChunk keys = chunk(type, KEYS * dim, random);
            float[] query = noise(ROWS * dim, random);
            float[] four = new float[ROWS * KEYS];
            float[] one = new float[KEYS + 3];
            four(type, dim).panelScores(query, 0, dim, keys, 0, four, 0, KEYS);
            row(type, dim, type == StoredType.F32).panelScores(query, dim, keys, one, 3);
            assertArrayEquals(Arrays.copyOf(four, KEYS), Arrays.copyOfRange(one, 3, 3 + KEYS), type + " " + dim);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void addsWeightedValues(StoredType type) {
        for (int dim : DIMS) {
            for (int count : new int[] {1, 2, 3, 7, 32}) {
                Random random = new Random(dim + count);
                StoredChunk values = chunk(type, 32 * dim, random);
                float[] weights = noise(ROWS * 40, random);
                float[] four = noise(ROWS * dim, random);
                float[] one = Arrays.copyOf(four, dim);
                four(type, dim).values(weights, 2, 40, values, count, four, 0, dim);
                row(type, dim, type == StoredType.F32 && count % 2 == 0).values(weights, 2, values, count, one, dim);
                String what = "%s dim=%d count=%d, seed %d".formatted(type, dim, count, dim + count);
                assertArrayEquals(Arrays.copyOf(four, dim), one, what);
            }
        }
    }

    private static float[] noise(int length, Random random) {
        float[] array = new float[length];
        for (int n = 0; n < length; n++) {
            array[n] = (float) random.nextGaussian();
        }
        return array;
    }

    /// Elements of any bits that are finite.
    private static StoredChunk chunk(StoredType type, int length, Random random) {
        StoredChunk chunk = StoredChunk.of(type, length);
        for (int n = 0; n < length; n++) {
            float element = (float) random.nextGaussian();
            switch (type) {
                case F32 -> chunk.floats()[n] = element;
                case F16 -> chunk.shorts()[n] = Float.floatToFloat16(element);
                case BF16 -> chunk.shorts()[n] = (short) (Float.floatToRawIntBits(element) >>> Short.SIZE);
                case INT8 -> chunk.bytes()[n] = (byte) random.nextInt();
            }
        }
        return chunk;
    }
}
