/*
 * Turns each function of dnnl.h into a variable that holds a pointer to it, as openblas.h does for
 * cblas.h and for the same reason.
 */
#define dnnl_version                            (*dnnl_version)
#define dnnl_get_effective_cpu_isa              (*dnnl_get_effective_cpu_isa)
#define dnnl_status2str                         (*dnnl_status2str)
#define dnnl_engine_create                      (*dnnl_engine_create)
#define dnnl_stream_create                      (*dnnl_stream_create)
#define dnnl_stream_wait                        (*dnnl_stream_wait)
#define dnnl_stream_destroy                     (*dnnl_stream_destroy)
#define dnnl_memory_desc_create_with_strides    (*dnnl_memory_desc_create_with_strides)
#define dnnl_memory_desc_get_size               (*dnnl_memory_desc_get_size)
#define dnnl_memory_desc_destroy                (*dnnl_memory_desc_destroy)
#define dnnl_memory_create                      (*dnnl_memory_create)
#define dnnl_memory_set_data_handle             (*dnnl_memory_set_data_handle)
#define dnnl_memory_destroy                     (*dnnl_memory_destroy)
#define dnnl_primitive_attr_create              (*dnnl_primitive_attr_create)
#define dnnl_primitive_attr_set_scratchpad_mode (*dnnl_primitive_attr_set_scratchpad_mode)
#define dnnl_primitive_attr_destroy             (*dnnl_primitive_attr_destroy)
#define dnnl_matmul_primitive_desc_create       (*dnnl_matmul_primitive_desc_create)
#define dnnl_primitive_desc_query_md            (*dnnl_primitive_desc_query_md)
#define dnnl_primitive_desc_destroy             (*dnnl_primitive_desc_destroy)
#define dnnl_primitive_create                   (*dnnl_primitive_create)
#define dnnl_primitive_execute                  (*dnnl_primitive_execute)
#define dnnl_primitive_destroy                  (*dnnl_primitive_destroy)
#define omp_set_num_threads                     (*omp_set_num_threads)
#define omp_get_max_threads                     (*omp_get_max_threads)

#include "dnnl.h"
