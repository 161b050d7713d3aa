/* stdlib.h - nothing: there is no heap and no environment. Headers of fetched sources include it. */
#ifndef FETCH_LIBC_STDLIB_H
#define FETCH_LIBC_STDLIB_H

#include <stddef.h>

#endif
