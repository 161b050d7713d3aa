/* panic.c - what a broken require() does in a fuzzer that does not say so itself: it ends, loudly. */
#include "base/types.h"
#include <stdio.h>
#include <stdlib.h>

__attribute__((weak)) _Noreturn void panic(const char *file, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: panic: require(%s)\n", file, line, what);
	abort();
}
