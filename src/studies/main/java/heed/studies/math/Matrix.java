package heed.studies.math;

import heed.attention.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A matrix of doubles, row after row in one array.
///
/// Its products are plain loops, for the small matrices of formulas; layers that are trained multiply by
/// [heed.studies.train.Products].
public final class Matrix {
    private final int rows;
    private final int columns;
    private final double[] elements;

    private Matrix(int rows, int columns, double[] elements) {
        this.rows = rows;
        this.columns = columns;
        this.elements = elements;
    }

    /// Zeros.
    public static Matrix zeros(int rows, int columns) {
        return new Matrix(rows, columns, new double[Math.multiplyExact(rows, columns)]);
    }

    /// A view of `elements`, row after row.
    public static Matrix of(int rows, int columns, double... elements) {
        if (elements.length != rows * columns) {
            throw new IllegalArgumentException(
                    "a matrix needs rows x columns elements: rows=%d, columns=%d, elements=%d"
                            .formatted(rows, columns, elements.length));
        }
        return new Matrix(rows, columns, elements);
    }

    /// Ones on the diagonal.
    public static Matrix identity(int n) {
        Matrix identity = zeros(n, n);
        for (int i = 0; i < n; i++) {
            identity.set(i, i, 1);
        }
        return identity;
    }

    /// Independent N(0, deviation²).
    public static Matrix gaussian(RandomGenerator random, int rows, int columns, double deviation) {
        Matrix noise = zeros(rows, columns);
        Arrays.setAll(noise.elements, _ -> deviation * random.nextGaussian());
        return noise;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /// The elements themselves, row after row: writing there changes the matrix.
    public double[] elements() {
        return elements;
    }

    public double get(int i, int j) {
        return elements[i * columns + j];
    }

    public void set(int i, int j, double value) {
        elements[i * columns + j] = value;
    }

    /// Where row `i` begins in [#elements].
    public int at(int i) {
        return i * columns;
    }

    /// A copy of row `i`.
    public double[] row(int i) {
        return Arrays.copyOfRange(elements, at(i), at(i) + columns);
    }

    /// A copy of column `j`.
    public double[] column(int j) {
        double[] column = new double[rows];
        Arrays.setAll(column, i -> get(i, j));
        return column;
    }

    public Matrix copy() {
        return new Matrix(rows, columns, elements.clone());
    }

    public Matrix transposed() {
        Matrix result = zeros(columns, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result.set(j, i, get(i, j));
            }
        }
        return result;
    }

    /// `this · other`, by plain loops.
    public Matrix times(Matrix other) {
        if (columns != other.rows) {
            throw new IllegalArgumentException(
                    "a product needs as many columns as rows: columns=%d, rows=%d".formatted(columns, other.rows));
        }
        Matrix result = zeros(rows, other.columns);
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                double factor = get(i, k);
                for (int j = 0; j < other.columns; j++) {
                    result.elements[result.at(i) + j] += factor * other.elements[other.at(k) + j];
                }
            }
        }
        return result;
    }

    /// `this + factor · other`, in place.
    public Matrix add(double factor, Matrix other) {
        for (int n = 0; n < elements.length; n++) {
            elements[n] += factor * other.elements[n];
        }
        return this;
    }

    /// `factor · this`, in place.
    public Matrix scale(double factor) {
        for (int n = 0; n < elements.length; n++) {
            elements[n] *= factor;
        }
        return this;
    }

    /// `⟨row i, row k of other⟩`.
    public double dot(int i, Matrix other, int k) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            sum += elements[at(i) + j] * other.elements[other.at(k) + j];
        }
        return sum;
    }

    /// The sum over all elements of their products with those of `other`.
    public double inner(Matrix other) {
        double sum = 0;
        for (int n = 0; n < elements.length; n++) {
            sum += elements[n] * other.elements[n];
        }
        return sum;
    }

    /// Square root of the sum of squares.
    public double norm() {
        return Math.sqrt(inner(this));
    }

    /// Largest difference to `other`.
    public double distance(Matrix other) {
        double largest = 0;
        for (int n = 0; n < elements.length; n++) {
            largest = Math.max(largest, Math.abs(elements[n] - other.elements[n]));
        }
        return largest;
    }

    /// A view as `[rows, columns]`.
    public Tensor tensor() {
        return Tensor.of(elements, rows, columns);
    }

    /// A view as `shape`, of as many elements.
    public Tensor tensor(int... shape) {
        return Tensor.of(elements, shape);
    }
}
