package heed.studies.train;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.studies.math.Matrix;
import java.util.Random;

/// What the tests compute with.
final class Backends {
    private Backends() {}

    static Attention attention() {
        return Attention.load();
    }

    static Products products() {
        return new Products(Gemm.load().backend("vector"));
    }

    static Matrix noise(long seed, int rows, int columns) {
        return Matrix.gaussian(new Random(seed), rows, columns, 1);
    }
}
