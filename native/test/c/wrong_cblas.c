/* A CBLAS for tests, plain loops. Of the rows of sgemm's results a share, WRONG_PERCENT, is wrong: each element by a
 * hundredth of itself. Which rows is drawn anew for each, so a caller cannot tell by the arguments.
 *
 * Row-major only, which is all that the attention backend asks for; any other order leaves C as it is. */
#include <stdatomic.h>
#include <stdint.h>

#ifndef WRONG_PERCENT
#define WRONG_PERCENT 1
#endif

enum { ROW_MAJOR = 101, NO_TRANS = 111 };

static _Atomic uint64_t rows;

/* Whether the next row is a wrong one: SplitMix64 of its number. */
static int is_wrong(void) {
    uint64_t z = (atomic_fetch_add(&rows, 1) + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % 100 < WRONG_PERCENT;
}

#define GEMM(NAME, REAL, FACTOR)                                                                                     \
    void NAME(int order, int trans_a, int trans_b, int m, int n, int k, REAL alpha, const REAL *a, int lda,          \
              const REAL *b, int ldb, REAL beta, REAL *c, int ldc) {                                                 \
        if (order != ROW_MAJOR) return;                                                                              \
        for (int i = 0; i < m; i++) {                                                                                \
            REAL factor = FACTOR;                                                                                    \
            for (int j = 0; j < n; j++) {                                                                            \
                REAL sum = 0;                                                                                        \
                for (int l = 0; l < k; l++) {                                                                        \
                    sum += a[trans_a == NO_TRANS ? (int64_t)i * lda + l : (int64_t)l * lda + i] *                    \
                           b[trans_b == NO_TRANS ? (int64_t)l * ldb + j : (int64_t)j * ldb + l];                     \
                }                                                                                                    \
                REAL *to = c + (int64_t)i * ldc + j;                                                                 \
                *to = alpha * sum * factor + (beta == 0 ? 0 : beta * *to);                                           \
            }                                                                                                        \
        }                                                                                                            \
    }

GEMM(cblas_sgemm, float, is_wrong() ? 1.01f : 1)
GEMM(cblas_dgemm, double, 1)
