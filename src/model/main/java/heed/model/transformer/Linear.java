package heed.model.transformer;

import heed.attention.GemmPlan;

/// A dense layer, `y = x · W + b`.
///
/// The bias is laid down first and the product added to it (`beta = 1`): one pass over the output instead of
/// two.
///
/// @param product by the matrix `W`, `[in, out]`
/// @param bias `b`, one for each output, or empty for none
record Linear(GemmPlan product, float[] bias) {
    /// A layer without a bias, `y = x · W`.
    static Linear of(GemmPlan product) {
        return new Linear(product, new float[0]);
    }

    /// Sets `out = in · W + b` for the first `rows` rows.
    void apply(Matrix in, Matrix out, int rows) {
        if (bias.length == 0) {
            product.run(in.rows(rows), out.rows(rows));
            return;
        }
        for (int i = 0; i < rows; i++) {
            out.write(i, bias);
        }
        product.run(1, in.rows(rows), 1, out.rows(rows));
    }

    /// Sets `out += in · W + b`, as a residual connection does; `row` is scratch of at least its width.
    void addTo(Matrix in, Matrix out, int rows, float[] row) {
        for (int i = 0; i < rows && bias.length > 0; i++) {
            out.read(i, row);
            for (int j = 0; j < bias.length; j++) {
                row[j] += bias[j];
            }
            out.write(i, row);
        }
        product.run(1, in.rows(rows), 1, out.rows(rows));
    }
}
