/*
 * A subset of blis.h of BLIS 0.9.0: the declarations that Heed calls, word for word but for the export attribute,
 * with the integers of its 64-bit builds and the unsigned integer that its enum arch_t is. Copyright (c) 2014, The University of Texas at Austin and others;
 * BSD 3-clause license.
 */

#ifndef BLIS_H
#define BLIS_H

#include <stdint.h>

typedef int64_t gint_t;
typedef gint_t dim_t;
typedef uint32_t arch_t;

char* bli_info_get_version_str( void );
gint_t bli_info_get_blas_int_type_size( void );
arch_t bli_arch_query_id( void );
char*  bli_arch_string( arch_t id );
void bli_thread_set_num_threads( dim_t value );

#endif
