package heed.blas.cuda;

import heed.attention.ElementType;
import heed.blas.bindings.cuda.Cuda;
import java.util.Optional;

/// The types of operands on the device; the order is that of `Type` in `attention.cu`.
enum DeviceType {
    F32(ElementType.F32, Cuda.CUDA_R_32F(), 0, 1, 1),
    /// 2 · 11 bits of a weight; `attention.cu` scales the first part by `F16_SCALE`, the second by `F16_STEP` more.
    F16(ElementType.F16, Cuda.CUDA_R_16F(), 2, 0x1p-14f, 0x1p-11f),
    /// 3 · 8 bits.
    BF16(ElementType.BF16, Cuda.CUDA_R_16BF(), 3, 1, 1);

    private final ElementType type;
    private final int cublasCode;
    private final int fullParts;
    private final float scale;
    private final float step;

    DeviceType(ElementType type, int cublasCode, int fullParts, float scale, float step) {
        this.type = type;
        this.cublasCode = cublasCode;
        this.fullParts = fullParts;
        this.scale = scale;
        this.step = step;
    }

    static Optional<DeviceType> of(ElementType type) {
        return java.util.Arrays.stream(values())
                .filter(candidate -> candidate.type == type)
                .findFirst();
    }

    int bytes() {
        return type.bytes();
    }

    int cublasCode() {
        return cublasCode;
    }

    /// Numbers of this type that make up a weight; 0 if the weight is f32 itself.
    int parts(Precision precision) {
        return switch (precision) {
            case FULL -> fullParts;
            case FAST -> Math.min(1, fullParts);
        };
    }

    /// What part `n` is worth.
    float partScale(int n) {
        return scale * (float) Math.pow(step, n);
    }
}
