package heed.blas.cuda;

import heed.blas.bindings.cuda.Cuda;

/// How exact products are.
///
/// `FULL` keeps what every backend promises: products of f32 in f32, and weights beside values of 16 bits as
/// the sum of two f16 or three bf16 numbers, each part a product of its own on the tensor cores. `FAST` is what
/// most GPU code does, and must be asked for: products of f32 in TF32, ten bits of mantissa, and weights
/// rounded to 16 bits once.
///
/// | operands | `FAST` rounds                       | by at most | a product of them is off by |
/// |----------|-------------------------------------|------------|-----------------------------|
/// | f32      | all, to TF32; hardware may truncate | `2⁻¹⁰`     | `2⁻⁹ + 2⁻²⁰`                |
/// | f16      | weights                             | `2⁻¹¹`     | `2⁻¹¹`                      |
/// | bf16     | weights                             | `2⁻⁸`      | `2⁻⁸`                       |
///
/// The weights' sum is that of the weights as they were, so an output is off by `Σ p δ |v|`, `δ` the last column,
/// and where operands are f32 by what scores are off by, `δ · scale · Σ |q · k|` each.
enum Precision {
    FULL {
        @Override
        int mathMode() {
            return Cuda.CUBLAS_DEFAULT_MATH() | Cuda.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION();
        }

        @Override
        double rounding(DeviceType type) {
            return 0;
        }
    },
    FAST {
        @Override
        int mathMode() {
            return Cuda.CUBLAS_TF32_TENSOR_OP_MATH();
        }

        @Override
        double rounding(DeviceType type) {
            return switch (type) {
                case F32 -> 2 * TF32 + TF32 * TF32;
                case F16 -> 0x1p-11;
                case BF16 -> 0x1p-8;
            };
        }
    };

    private static final double TF32 = 0x1p-10;

    /// `cublasMath_t` of the products.
    abstract int mathMode();

    /// What a product of a weight and a value of `type` is off by at most because its operands were rounded.
    abstract double rounding(DeviceType type);
}
