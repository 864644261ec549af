package heed.model.transformer;

/// `x / √(mean of x² + ε) · weight` over each row (Zhang and Sennrich 2019, arXiv:1910.07467).
///
/// The mean is taken in double and in the order of the columns: a row's bits depend on that row alone.
///
/// @param weight one factor for each column
/// @param epsilon keeps a row of zeros finite
record RmsNorm(float[] weight, double epsilon) {
    /// Sets the first `rows` rows of `out` to those of `in`, normed; `row` is scratch of at least their width.
    void apply(Matrix in, Matrix out, int rows, float[] row) {
        for (int i = 0; i < rows; i++) {
            in.read(i, row);
            apply(row);
            out.write(i, row);
        }
    }

    /// Replaces the start of `row`.
    void apply(float[] row) {
        int width = weight.length;
        double squares = 0;
        for (int j = 0; j < width; j++) {
            squares += (double) row[j] * row[j];
        }
        double scale = 1 / Math.sqrt(squares / width + epsilon);
        for (int j = 0; j < width; j++) {
            row[j] = (float) (row[j] * scale * weight[j]);
        }
    }
}
