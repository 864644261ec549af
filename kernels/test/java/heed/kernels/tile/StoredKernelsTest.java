package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.StoredKernels.KEYS;
import static heed.kernels.tile.StoredKernels.ROWS;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kernel that reads keys and values where they lie, alone, over types, kinds of memory and edges.
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

    /// Elements before each operand, and between one row of it and the next.
    private record Layout(int offset, int gap) {}

    private static final Layout[] LAYOUTS = {new Layout(0, 0), new Layout(3, 0), new Layout(5, 7)};

    /// The class as loaded, which reads f32 of either memory, or a copy.
    record Subject(String name, StoredKernels kernels, StoredType type, boolean isNative) {
        @Override
        public String toString() {
            return "%s of %s %s".formatted(name, isNative ? "native" : "heap", type);
        }
    }

    static Stream<Subject> subjects() {
        Specialised specialised = new Specialised();
        return Stream.of(false, true)
                .flatMap(isNative -> Stream.concat(
                        Stream.of(new Subject("class", new StoredLoops(), StoredType.F32, isNative)),
                        StoredTest.types().stream().map(type -> {
                            StoredKernels copy = specialised.stored(new StoredConstants(type, isNative));
                            return new Subject("copy", copy, type, isNative);
                        })));
    }

    private static int[] dims() {
        return IntStream.of(1, 2, 3, 5, 8, 256 / WIDTH)
                .map(vectors -> vectors * WIDTH)
                .toArray();
    }

    private interface Check {
        void check(int dim, int count, Layout layout, Arena arena);
    }

    private static void everywhere(Check check) {
        try (Arena arena = Arena.ofConfined()) {
            for (int dim : dims()) {
                for (int count = 1; count <= KEYS; count++) {
                    for (Layout layout : LAYOUTS) {
                        check.check(dim, count, layout, arena);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void scoresKeysInRows(Subject subject) {
        everywhere((dim, count, layout, arena) -> rowScores(subject, dim, count, layout, arena, 1));
    }

    /// As many chains as lanes, over every WIDTH-th dim, then a tree: `headDim / WIDTH + log₂ WIDTH` roundings.
    private static void rowScores(Subject subject, int dim, int count, Layout layout, Arena arena, int runs) {
        Random random = new Random(dim + count);
        StoredOperand keys = operand(subject, count, dim, layout, arena, random);
        float[] query = around(layout.offset, ROWS, dim, 0, random);
        float[] scores = new float[layout.offset + ROWS * (KEYS + layout.gap) + KEYS];
        float[] sums = around(0, 0, ROWS * KEYS * WIDTH, 0, random);
        String what = "%s dim=%d count=%d %s, seed %d".formatted(subject, dim, count, layout, dim + count);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            subject.kernels.rowScores(
                    query,
                    layout.offset,
                    dim,
                    keys.segment,
                    keys.at,
                    keys.stride,
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
        try (Arena arena = Arena.ofConfined()) {
            for (int dim : IntStream.concat(IntStream.of(1, 2, 3, 37, 127), Arrays.stream(dims()))
                    .toArray()) {
                for (Layout layout : LAYOUTS) {
                    panelScores(subject, dim, layout, arena, 1);
                }
            }
        }
    }

    /// One chain over the dims.
    private static void panelScores(Subject subject, int dim, Layout layout, Arena arena, int runs) {
        Random random = new Random(dim);
        StoredOperand keys = operand(subject, dim, KEYS, new Layout(layout.offset, 0), arena, random);
        float[] query = around(layout.offset, ROWS, dim, 0, random);
        float[] scores = new float[layout.offset + ROWS * (KEYS + layout.gap) + KEYS];
        String what = "%s dim=%d %s, seed %d".formatted(subject, dim, layout, dim);
        for (int run = 0; run < runs; run++) {
            Arrays.fill(scores, SENTINEL);
            subject.kernels.panelScores(
                    query, layout.offset, dim, keys.segment, keys.at, scores, layout.offset, KEYS + layout.gap);
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
        everywhere((dim, count, layout, arena) -> values(subject, dim, count, layout, arena, 1));
    }

    /// One chain over the keys, from the sum that was there.
    private static void values(Subject subject, int dim, int count, Layout layout, Arena arena, int runs) {
        Random random = new Random(dim + count);
        StoredOperand values = operand(subject, count, dim, layout, arena, random);
        float[] weights = around(layout.offset, ROWS, count, layout.gap, random);
        float[] before = around(layout.offset, ROWS, dim, 0, random);
        for (int n = 0; n < before.length; n++) {
            before[n] = Float.isNaN(before[n]) ? SENTINEL : before[n];
        }
        String what = "%s dim=%d count=%d %s, seed %d".formatted(subject, dim, count, layout, dim + count);
        for (int run = 0; run < runs; run++) {
            float[] sums = before.clone();
            subject.kernels.values(
                    weights,
                    layout.offset,
                    count + layout.gap,
                    values.segment,
                    values.at,
                    values.stride,
                    count,
                    sums,
                    layout.offset,
                    dim);
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
        try (Arena arena = Arena.ofConfined()) {
            rowScores(subject, WIDTH, 3, LAYOUTS[2], arena, COMPILED);
            panelScores(subject, 2, LAYOUTS[2], arena, COMPILED);
            values(subject, WIDTH, 3, LAYOUTS[2], arena, COMPILED);
        }
    }

    private static StoredOperand operand(Subject s, int rows, int dim, Layout layout, Arena arena, Random random) {
        return new StoredOperand(s.type, rows, dim, layout.offset, layout.gap, s.isNative ? arena : null, random);
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
