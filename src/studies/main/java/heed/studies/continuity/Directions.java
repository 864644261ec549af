package heed.studies.continuity;

import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// The singular directions of the layers' matrices, each `[in, out]` as layers hold them: the paper's W is
/// its transpose, so its `v` are the left directions here.
///
/// @param layers in the order of the network
record Directions(List<Svd> layers) {
    /// Of these matrices.
    static Directions of(List<Matrix> matrices) {
        return new Directions(matrices.stream().map(Svd::of).toList());
    }

    /// Equation 1, as summaries of the paper give it, on the input side: mean of `|cos(v_1^l, v_1^(l+1))|`.
    double input() {
        return neighbours(l -> inputCosine(l, l + 1));
    }

    /// The same on the output side, of u_1.
    double output() {
        return neighbours(
                l -> Math.abs(cosine(layers.get(l).right(), 0, layers.get(l + 1).right(), 0)));
    }

    /// Equation 2, as taken here: mean of `Σ_k σ_k² |⟨v_k^l, v_k^(l+1)⟩| / Σ_k σ_k²`.
    double weighted() {
        return neighbours(l -> {
            double sum = 0;
            double squares = 0;
            double[] values = layers.get(l).values();
            for (int k = 0; k < values.length; k++) {
                double square = values[k] * values[k];
                sum += square
                        * Math.abs(cosine(
                                layers.get(l).left(), k, layers.get(l + 1).left(), k));
                squares += square;
            }
            return sum / squares;
        });
    }

    /// `|cos(v_1^l, v_1^m)|` of every two layers.
    double[][] map() {
        int count = layers.size();
        double[][] map = new double[count][count];
        for (int l = 0; l < count; l++) {
            for (int m = 0; m < count; m++) {
                map[l][m] = inputCosine(l, m);
            }
        }
        return map;
    }

    private double inputCosine(int l, int m) {
        return Math.abs(cosine(layers.get(l).left(), 0, layers.get(m).left(), 0));
    }

    private double neighbours(IntToDoubleFunction pair) {
        return IntStream.range(0, layers.size() - 1).mapToDouble(pair).average().orElseThrow();
    }

    /// Columns of unit length need no more than their product.
    private static double cosine(Matrix a, int i, Matrix b, int j) {
        double sum = 0;
        for (int row = 0; row < a.rows(); row++) {
            sum += a.get(row, i) * b.get(row, j);
        }
        return sum;
    }
}
