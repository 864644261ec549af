package heed.studies.math;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/// The largest singular value with its vectors, and the effective rank, of matrices of some hundred rows or columns.
///
/// They come from the eigenvectors of the Gram matrix of the shorter side, so that `[1536, 384]` costs no more than
/// `[384, 384]`. What that loses, singular values below `1e-8 σ_1`, neither is read here nor counts in the rank.
///
/// @param value σ_1
/// @param left u_1, of the output side
/// @param right v_1, of the input side
/// @param effectiveRank `exp(−Σ p ln p)`, `p = σ² / Σσ²`
public record TopSingular(double value, double[] left, double[] right, double effectiveRank) {
    /// Of `matrix`, `[out, in]`.
    public static TopSingular of(Matrix matrix) {
        boolean tall = matrix.rows() > matrix.columns();
        DMatrixRMaj input = DMatrixRMaj.wrap(matrix.rows(), matrix.columns(), matrix.elements());
        int side = Math.min(matrix.rows(), matrix.columns());
        DMatrixRMaj gram = new DMatrixRMaj(side, side);
        if (tall) {
            CommonOps_DDRM.multInner(input, gram);
        } else {
            CommonOps_DDRM.multOuter(input, gram);
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(side, true, true);
        if (!eigen.decompose(gram)) {
            throw new IllegalStateException("no eigenvectors were found: side=" + side);
        }
        double[] squares = new double[side];
        int top = 0;
        for (int k = 0; k < side; k++) {
            squares[k] = Math.max(0, eigen.getEigenvalue(k).getReal());
            top = squares[k] > squares[top] ? k : top;
        }
        double value = Math.sqrt(squares[top]);
        double[] vector = eigen.getEigenVector(top).getData().clone();
        double[] other = tall ? product(matrix, vector, value) : product(matrix.transposed(), vector, value);
        return new TopSingular(value, tall ? other : vector, tall ? vector : other, rank(squares));
    }

    private static double[] product(Matrix matrix, double[] vector, double value) {
        Matrix product = matrix.times(Matrix.of(vector.length, 1, vector));
        return value == 0 ? product.elements() : product.scale(1 / value).elements();
    }

    private static double rank(double[] squares) {
        double sum = Arrays.stream(squares).sum();
        return Math.exp(-Arrays.stream(squares)
                .map(square -> square / sum)
                .map(share -> share == 0 ? 0 : share * Math.log(share))
                .sum());
    }

    /// The mean `|cos|` of independent random directions of `width` elements, `√(2/(π width))`.
    public static double chance(int width) {
        return Math.sqrt(2 / (Math.PI * width));
    }

    /// `|cos|` of the angle between two unit vectors.
    public static double alignment(double[] one, double[] other) {
        return Math.abs(Matrix.of(1, one.length, one).dot(0, Matrix.of(1, other.length, other), 0));
    }
}
