/* sys/types.h - for headers of fetched sources that include it for size_t. */
#ifndef FETCH_LIBC_SYS_TYPES_H
#define FETCH_LIBC_SYS_TYPES_H

#include <stddef.h>

#endif
