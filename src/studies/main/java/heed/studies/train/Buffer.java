package heed.studies.train;

import heed.studies.math.Matrix;

/// A matrix that is written again and again, made anew when its shape changes.
final class Buffer {
    private Matrix matrix = Matrix.zeros(0, 0);

    /// As many rows and columns, with whatever elements were there.
    Matrix of(int rows, int columns) {
        if (matrix.rows() != rows || matrix.columns() != columns) {
            matrix = Matrix.zeros(rows, columns);
        }
        return matrix;
    }

    /// What was written last.
    Matrix matrix() {
        return matrix;
    }

    /// The shape of `other`.
    Matrix like(Matrix other) {
        return of(other.rows(), other.columns());
    }
}
