package heed.blas;

import heed.blas.bindings.OpenBlas;

/// How a matrix lies in memory: by rows or by columns, `CBLAS_ORDER`.
public enum Order {
    /// The elements of a row are neighbours; `lda` leads from row to row.
    ROW_MAJOR(OpenBlas.CblasRowMajor()),
    /// The elements of a column are neighbours; `lda` leads from column to column.
    COLUMN_MAJOR(OpenBlas.CblasColMajor());

    private final int code;

    Order(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
