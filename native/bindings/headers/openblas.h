/*
 * Turns each function of the headers below into a variable that holds a pointer to it. jextract then writes a
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

#define bli_info_get_version_str (*bli_info_get_version_str)
#define bli_info_get_blas_int_type_size (*bli_info_get_blas_int_type_size)
#define bli_arch_query_id (*bli_arch_query_id)
#define bli_arch_string (*bli_arch_string)
#define bli_thread_set_num_threads (*bli_thread_set_num_threads)
#define MKL_Get_Version_String (*MKL_Get_Version_String)
#define MKL_Set_Num_Threads (*MKL_Set_Num_Threads)

#include "cblas.h"
#include "blis.h"
#include "mkl.h"
