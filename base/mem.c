/* Short lengths are most calls, so they are done without a loop: two moves that
 * overlap in the middle cover every length between one and two of their size.
 * Longer ones go 64 bytes at a time in 16-byte vectors (SSE2, NEON, SIMD128;
 * the compiler makes them from words where there are none), and the last 64
 * bytes are moved from the end, so there is never a tail of odd bytes. All
 * loads of a step come before its stores, which is what lets memmove share them.
 *
 * The compiler must not recognise these loops as what they implement. */
#include "base/mem.h"

#include <stdint.h>

#ifdef __clang__
#define ITSELF __attribute__((no_builtin))
#else
#define ITSELF __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif
#define INLINE static inline __attribute__((always_inline))

__attribute__((weak)) const bool mem_fast = true;

/* Any address, any type below. */
typedef uint8_t v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t u64_any __attribute__((aligned(1), may_alias));
typedef uint32_t u32_any __attribute__((aligned(1), may_alias));
typedef uint16_t u16_any __attribute__((aligned(1), may_alias));

INLINE v16 load(const unsigned char *p)
{
	return *(const v16 *)p;
}

INLINE void store(unsigned char *p, v16 v)
{
	*(v16 *)p = v;
}

/* Up to 128 bytes, overlapping or not: everything is loaded before anything is stored. */
INLINE void move_short(unsigned char *d, const unsigned char *s, size_t n)
{
	if (n > 64) {
		v16 a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
		v16 f = load(s + n - 64), g = load(s + n - 48), h = load(s + n - 32), i = load(s + n - 16);
		store(d, a), store(d + 16, b), store(d + 32, c), store(d + 48, e);
		store(d + n - 64, f), store(d + n - 48, g), store(d + n - 32, h), store(d + n - 16, i);
	} else if (n > 32) {
		v16 a = load(s), b = load(s + 16), c = load(s + n - 32), e = load(s + n - 16);
		store(d, a), store(d + 16, b), store(d + n - 32, c), store(d + n - 16, e);
	} else if (n >= 16) {
		v16 a = load(s), b = load(s + n - 16);
		store(d, a), store(d + n - 16, b);
	} else if (n >= 8) {
		uint64_t a = *(const u64_any *)s, b = *(const u64_any *)(s + n - 8);
		*(u64_any *)d = a, *(u64_any *)(d + n - 8) = b;
	} else if (n >= 4) {
		uint32_t a = *(const u32_any *)s, b = *(const u32_any *)(s + n - 4);
		*(u32_any *)d = a, *(u32_any *)(d + n - 4) = b;
	} else if (n >= 2) {
		uint16_t a = *(const u16_any *)s, b = *(const u16_any *)(s + n - 2);
		*(u16_any *)d = a, *(u16_any *)(d + n - 2) = b;
	} else if (n != 0) {
		*d = *s;
	}
}

INLINE void step_64(unsigned char *d, const unsigned char *s)
{
	v16 a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);

	store(d, a), store(d + 16, b), store(d + 32, c), store(d + 48, e);
}

/* More than 128 bytes, front to back; right for d below s. The end is loaded
 * first, because the loop may overwrite it. */
INLINE void move_up(unsigned char *d, const unsigned char *s, size_t n)
{
	v16 a = load(s + n - 64), b = load(s + n - 48), c = load(s + n - 32), e = load(s + n - 16);
	size_t i = 0;

	for (; i < n - 64; i += 64)
		step_64(d + i, s + i);
	store(d + n - 64, a), store(d + n - 48, b), store(d + n - 32, c), store(d + n - 16, e);
}

/* The same back to front, for d above s. */
INLINE void move_down(unsigned char *d, const unsigned char *s, size_t n)
{
	v16 a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
	size_t i = n;

	for (; i > 64; i -= 64)
		step_64(d + i - 64, s + i - 64);
	store(d, a), store(d + 16, b), store(d + 32, c), store(d + 48, e);
}

/* In a loop: it stays as it is written. */
#define AS_WRITTEN __asm__ volatile("")

/* By words, and then by bytes: for images that rather are small. */
INLINE void move_slowly(unsigned char *d, const unsigned char *s, size_t n)
{
	if ((uintptr_t)d <= (uintptr_t)s) {
		for (; n >= 8; n -= 8, d += 8, s += 8) {
			AS_WRITTEN;
			*(u64_any *)d = *(const u64_any *)s;
		}
		while (n-- != 0) {
			AS_WRITTEN;
			*d++ = *s++;
		}
	} else {
		for (; n >= 8; n -= 8) {
			AS_WRITTEN;
			*(u64_any *)(d + n - 8) = *(const u64_any *)(s + n - 8);
		}
		while (n-- != 0) {
			AS_WRITTEN;
			d[n] = s[n];
		}
	}
}

ITSELF void *MEM_NAME(memmove)(void *to, const void *from, size_t n)
{
	if (!mem_fast)
		move_slowly(to, from, n);
	else if (n <= 128)
		move_short(to, from, n);
	else if ((uintptr_t)to <= (uintptr_t)from)
		move_up(to, from, n);
	else
		move_down(to, from, n);
	return to;
}

/* The same: that the two lie apart saves it one comparison, and only when they are long. */
ITSELF void *MEM_NAME(memcpy)(void *restrict to, const void *restrict from, size_t n)
{
	return MEM_NAME(memmove)(to, from, n);
}

ITSELF void *MEM_NAME(memset)(void *to, int byte, size_t n)
{
	unsigned char *d = to;
	unsigned char c = (unsigned char)byte;
	v16 v = (v16){ 0 } + c;

	if (!mem_fast) {
		for (; n >= 8; n -= 8) {
			AS_WRITTEN;
			*(u64_any *)(d + n - 8) = c * 0x0101010101010101u;
		}
		while (n-- != 0) {
			AS_WRITTEN;
			d[n] = c;
		}
	} else if (n >= 16) {
		size_t i = 0;

		for (; i + 64 <= n; i += 64)
			store(d + i, v), store(d + i + 16, v), store(d + i + 32, v), store(d + i + 48, v);
		for (; i + 16 <= n; i += 16)
			store(d + i, v);
		store(d + n - 16, v);
	} else if (n >= 4) {
		uint32_t w = c * 0x01010101u;

		*(u32_any *)d = w, *(u32_any *)(d + n - 4) = w;
		*(u32_any *)(d + n / 8 * 4) = w, *(u32_any *)(d + n - 4 - n / 8 * 4) = w;
	} else if (n != 0) {
		d[0] = c, d[n / 2] = c, d[n - 1] = c;
	}
	return to;
}

/* Where the two differ first, or n. */
INLINE size_t differ(const unsigned char *a, const unsigned char *b, size_t n)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8)
		if (*(const u64_any *)(a + i) != *(const u64_any *)(b + i))
			break;
	while (i < n && a[i] == b[i])
		i += 1;
	return i;
}

ITSELF int MEM_NAME(memcmp)(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;
	size_t i = differ(p, q, n);

	return i == n ? 0 : p[i] - q[i];
}

ITSELF int MEM_NAME(bcmp)(const void *a, const void *b, size_t n)
{
	return MEM_NAME(memcmp)(a, b, n);
}
