/*
 * Turns each function of cblas.h into a variable that holds a pointer to it. jextract then writes a
 * class per signature with invoke(address, ...), which looks nothing up: one set of classes serves
 * every library opened, the vendor's header still gives the types.
 */
#define cblas_sgemm              (*cblas_sgemm)
#define cblas_dgemm              (*cblas_dgemm)
#define openblas_get_config      (*openblas_get_config)
#define openblas_get_corename    (*openblas_get_corename)
#define openblas_set_num_threads (*openblas_set_num_threads)
#define openblas_get_num_threads (*openblas_get_num_threads)
#define openblas_get_parallel    (*openblas_get_parallel)

#include "cblas.h"
