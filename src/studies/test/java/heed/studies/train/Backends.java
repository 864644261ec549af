package heed.studies.train;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.attention.GemmBackend;
import heed.studies.math.Matrix;
import java.util.Random;

/// What the tests compute with.
final class Backends {
    private static final Attention ATTENTION = Attention.load();
    private static final GemmBackend GEMM = Gemm.load().backend("vector");

    private Backends() {}

    static Attention attention() {
        return ATTENTION;
    }

    static Products products() {
        return new Products(GEMM);
    }

    static Matrix noise(long seed, int rows, int columns) {
        return Matrix.gaussian(new Random(seed), rows, columns, 1);
    }
}
