package heed.kernels.tile;

import static heed.kernels.tile.DecodeKernels.KEYS;
import static heed.kernels.tile.Lanes.BLOCK_KEYS;
import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kernel of decode, alone, for a group of rows and for a single one, over types, dims that are constants or
/// not, and edges.
///
/// Every element is held against the chain of multiply-adds that it is documented to be, bit by bit, so that the
/// general classes and all copies give the same; and against double. What lies around the operands is NaN, what
/// lies around the results is a sentinel, which must stay.
@ExtendWith(ForcedWidth.class)
final class DecodeKernelsTest {
    private static final float SENTINEL = 1234.5f;
    private static final double UNIT = 0x1p-24;

    /// Runs after which the compiler's last tier has taken over.
    private static final int COMPILED = 10_000;

    private static final int LEVELS = Integer.numberOfTrailingZeros(WIDTH);

    /// Elements before each operand.
    private static final int[] OFFSETS = {0, 3};

    /// Makes the kernels for dims that a check asks for.
    private interface Kernels {
        DecodeKernels of(int headDim, int valueDim);
    }

    /// A class as loaded, which reads f32 of any dims; a copy for a type and any dims; or one for a type and dims.
    record Subject(String name, int rows, StoredType type, Kernels kernels) {
        /// Kernels for keys of `dim` elements; values, which they leave alone, may have others.
        DecodeKernels ofKeys(int dim) {
            return kernels.of(dim, dim + WIDTH);
        }

        /// Kernels for values of `dim` elements.
        DecodeKernels ofValues(int dim) {
            return kernels.of(dim + WIDTH, dim);
        }

        @Override
        public String toString() {
            return "%s for %d rows of %s".formatted(name, rows, type);
        }
    }

    static Stream<Subject> subjects() {
        Specialised specialised = new Specialised();
        DecodeKernels group = new DecodeGroup();
        DecodeKernels single = new DecodeRow();
        Stream<Subject> loaded = Stream.of(
                new Subject("class", DecodeGroup.ROWS, StoredType.F32, (_, _) -> group),
                new Subject("class", 1, StoredType.F32, (_, _) -> single));
        Stream<Subject> copies = types().stream()
                .flatMap(type -> Stream.of(DecodeGroup.ROWS, 1).flatMap(rows -> copies(specialised, rows, type)));
        return Stream.concat(loaded, copies);
    }

    private static Stream<Subject> copies(Specialised specialised, int rows, StoredType type) {
        DecodeKernels anyDims = specialised.decode(new DecodeConstants(rows, type, 0, 0));
        return Stream.of(
                new Subject("copy for any dims", rows, type, (_, _) -> anyDims),
                new Subject(
                        "copy for these dims",
                        rows,
                        type,
                        (headDim, valueDim) -> specialised.decode(new DecodeConstants(rows, type, headDim, valueDim))));
    }

    static List<StoredType> types() {
        return StoredTest.types();
    }

    private static int[] dims() {
        return IntStream.of(1, 2, 3, 5, 8, 256 / WIDTH)
                .map(vectors -> vectors * WIDTH)
                .toArray();
    }

    private interface Check {
        void check(int dim, int count, int offset);
    }

    private static void everywhere(int most, Check check) {
        for (int dim : dims()) {
            for (int count = 1; count <= most; count++) {
                for (int offset : OFFSETS) {
                    check.check(dim, count, offset);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void takesItsRowsTogether(Subject subject) {
        assertEquals(subject.rows, subject.ofKeys(WIDTH).rows());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scoresKeysInRows(Subject subject) {
        everywhere(KEYS, (dim, count, offset) -> rowScores(subject, dim, count, offset, 1));
    }

    /// As many chains as lanes, over every WIDTH-th dim, then a tree: `headDim / WIDTH + log₂ WIDTH` roundings.
    private static void rowScores(Subject subject, int dim, int count, int offset, int runs) {
        Random random = new Random(dim + count);
        int rows = subject.rows;
        DecodeKernels kernels = subject.ofKeys(dim);
        StoredOperand keys = new StoredOperand(subject.type, count, dim, offset, random);
        float[] query = around(offset, rows, dim, dim, random);
        float[] scores = new float[offset + rows * BLOCK_KEYS + KEYS];
        float[] sums = around(0, 1, rows * KEYS * WIDTH, 0, random);
        String what = "%s dim=%d count=%d offset=%d, seed %d".formatted(subject, dim, count, offset, dim + count);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            kernels.rowScores(query, offset, dim, keys.chunk, offset, count, scores, offset, sums);
            for (int r = 0; r < rows; r++) {
                float[] q = Arrays.copyOfRange(query, offset + r * dim, offset + (r + 1) * dim);
                for (int j = 0; j < count; j++) {
                    float[] lanes = new float[WIDTH];
                    for (int d = 0; d < dim; d++) {
                        lanes[d % WIDTH] = Math.fma(q[d], keys.elements[j][d], lanes[d % WIDTH]);
                    }
                    float score = scores[offset + r * BLOCK_KEYS + j];
                    assertBits(LaneSumsTest.tree(lanes, 0), score, what, r, j);
                    assertNear(q, keys.elements[j], 0, dim / WIDTH + LEVELS, score, what);
                }
            }
            assertUntouched(scores, offset, rows, KEYS, BLOCK_KEYS, what);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scoresPanelsOfKeys(Subject subject) {
        for (int dim : IntStream.concat(IntStream.of(1, 2, 3, 37, 127), Arrays.stream(dims()))
                .toArray()) {
            for (int panels = 1; panels <= 3; panels++) {
                for (int offset : OFFSETS) {
                    panelScores(subject, dim, panels, offset, 1);
                }
            }
        }
    }

    /// One chain over the dims.
    private static void panelScores(Subject subject, int dim, int panels, int offset, int runs) {
        Random random = new Random(dim + panels);
        int rows = subject.rows;
        DecodeKernels kernels = subject.ofKeys(dim);
        StoredOperand keys = new StoredOperand(subject.type, panels * dim, KEYS, 0, random);
        float[] query = around(offset, rows, dim, dim, random);
        float[] scores = new float[offset + rows * BLOCK_KEYS + KEYS];
        String what = "%s dim=%d panels=%d offset=%d, seed %d".formatted(subject, dim, panels, offset, dim + panels);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            kernels.panelScores(query, offset, dim, 0, dim, keys.chunk, panels, scores, offset);
            for (int r = 0; r < rows; r++) {
                float[] q = Arrays.copyOfRange(query, offset + r * dim, offset + (r + 1) * dim);
                for (int j = 0; j < panels * KEYS; j++) {
                    float[] k = column(keys, j / KEYS * dim, dim, j % KEYS);
                    float score = scores[offset + r * BLOCK_KEYS + j];
                    assertBits(chain(q, k, 0), score, what, r, j);
                    assertNear(q, k, 0, dim, score, what);
                }
            }
            assertUntouched(scores, offset, rows, panels * KEYS, BLOCK_KEYS, what);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void addsWeightedValues(Subject subject) {
        everywhere(Math.max(32, KEYS), (dim, count, offset) -> values(subject, dim, count, offset, 1));
    }

    /// One chain over the keys, from the sum that was there.
    private static void values(Subject subject, int dim, int count, int offset, int runs) {
        Random random = new Random(dim + count);
        int rows = subject.rows;
        DecodeKernels kernels = subject.ofValues(dim);
        StoredOperand values = new StoredOperand(subject.type, count, dim, 0, random);
        float[] weights = around(offset, rows, count, BLOCK_KEYS, random);
        float[] before = new float[offset + rows * dim + KEYS];
        Arrays.fill(before, SENTINEL);
        for (int n = 0; n < rows * dim; n++) {
            before[offset + n] = (float) random.nextGaussian();
        }
        String what = "%s dim=%d count=%d offset=%d, seed %d".formatted(subject, dim, count, offset, dim + count);
        for (int run = 0; run < runs; run++) {
            float[] sums = before.clone();
            kernels.values(weights, offset, values.chunk, count, sums, offset, dim);
            for (int r = 0; r < rows; r++) {
                int from = offset + r * BLOCK_KEYS;
                float[] p = Arrays.copyOfRange(weights, from, from + count);
                for (int d = 0; d < dim; d++) {
                    int at = offset + r * dim + d;
                    float[] v = column(values, 0, count, d);
                    assertBits(chain(p, v, before[at]), sums[at], what, r, d);
                    assertNear(p, v, before[at], count, sums[at], what);
                }
            }
            assertUntouched(sums, offset, rows, dim, dim, what);
        }
    }

    /// So that a row's bits do not depend on how many others are taken with it.
    @ParameterizedTest
    @MethodSource("types")
    void aSingleRowHasTheBitsOfAGroup(StoredType type) {
        Specialised specialised = new Specialised();
        for (int dim : dims()) {
            DecodeKernels group = specialised.decode(new DecodeConstants(DecodeGroup.ROWS, type, dim, 2 * dim));
            DecodeKernels single = specialised.decode(new DecodeConstants(1, type, dim, 2 * dim));
            for (int count = 1; count <= KEYS; count++) {
                compare(group, single, type, dim, count);
            }
        }
    }

    private static void compare(DecodeKernels group, DecodeKernels single, StoredType type, int dim, int count) {
        Random random = new Random(dim + count);
        int rows = group.rows();
        String what = "%s dim=%d count=%d, seed %d".formatted(type, dim, count, dim + count);
        StoredOperand keys = new StoredOperand(type, count, dim, 0, random);
        StoredOperand panels = new StoredOperand(type, 3 * dim, KEYS, 0, random);
        StoredOperand values = new StoredOperand(type, count, 2 * dim, 0, random);
        float[] query = around(0, rows, dim, dim, random);
        float[] weights = around(0, rows, count, BLOCK_KEYS, random);
        float[] lanes = new float[rows * KEYS * WIDTH];

        float[] together = new float[rows * BLOCK_KEYS];
        float[] alone = new float[rows * BLOCK_KEYS];
        group.rowScores(query, 0, dim, keys.chunk, 0, count, together, 0, lanes);
        for (int r = 0; r < rows; r++) {
            single.rowScores(query, r * dim, dim, keys.chunk, 0, count, alone, r * BLOCK_KEYS, lanes);
            for (int j = 0; j < count; j++) {
                assertBits(together[r * BLOCK_KEYS + j], alone[r * BLOCK_KEYS + j], what + " in rows", r, j);
            }
        }
        group.panelScores(query, 0, dim, 0, dim, panels.chunk, 3, together, 0);
        for (int r = 0; r < rows; r++) {
            single.panelScores(query, r * dim, dim, 0, dim, panels.chunk, 3, alone, r * BLOCK_KEYS);
            for (int j = 0; j < 3 * KEYS; j++) {
                assertBits(together[r * BLOCK_KEYS + j], alone[r * BLOCK_KEYS + j], what + " in panels", r, j);
            }
        }
        float[] sums = new float[rows * 2 * dim];
        float[] sum = new float[rows * 2 * dim];
        group.values(weights, 0, values.chunk, count, sums, 0, 2 * dim);
        for (int r = 0; r < rows; r++) {
            single.values(weights, r * BLOCK_KEYS, values.chunk, count, sum, r * 2 * dim, 2 * dim);
            for (int d = 0; d < 2 * dim; d++) {
                assertBits(sums[r * 2 * dim + d], sum[r * 2 * dim + d], what + " of values", r, d);
            }
        }
    }

    /// Every tier of the compiler gives the same bits.
    @ParameterizedTest
    @MethodSource("subjects")
    void keepsItsBitsWhenCompiled(Subject subject) {
        rowScores(subject, WIDTH, 3, 3, COMPILED);
        panelScores(subject, 3, 3, 3, COMPILED);
        values(subject, 10 * WIDTH, 3, 3, COMPILED);
    }

    /// Rows in an array, `stride` apart, that ends with the last of them; between them NaN.
    private static float[] around(int offset, int rows, int length, int stride, Random random) {
        float[] array = new float[offset + (rows - 1) * stride + length];
        Arrays.fill(array, Float.NaN);
        for (int r = 0; r < rows; r++) {
            for (int n = 0; n < length; n++) {
                array[offset + r * stride + n] = (float) random.nextGaussian();
            }
        }
        return array;
    }

    /// Element `j` of `count` rows.
    private static float[] column(StoredOperand operand, int first, int count, int j) {
        float[] column = new float[count];
        for (int i = 0; i < count; i++) {
            column[i] = operand.elements[first + i][j];
        }
        return column;
    }

    private static float chain(float[] a, float[] b, float start) {
        float chain = start;
        for (int n = 0; n < a.length; n++) {
            chain = Math.fma(a[n], b[n], chain);
        }
        return chain;
    }

    private static void assertBits(float expected, float actual, String what, int i, int j) {
        if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
            fail("%s: element %d, %d is %a, to be %a".formatted(what, i, j, actual, expected));
        }
    }

    /// Within `γ = n · u / (1 − n · u)` of the magnitudes' sum (Higham 2002, section 3.1) after `n` roundings; the
    /// double loop itself errs by 2⁻²⁹ of that.
    private static void assertNear(float[] a, float[] b, float start, int roundings, float actual, String what) {
        double exact = start;
        double magnitude = Math.abs(start);
        for (int n = 0; n < a.length; n++) {
            exact += (double) a[n] * b[n];
            magnitude += Math.abs((double) a[n] * b[n]);
        }
        double gamma = roundings * UNIT / (1 - roundings * UNIT) * (1 + 0x1p-29);
        if (!(Math.abs(actual - exact) <= gamma * magnitude)) {
            fail("%s: %a is off by %.3g, exactly %a".formatted(what, actual, Math.abs(actual - exact), exact));
        }
    }

    private static void assertUntouched(float[] array, int at, int rows, int columns, int stride, String what) {
        for (int n = 0; n < array.length; n++) {
            int r = Math.floorDiv(n - at, stride);
            boolean isInside = r >= 0 && r < rows && n - at - r * stride < columns;
            if (!isInside && array[n] != SENTINEL) {
                fail("%s: element %d around the result was written: %s".formatted(what, n, array[n]));
            }
        }
    }
}
