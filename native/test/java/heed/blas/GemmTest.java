package heed.blas;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Products against three plain loops in double. All of C is compared: what lies between its lines must not change.
class GemmTest {
    @TempDir
    static Path cache;

    private static Cblas cblas;

    @BeforeAll
    static void open() {
        cblas = Libraries.open(Libraries.bundled(cache));
    }

    static List<GemmCase> cases() {
        return GemmCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sgemmIsTheProduct(GemmCase gemm) {
        double[] a = gemm.a();
        double[] b = gemm.b();
        double[] c = gemm.c();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = floats(arena, c);
            cblas.sgemm(
                    gemm.order(),
                    gemm.transA(),
                    gemm.transB(),
                    gemm.m(),
                    gemm.n(),
                    gemm.k(),
                    (float) gemm.alpha(),
                    floats(arena, a),
                    0,
                    gemm.lda(),
                    floats(arena, b),
                    0,
                    gemm.ldb(),
                    (float) gemm.beta(),
                    result,
                    0,
                    gemm.ldc());
            double[] magnitude = new double[c.length];
            gemm.compute(a, b, c, magnitude);
            for (int i = 0; i < c.length; i++) {
                assertThat((double) result.getAtIndex(JAVA_FLOAT, i))
                        .as("element %d", i)
                        .isCloseTo(c[i], within(gemm.tolerance(0x1p-24, magnitude[i])));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dgemmIsTheProduct(GemmCase gemm) {
        double[] a = gemm.a();
        double[] b = gemm.b();
        double[] c = gemm.c();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocateFrom(JAVA_DOUBLE, c);
            cblas.dgemm(
                    gemm.order(),
                    gemm.transA(),
                    gemm.transB(),
                    gemm.m(),
                    gemm.n(),
                    gemm.k(),
                    gemm.alpha(),
                    arena.allocateFrom(JAVA_DOUBLE, a),
                    0,
                    gemm.lda(),
                    arena.allocateFrom(JAVA_DOUBLE, b),
                    0,
                    gemm.ldb(),
                    gemm.beta(),
                    result,
                    0,
                    gemm.ldc());
            double[] magnitude = new double[c.length];
            gemm.compute(a, b, c, magnitude);
            for (int i = 0; i < c.length; i++) {
                // The loops round as the library does: the two may differ by both errors.
                assertThat(result.getAtIndex(JAVA_DOUBLE, i))
                        .as("element %d", i)
                        .isCloseTo(c[i], within(2 * gemm.tolerance(0x1p-53, magnitude[i])));
            }
        }
    }

    @Test
    void zeroBetaOverwritesNaN() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment c = arena.allocateFrom(JAVA_FLOAT, Float.NaN);
            multiply(arena.allocateFrom(JAVA_FLOAT, 2), 0, arena.allocateFrom(JAVA_FLOAT, 3), 0, c, 0);
            assertThat(c.get(JAVA_FLOAT, 0)).isEqualTo(6);
        }
    }

    @Test
    void offsetsAreBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocateFrom(JAVA_FLOAT, 2, 3, 5, 7);
            MemorySegment c = arena.allocateFrom(JAVA_FLOAT, -1, -1, -1);
            multiply(values, 4, values, 12, c, 8);
            assertThat(c.toArray(JAVA_FLOAT)).containsExactly(-1, -1, 21);
        }
    }

    /// One number by one number.
    private static void multiply(
            MemorySegment a, long aOffset, MemorySegment b, long bOffset, MemorySegment c, long cOffset) {
        Transpose plain = Transpose.NO_TRANS;
        cblas.sgemm(Order.ROW_MAJOR, plain, plain, 1, 1, 1, 1, a, aOffset, 1, b, bOffset, 1, 0, c, cOffset, 1);
    }

    private static MemorySegment floats(Arena arena, double[] values) {
        MemorySegment segment = arena.allocate(JAVA_FLOAT, values.length);
        Arrays.setAll(values, i -> {
            segment.setAtIndex(JAVA_FLOAT, i, (float) values[i]);
            return values[i];
        });
        return segment;
    }
}
