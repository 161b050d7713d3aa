/* string.h - what fetched sources may use of it: the four functions every image has (plat/), and compilers assume. */
#ifndef FETCH_LIBC_STRING_H
#define FETCH_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* Named in inline functions of headers and called by none of the sources taken:
 * an object that did would be refused for its undefined symbol. */
void *memchr(const void *v, int byte, size_t n);
size_t strlen(const char *s);

#endif
