package heed.model.transformer;

/// `(x − mean) / √(variance + ε) · weight + bias` over each row (Ba et al. 2016, arXiv:1607.06450).
///
/// Mean and variance are taken in double, in two passes, so that a row far from zero loses nothing.
///
/// @param weight one factor for each column
/// @param bias one addend for each column
/// @param epsilon keeps a constant row finite
record LayerNorm(float[] weight, float[] bias, double epsilon) {
    /// Replaces the first `rows` rows; `row` is scratch of at least their width.
    void apply(Matrix matrix, int rows, float[] row) {
        for (int i = 0; i < rows; i++) {
            matrix.read(i, row);
            apply(row);
            matrix.write(i, row);
        }
    }

    /// Replaces the start of `row`.
    void apply(float[] row) {
        int width = weight.length;
        double sum = 0;
        for (int j = 0; j < width; j++) {
            sum += row[j];
        }
        double mean = sum / width;
        double squares = 0;
        for (int j = 0; j < width; j++) {
            double distance = row[j] - mean;
            squares += distance * distance;
        }
        double scale = 1 / Math.sqrt(squares / width + epsilon);
        for (int j = 0; j < width; j++) {
            row[j] = (float) ((row[j] - mean) * scale * weight[j] + bias[j]);
        }
    }
}
