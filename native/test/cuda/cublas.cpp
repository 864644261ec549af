// cuBLAS of the double; see double.h. Products are summed in double, element by element; those in TF32 of operands whose
// last 13 bits are cut off, the worst that a tensor core may make of them.
#include "double.h"

#include <cstring>
#include <vector>

enum { OK = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, INTERNAL_ERROR = 14 };

struct Handle {
    void *stream = nullptr;
    bool tf32 = false;
};

struct Matrix {
    const unsigned char *at;
    int type, ld;
    long long stride;
    bool tf32 = false;

    float get(long long n) const {
        if (type != 0) return double_widen(((const unsigned short *)at)[n], type);
        if (!tf32) return ((const float *)at)[n];
        unsigned bits = ((const unsigned *)at)[n] & 0xffffe000u;
        float x;
        std::memcpy(&x, &bits, sizeof x);
        return x;
    }
    // Whether all of it lies in one allocation of the device.
    bool holds(int lines, int width, int batch) const {
        std::size_t bytes = type == 0 ? 4 : 2;
        return ld >= width && double_holds(at, bytes * ((batch - 1) * stride + (lines - 1LL) * ld + width));
    }
};

static int multiply(Handle *handle, int transA, int transB, int m, int n, int k, const float *alphaAt, Matrix a, Matrix b,
        const float *betaAt, Matrix c, int batch) {
    if (!handle || !double_has_context()) return NOT_INITIALIZED;
    if (!handle->stream || !double_is_stream(handle->stream) || transB != 0 || (transA != 0 && transA != 1)) return INVALID_VALUE;
    if (m <= 0 || n <= 0 || k <= 0 || batch <= 0 || c.type != 0) return INVALID_VALUE;
    if (!(transA ? a.holds(m, k, batch) : a.holds(k, m, batch)) || !b.holds(n, k, batch) || !c.holds(n, m, batch)) return INVALID_VALUE;
    float alpha = *alphaAt, beta = *betaAt;
    a.tf32 = b.tf32 = handle->tf32;
    double_enqueue(handle->stream, [=] {
        std::vector<double> sums(m), left((std::size_t)m * k);
        for (long long one = 0; one < batch; one++) {
            for (int l = 0; l < k; l++) {
                for (int i = 0; i < m; i++) {
                    long long at = transA ? (long long)i * a.ld + l : (long long)l * a.ld + i;
                    left[(std::size_t)l * m + i] = a.get(one * a.stride + at);
                }
            }
            for (int column = 0; column < n; column++) {
                for (int i = 0; i < m; i++) sums[i] = 0;
                for (int l = 0; l < k; l++) {
                    double factor = b.get(one * b.stride + (long long)column * b.ld + l);
                    const double *line = left.data() + (std::size_t)l * m;
                    for (int i = 0; i < m; i++) sums[i] += factor * line[i];
                }
                float *to = (float *)c.at + one * c.stride + (long long)column * c.ld;
                for (int i = 0; i < m; i++) to[i] = (float)(alpha * sums[i] + (beta == 0 ? 0 : beta * (double)to[i]));
            }
        }
    });
    return OK;
}

extern "C" {
int cublasCreate_v2(void **handle) {
    if (double_fails("cublasCreate_v2")) return INTERNAL_ERROR;
    if (!double_has_context()) return NOT_INITIALIZED;
    *handle = new Handle;
    double_alive("cublas", 1);
    return OK;
}
int cublasDestroy_v2(void *handle) {
    if (!double_has_context()) return NOT_INITIALIZED;
    delete (Handle *)handle;
    double_alive("cublas", -1);
    return double_fails("cublasDestroy_v2") ? INTERNAL_ERROR : OK;
}
int cublasSetStream_v2(void *handle, void *stream) {
    if (double_fails("cublasSetStream_v2")) return INTERNAL_ERROR;
    ((Handle *)handle)->stream = stream;
    return OK;
}
int cublasSetMathMode(void *handle, int mode) {
    if (double_fails("cublasSetMathMode")) return INTERNAL_ERROR;
    ((Handle *)handle)->tf32 = mode == 3;
    return mode == 16 || mode == 3 ? OK : INVALID_VALUE;
}
int cublasGetProperty(int property, int *value) {
    if (double_fails("cublasGetProperty")) return INTERNAL_ERROR;
    *value = 13 - property;
    return OK;
}
const char *cublasGetStatusString(int) { return "CUBLAS_STATUS_OF_THE_DOUBLE"; }
int cublasSgemmStridedBatched(void *handle, int transA, int transB, int m, int n, int k, const float *alpha, const void *a,
        int lda, long long strideA, const void *b, int ldb, long long strideB, const float *beta, void *c, int ldc,
        long long strideC, int batch) {
    if (double_fails("cublasSgemmStridedBatched")) return INTERNAL_ERROR;
    return multiply((Handle *)handle, transA, transB, m, n, k, alpha, {(const unsigned char *)a, 0, lda, strideA},
            {(const unsigned char *)b, 0, ldb, strideB}, beta, {(const unsigned char *)c, 0, ldc, strideC}, batch);
}
int cublasGemmStridedBatchedEx(void *handle, int transA, int transB, int m, int n, int k, const void *alpha, const void *a,
        int typeA, int lda, long long strideA, const void *b, int typeB, int ldb, long long strideB, const void *beta,
        void *c, int typeC, int ldc, long long strideC, int batch, int compute, int algorithm) {
    if (double_fails("cublasGemmStridedBatchedEx")) return INTERNAL_ERROR;
    if (typeA != typeB || (typeA != 2 && typeA != 14) || compute != 68 || algorithm != -1) return INVALID_VALUE;
    return multiply((Handle *)handle, transA, transB, m, n, k, (const float *)alpha,
            {(const unsigned char *)a, typeA, lda, strideA}, {(const unsigned char *)b, typeB, ldb, strideB},
            (const float *)beta, {(const unsigned char *)c, typeC, ldc, strideC}, batch);
}
}
