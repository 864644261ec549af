package heed.blas.cuda;

import heed.blas.bindings.cuda.Cuda;

/// How exact products are.
///
/// `FULL` keeps what every backend promises: products of f32 in f32, and weights beside values of 16 bits as
/// the sum of two f16 or three bf16 numbers, each part a product of its own on the tensor cores. `FAST` is what
/// most GPU code does, and must be asked for: products of f32 in TF32, ten bits of mantissa, and weights
/// rounded to 16 bits once.
enum Precision {
    FULL {
        @Override
        int mathMode() {
            return Cuda.CUBLAS_DEFAULT_MATH() | Cuda.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION();
        }
    },
    FAST {
        @Override
        int mathMode() {
            return Cuda.CUBLAS_TF32_TENSOR_OP_MATH();
        }
    };

    /// `cublasMath_t` of the products.
    abstract int mathMode();
}
