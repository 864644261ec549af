package heed.studies.math;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/// Singular values and vectors, largest first: `A = Σ σ_k u_k v_kᵀ`. By EJML; for matrices up to some
/// hundred rows.
///
/// @param values σ, descending
/// @param left column k is `u_k`
/// @param right column k is `v_k`
public record Svd(double[] values, Matrix left, Matrix right) {
    /// That of `matrix`.
    ///
    /// @throws IllegalArgumentException if an element is not finite
    public static Svd of(Matrix matrix) {
        if (!Arrays.stream(matrix.elements()).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("singular values need finite elements: one is not");
        }
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(matrix.rows(), matrix.columns(), true, true, true);
        DMatrixRMaj input = DMatrixRMaj.wrap(
                matrix.rows(), matrix.columns(), matrix.elements().clone());
        if (!svd.decompose(input)) {
            throw new IllegalStateException(
                    "no singular values were found: rows=%d, columns=%d".formatted(matrix.rows(), matrix.columns()));
        }
        double[] found = svd.getSingularValues();
        int count = Math.min(matrix.rows(), matrix.columns());
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Double.compare(found[b], found[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        return new Svd(
                Arrays.stream(order).mapToDouble(k -> found[k]).toArray(),
                columns(svd.getU(null, false), order),
                columns(svd.getV(null, false), order));
    }

    private static Matrix columns(DMatrixRMaj vectors, int[] order) {
        Matrix sorted = Matrix.zeros(vectors.numRows, order.length);
        for (int i = 0; i < vectors.numRows; i++) {
            for (int k = 0; k < order.length; k++) {
                sorted.set(i, k, vectors.get(i, order[k]));
            }
        }
        return sorted;
    }

    /// Largest over smallest singular value.
    public double condition() {
        return values[0] / values[values.length - 1];
    }

    /// The inverse of a square matrix, `Σ v_k u_kᵀ / σ_k`.
    public Matrix inverse() {
        Matrix scaled = right.copy();
        for (int i = 0; i < scaled.rows(); i++) {
            for (int k = 0; k < values.length; k++) {
                scaled.set(i, k, scaled.get(i, k) / values[k]);
            }
        }
        return scaled.times(left.transposed());
    }

    /// Participation ratio `(Σσ)² / Σσ²`: n for the identity, 1 for rank one.
    public double participation() {
        double sum = Arrays.stream(values).sum();
        double squares = Arrays.stream(values).map(value -> value * value).sum();
        return sum * sum / squares;
    }

    /// Effective rank `exp(−Σ p ln p)`, `p = σ² / Σσ²`.
    public double effectiveRank() {
        double squares = Arrays.stream(values).map(value -> value * value).sum();
        return Math.exp(-Arrays.stream(values)
                .map(value -> value * value / squares)
                .map(share -> share == 0 ? 0 : share * Math.log(share))
                .sum());
    }
}
