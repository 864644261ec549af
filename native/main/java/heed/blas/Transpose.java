package heed.blas;

import heed.blas.bindings.OpenBlas;

/// Whether a factor enters as stored or transposed, `CBLAS_TRANSPOSE`. The matrices are real: conjugation would change
/// nothing.
public enum Transpose {
    /// `op(A) = A`.
    NO_TRANS(OpenBlas.CblasNoTrans()),
    /// `op(A) = Aᵀ`.
    TRANS(OpenBlas.CblasTrans());

    private final int code;

    Transpose(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
