/* mem.h - memcpy, memmove, memset, memcmp and bcmp for images without a libc.
 *
 * Compilers call these five whatever the source says; a freestanding target
 * includes this header to bring its own. Nobody else does: programs with a
 * libc have them, and code in fata says copy(), slide() and fill() (view.h).
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* A program that has a libc can take them under other names (mem_test.c). */
#ifndef MEM_NAME
#define MEM_NAME(name) name
#endif

void *MEM_NAME(memcpy)(void *restrict to, const void *restrict from, size_t n);
void *MEM_NAME(memmove)(void *to, const void *from, size_t n);
void *MEM_NAME(memset)(void *to, int byte, size_t n);
int MEM_NAME(memcmp)(const void *a, const void *b, size_t n);
int MEM_NAME(bcmp)(const void *a, const void *b, size_t n);

/* Constant; true unless the image says otherwise (`without speed` in its manifest): without, moving and
 * filling are a tenth as large and go by words. */
extern const bool mem_fast;

#endif
