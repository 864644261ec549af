package heed.blas;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each rule of a product's arguments, by its message. All products here are row-major, 2 × 3 by 3 × 4.
class GemmArgumentsTest {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment a = arena.allocate(6 * Float.BYTES, 64);
    private final MemorySegment b = arena.allocate(12 * Float.BYTES, 64);
    private final MemorySegment c = arena.allocate(8 * Float.BYTES, 64);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void rightArgumentsPass() {
        assertThatNoException().isThrownBy(() -> check(2, 4, 3, a, 3, b, 4, c, 4));
    }

    @Test
    void negativeSize() {
        refused(() -> check(-1, 4, 3, a, 3, b, 4, c, 4), "m must not be negative: m=-1");
        refused(() -> check(2, -2, 3, a, 3, b, 4, c, 4), "n must not be negative: n=-2");
        refused(() -> check(2, 4, -3, a, 3, b, 4, c, 4), "k must not be negative: k=-3");
    }

    @Test
    void shortLeadingDimension() {
        refused(
                () -> check(2, 4, 3, a, 2, b, 4, c, 4),
                "lda must be at least the length of a stored line of a, and 1: lda=2, length=3");
        refused(
                () -> check(2, 4, 3, a, 3, b, 3, c, 4),
                "ldb must be at least the length of a stored line of b, and 1: ldb=3, length=4");
        refused(
                () -> check(2, 4, 3, a, 3, b, 4, c, 0),
                "ldc must be at least the length of a stored line of c, and 1: ldc=0, length=4");
    }

    @Test
    void transposeChangesTheStoredLine() {
        refused(
                () -> GemmArguments.check(
                        Order.ROW_MAJOR,
                        Transpose.NO_TRANS,
                        Transpose.TRANS,
                        2,
                        4,
                        3,
                        a,
                        0,
                        3,
                        b,
                        0,
                        2,
                        c,
                        0,
                        4,
                        Float.BYTES),
                "ldb must be at least the length of a stored line of b, and 1: ldb=2, length=3");
        refused(
                () -> GemmArguments.check(
                        Order.COLUMN_MAJOR,
                        Transpose.NO_TRANS,
                        Transpose.TRANS,
                        2,
                        4,
                        3,
                        a,
                        0,
                        1,
                        b,
                        0,
                        4,
                        c,
                        0,
                        2,
                        Float.BYTES),
                "lda must be at least the length of a stored line of a, and 1: lda=1, length=2");
    }

    @Test
    void smallSegment() {
        refused(
                () -> check(2, 4, 3, a.asSlice(4), 3, b, 4, c, 4),
                "a must hold 2 lines of 3 elements, lda apart: lda=3, elements=6, aOffset=0, byteSize=20");
    }

    @Test
    void offsetOutside() {
        refused(() -> checkOffset(-4), "aOffset must lie within a: aOffset=-4, byteSize=24");
        refused(() -> checkOffset(28), "aOffset must lie within a: aOffset=28, byteSize=24");
        refused(
                () -> checkOffset(4),
                "a must hold 2 lines of 3 elements, lda apart: lda=3, elements=6, aOffset=4, byteSize=24");
        refused(() -> checkOffset(2), "a must be aligned to its elements: address=");
    }

    @Test
    void hugeSizesDoNotOverflow() {
        int max = Integer.MAX_VALUE;
        refused(
                () -> check(max, 4, max, a, max, b, 4, c, 4),
                "a must hold 2147483647 lines of 2147483647 elements, lda apart: lda=2147483647, "
                        + "elements=4611686014132420609, aOffset=0, byteSize=24");
    }

    @Test
    void heapSegment() {
        refused(
                () -> check(2, 4, 3, MemorySegment.ofArray(new float[6]), 3, b, 4, c, 4),
                "a must be a native segment: a=");
    }

    @Test
    void misalignedSegment() {
        MemorySegment shifted = arena.allocate(6 * Float.BYTES + 1, 64).asSlice(1);
        refused(() -> check(2, 4, 3, shifted, 3, b, 4, c, 4), "a must be aligned to its elements: address=");
    }

    @Test
    void readOnlyResult() {
        refused(() -> check(2, 4, 3, a, 3, b, 4, c.asReadOnly(), 4), "c must be writable: c=");
        assertThatNoException().isThrownBy(() -> check(2, 4, 3, a.asReadOnly(), 3, b.asReadOnly(), 4, c, 4));
    }

    @Test
    void overlappingResult() {
        refused(() -> check(2, 4, 3, c, 3, b, 4, c, 4), "c must not overlap a: bytes from c to a=");
        refused(() -> check(2, 4, 3, a, 3, b, 4, b.asSlice(16), 4), "c must not overlap b: bytes from c to b=");
    }

    @Test
    void resultBesideAFactorInOneArray() {
        MemorySegment both = arena.allocate(2 * 7 * Float.BYTES, 64);
        MemorySegment right = both.asSlice(3 * Float.BYTES);
        assertThatNoException().isThrownBy(() -> check(2, 4, 3, both, 7, b, 4, right, 7));
        MemorySegment left = both.asSlice(4 * Float.BYTES);
        assertThatNoException().isThrownBy(() -> check(2, 4, 3, left, 7, b, 4, both, 7));
        refused(
                () -> check(2, 4, 3, both, 7, b, 4, both.asSlice(2 * Float.BYTES), 7),
                "c must not overlap a: bytes from c to a=");
    }

    private void checkOffset(long aOffset) {
        GemmArguments.check(
                Order.ROW_MAJOR,
                Transpose.NO_TRANS,
                Transpose.NO_TRANS,
                2,
                4,
                3,
                a,
                aOffset,
                3,
                b,
                0,
                4,
                c,
                0,
                4,
                Float.BYTES);
    }

    private static void check(
            int m, int n, int k, MemorySegment a, int lda, MemorySegment b, int ldb, MemorySegment c, int ldc) {
        GemmArguments.check(
                Order.ROW_MAJOR,
                Transpose.NO_TRANS,
                Transpose.NO_TRANS,
                m,
                n,
                k,
                a,
                0,
                lda,
                b,
                0,
                ldb,
                c,
                0,
                ldc,
                Float.BYTES);
    }

    private static void refused(Runnable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageStartingWith(message);
    }
}
