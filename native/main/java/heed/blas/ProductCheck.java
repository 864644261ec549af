package heed.blas;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A few products of a library against plain loops, before anybody relies on it.
///
/// Sizes on both sides of what kernels take at once, B as it is and transposed. C holds NaN before, which a product
/// with `beta = 0` must not read. An element is a sum of `k` products: two orders of the sum differ by no more than
/// `2 · k · u` times the sum of the magnitudes, `u` the unit roundoff.
final class ProductCheck {
    private static final int[][] SIZES = {{1, 1, 1}, {3, 5, 7}, {16, 64, 32}, {33, 17, 65}};

    private final Cblas cblas;

    ProductCheck(Cblas cblas) {
        this.cblas = cblas;
    }

    /// The first element that is wrong.
    Optional<String> wrong() {
        for (int[] size : SIZES) {
            for (Transpose transB : Transpose.values()) {
                for (int bytes : new int[] {Float.BYTES, Double.BYTES}) {
                    Optional<String> wrong = wrong(size[0], size[1], size[2], transB, bytes);
                    if (wrong.isPresent()) {
                        return wrong;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> wrong(int m, int n, int k, Transpose transB, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocate((long) m * k * bytes, Double.BYTES);
            MemorySegment b = arena.allocate((long) k * n * bytes, Double.BYTES);
            MemorySegment c = arena.allocate((long) m * n * bytes, Double.BYTES);
            fill(a, bytes, 1);
            fill(b, bytes, 2);
            for (int i = 0; i < m * n; i++) {
                write(c, bytes, i, Double.NaN);
            }
            multiply(m, n, k, transB, bytes, a, b, c);
            for (int i = 0; i < m * n; i++) {
                double sum = 0;
                double magnitude = 0;
                for (int l = 0; l < k; l++) {
                    int at = transB == Transpose.TRANS ? i % n * k + l : l * n + i % n;
                    double product = read(a, bytes, i / n * k + l) * read(b, bytes, at);
                    sum += product;
                    magnitude += Math.abs(product);
                }
                double unit = bytes == Float.BYTES ? 0x1p-24 : 0x1p-53;
                if (!(Math.abs(read(c, bytes, i) - sum) <= 2 * k * unit * magnitude)) {
                    return Optional.of("%s of %dx%dx%d gives %s for %s"
                            .formatted(bytes == Float.BYTES ? "sgemm" : "dgemm", m, n, k, read(c, bytes, i), sum));
                }
            }
            return Optional.empty();
        }
    }

    private void multiply(
            int m, int n, int k, Transpose transB, int bytes, MemorySegment a, MemorySegment b, MemorySegment c) {
        Order order = Order.ROW_MAJOR;
        Transpose plain = Transpose.NO_TRANS;
        int ldb = transB == Transpose.TRANS ? k : n;
        if (bytes == Float.BYTES) {
            cblas.sgemm(order, plain, transB, m, n, k, 1, a, 0, k, b, 0, ldb, 0, c, 0, n);
        } else {
            cblas.dgemm(order, plain, transB, m, n, k, 1, a, 0, k, b, 0, ldb, 0, c, 0, n);
        }
    }

    /// Numbers from −1 to 1 without a pattern that a wrong index could meet.
    private static void fill(MemorySegment matrix, int bytes, int seed) {
        for (int i = 0; i < matrix.byteSize() / bytes; i++) {
            write(matrix, bytes, i, Math.sin(seed + 12.9898 * i));
        }
    }

    private static double read(MemorySegment matrix, int bytes, int i) {
        return bytes == Float.BYTES ? matrix.getAtIndex(JAVA_FLOAT, i) : matrix.getAtIndex(JAVA_DOUBLE, i);
    }

    private static void write(MemorySegment matrix, int bytes, int i, double value) {
        if (bytes == Float.BYTES) {
            matrix.setAtIndex(JAVA_FLOAT, i, (float) value);
        } else {
            matrix.setAtIndex(JAVA_DOUBLE, i, value);
        }
    }
}
