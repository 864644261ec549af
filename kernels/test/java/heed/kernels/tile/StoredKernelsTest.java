package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.StoredKernels.KEYS;
import static heed.kernels.tile.StoredKernels.ROWS;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kernel that reads stored keys and values, alone, over types, dims that are constants or not, and edges.
///
/// Every element is held against the chain of multiply-adds that it is documented to be, bit by bit, so that the
/// general class and all copies give the same; and against double. What lies around the operands is NaN, what lies
/// around the results is a sentinel, which must stay.
@ExtendWith(ForcedWidth.class)
final class StoredKernelsTest {
    private static final float SENTINEL = 1234.5f;
    private static final double UNIT = 0x1p-24;

    /// Runs after which the compiler's last tier has taken over.
    private static final int COMPILED = 10_000;

    private static final int LEVELS = Integer.numberOfTrailingZeros(WIDTH);

    /// Elements before each operand, and between one row of scores or weights and the next.
    private record Layout(int offset, int gap) {}

    private static final Layout[] LAYOUTS = {new Layout(0, 0), new Layout(3, 0), new Layout(5, 7)};

    /// Makes the kernels for dims that a check asks for.
    private interface Kernels {
        StoredKernels of(int headDim, int valueDim);
    }

    /// The class as loaded, which reads f32 of any dims; a copy for a type and any dims; or one for a type and dims.
    record Subject(String name, StoredType type, Kernels kernels) {
        /// Kernels for keys of `dim` elements; values, which they leave alone, may have others.
        StoredKernels ofKeys(int dim) {
            return kernels.of(dim, dim + WIDTH);
        }

        /// Kernels for values of `dim` elements.
        StoredKernels ofValues(int dim) {
            return kernels.of(dim + WIDTH, dim);
        }

        @Override
        public String toString() {
            return name + " of " + type;
        }
    }

    static Stream<Subject> subjects() {
        Specialised specialised = new Specialised();
        StoredKernels loaded = new StoredLoops();
        Stream<Subject> copies = StoredTest.types().stream().flatMap(type -> {
            StoredKernels anyDims = specialised.stored(new StoredConstants(type, 0, 0));
            return Stream.of(
                    new Subject("copy for any dims", type, (_, _) -> anyDims),
                    new Subject(
                            "copy for these dims",
                            type,
                            (headDim, valueDim) -> specialised.stored(new StoredConstants(type, headDim, valueDim))));
        });
        return Stream.concat(Stream.of(new Subject("class", StoredType.F32, (_, _) -> loaded)), copies);
    }

    private static int[] dims() {
        return IntStream.of(1, 2, 3, 5, 8, 256 / WIDTH)
                .map(vectors -> vectors * WIDTH)
                .toArray();
    }

    private interface Check {
        void check(int dim, int count, Layout layout);
    }

    private static void everywhere(int most, Check check) {
        for (int dim : dims()) {
            for (int count = 1; count <= most; count++) {
                for (Layout layout : LAYOUTS) {
                    check.check(dim, count, layout);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scoresKeysInRows(Subject subject) {
        everywhere(KEYS, (dim, count, layout) -> rowScores(subject, dim, count, layout, 1));
    }

    /// As many chains as lanes, over every WIDTH-th dim, then a tree: `headDim / WIDTH + log₂ WIDTH` roundings.
    private static void rowScores(Subject subject, int dim, int count, Layout layout, int runs) {
        Random random = new Random(dim + count);
        StoredKernels kernels = subject.ofKeys(dim);
        StoredOperand keys = new StoredOperand(subject.type, count, dim, layout.offset, random);
        float[] query = around(layout.offset, ROWS, dim, 0, random);
        float[] scores = new float[layout.offset + ROWS * (KEYS + layout.gap) + KEYS];
        float[] sums = around(0, 0, ROWS * KEYS * WIDTH, 0, random);
        String what = "%s dim=%d count=%d %s, seed %d".formatted(subject, dim, count, layout, dim + count);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            kernels.rowScores(
                    query,
                    layout.offset,
                    dim,
                    keys.chunk,
                    layout.offset,
                    count,
                    scores,
                    layout.offset,
                    KEYS + layout.gap,
                    sums);
            for (int r = 0; r < ROWS; r++) {
                for (int j = 0; j < count; j++) {
                    float[] q = Arrays.copyOfRange(query, layout.offset + r * dim, layout.offset + (r + 1) * dim);
                    float[] lanes = new float[WIDTH];
                    for (int d = 0; d < dim; d++) {
                        lanes[d % WIDTH] = Math.fma(q[d], keys.elements[j][d], lanes[d % WIDTH]);
                    }
                    float score = scores[layout.offset + r * (KEYS + layout.gap) + j];
                    assertBits(LaneSumsTest.tree(lanes, 0), score, what, r, j);
                    assertNear(q, keys.elements[j], 0, dim / WIDTH + LEVELS, score, what);
                }
            }
            assertUntouched(scores, layout.offset, KEYS, KEYS + layout.gap, what);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scoresPanelsOfKeys(Subject subject) {
        for (int dim : IntStream.concat(IntStream.of(1, 2, 3, 37, 127), Arrays.stream(dims()))
                .toArray()) {
            for (Layout layout : LAYOUTS) {
                panelScores(subject, dim, layout, 1);
            }
        }
    }

    /// One chain over the dims.
    private static void panelScores(Subject subject, int dim, Layout layout, int runs) {
        Random random = new Random(dim);
        StoredKernels kernels = subject.ofKeys(dim);
        StoredOperand keys = new StoredOperand(subject.type, dim, KEYS, layout.offset, random);
        float[] query = around(layout.offset, ROWS, dim, 0, random);
        float[] scores = new float[layout.offset + ROWS * (KEYS + layout.gap) + KEYS];
        String what = "%s dim=%d %s, seed %d".formatted(subject, dim, layout, dim);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            kernels.panelScores(
                    query, layout.offset, dim, keys.chunk, layout.offset, scores, layout.offset, KEYS + layout.gap);
            for (int r = 0; r < ROWS; r++) {
                float[] q = Arrays.copyOfRange(query, layout.offset + r * dim, layout.offset + (r + 1) * dim);
                for (int j = 0; j < KEYS; j++) {
                    float[] k = column(keys, j);
                    float score = scores[layout.offset + r * (KEYS + layout.gap) + j];
                    assertBits(chain(q, k, 0), score, what, r, j);
                    assertNear(q, k, 0, dim, score, what);
                }
            }
            assertUntouched(scores, layout.offset, KEYS, KEYS + layout.gap, what);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void addsWeightedValues(Subject subject) {
        everywhere(Math.max(32, KEYS), (dim, count, layout) -> values(subject, 2 * dim, count, layout, 1));
    }

    /// One chain over the keys, from the sum that was there.
    private static void values(Subject subject, int dim, int count, Layout layout, int runs) {
        Random random = new Random(dim + count);
        StoredKernels kernels = subject.ofValues(dim);
        StoredOperand values = new StoredOperand(subject.type, count, dim, 0, random);
        float[] weights = around(layout.offset, ROWS, count, layout.gap, random);
        float[] before = around(layout.offset, ROWS, dim, 0, random);
        for (int n = 0; n < before.length; n++) {
            before[n] = Float.isNaN(before[n]) ? SENTINEL : before[n];
        }
        String what = "%s dim=%d count=%d %s, seed %d".formatted(subject, dim, count, layout, dim + count);
        for (int run = 0; run < runs; run++) {
            float[] sums = before.clone();
            kernels.values(weights, layout.offset, count + layout.gap, values.chunk, count, sums, layout.offset, dim);
            for (int r = 0; r < ROWS; r++) {
                int from = layout.offset + r * (count + layout.gap);
                float[] p = Arrays.copyOfRange(weights, from, from + count);
                for (int d = 0; d < dim; d++) {
                    int at = layout.offset + r * dim + d;
                    float[] v = column(values, d);
                    assertBits(chain(p, v, before[at]), sums[at], what, r, d);
                    assertNear(p, v, before[at], count, sums[at], what);
                }
            }
            assertUntouched(sums, layout.offset, dim, dim, what);
        }
    }

    /// Every tier of the compiler gives the same bits.
    @ParameterizedTest
    @MethodSource("subjects")
    void keepsItsBitsWhenCompiled(Subject subject) {
        rowScores(subject, WIDTH, 3, LAYOUTS[2], COMPILED);
        panelScores(subject, 2, LAYOUTS[2], COMPILED);
        values(subject, 2 * WIDTH, 3, LAYOUTS[2], COMPILED);
    }

    /// Rows in an array, between NaN.
    private static float[] around(int offset, int rows, int length, int gap, Random random) {
        float[] array = new float[offset + Math.max(1, rows) * (length + gap)];
        Arrays.fill(array, Float.NaN);
        for (int r = 0; r < rows; r++) {
            for (int n = 0; n < length; n++) {
                array[offset + r * (length + gap) + n] = (float) random.nextGaussian();
            }
        }
        return array;
    }

    private static float[] column(StoredOperand operand, int j) {
        float[] column = new float[operand.elements.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = operand.elements[i][j];
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
            fail("%s: element %d, %d is %a, as a chain %a".formatted(what, i, j, actual, expected));
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

    private static void assertUntouched(float[] array, int at, int columns, int stride, String what) {
        for (int n = 0; n < array.length; n++) {
            int r = Math.floorDiv(n - at, stride);
            boolean isInside = r >= 0 && r < ROWS && n - at - r * stride < columns;
            if (!isInside && array[n] != SENTINEL) {
                fail("%s: element %d around the result was written: %s".formatted(what, n, array[n]));
            }
        }
    }
}
