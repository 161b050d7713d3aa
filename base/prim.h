/* prim.h - the few things C cannot say and the compiler can: moving bytes, counting zeroes.
 *
 * base/ is proven against the contracts below; that the builtins keep them is
 * trusted (verify/unproven.md lists it). Everybody else uses view.h: copy(),
 * slide(), fill(), view_equal().
 */
#ifndef BASE_PRIM_H
#define BASE_PRIM_H

#include "base/types.h"

#ifdef __FRAMAC__

/* Offsets are absolute in the contracts, so that a prover can match on the index itself. */
/*@ requires at + n <= BYTES_MAX && from_at + n <= BYTES_MAX;
    requires \valid(to + (at .. at + n - 1)) && \valid_read(from + (from_at .. from_at + n - 1));
    requires \separated(to + (at .. at + n - 1), from + (from_at .. from_at + n - 1));
    assigns to[at .. at + n - 1] \from from[from_at .. from_at + n - 1];
    ensures \forall integer j; at <= j < at + n ==> to[j] == \old(from[j - at + from_at]); */
void prim_copy(u8 *to, usize at, const u8 *from, usize from_at, usize n);

/*@ requires n <= BYTES_MAX && from <= BYTES_MAX && \valid(p + (0 .. from + n - 1));
    assigns p[0 .. n - 1] \from p[from .. from + n - 1];
    ensures \forall integer j; 0 <= j < n ==> p[j] == \old(p[from + j]); */
void prim_slide(u8 *p, usize from, usize n);

/*@ requires at + n <= BYTES_MAX && \valid(p + (at .. at + n - 1));
    assigns p[at .. at + n - 1] \from byte;
    ensures \forall integer j; at <= j < at + n ==> p[j] == byte; */
void prim_fill(u8 *p, usize at, u8 byte, usize n);

/*@ requires \valid_read(a + (0 .. n - 1)) && \valid_read(b + (0 .. n - 1));
    assigns \result \from a[0 .. n - 1], b[0 .. n - 1];
    ensures \result == 1 <==> \forall integer j; 0 <= j < n ==> a[j] == b[j]; */
bool prim_same(const u8 *a, const u8 *b, usize n);

/*@ requires v != 0;
    assigns \nothing;
    ensures \result <= 63 && (v >> \result) % 2 == 1; */
u32 prim_low_bit(u64 v);

/*@ requires v != 0;
    assigns \nothing;
    ensures \result <= 63 && (v >> \result) == 1; */
u32 prim_high_bit(u64 v);

/*@ requires align > 0;
    assigns \nothing;
    ensures \result < align; */
usize prim_misaligned(const u8 *p, usize align);

#else

static inline void prim_copy(u8 *to, usize at, const u8 *from, usize from_at, usize n)
{
	__builtin_memcpy(to + at, from + from_at, n);
}

/* Overlap allowed: p[from, from + n) to p[0, n). */
static inline void prim_slide(u8 *p, usize from, usize n)
{
	__builtin_memmove(p, p + from, n);
}

static inline void prim_fill(u8 *p, usize at, u8 byte, usize n)
{
	__builtin_memset(p + at, byte, n);
}

static inline bool prim_same(const u8 *a, const u8 *b, usize n)
{
	return __builtin_memcmp(a, b, n) == 0;
}

/* The number of the lowest and the highest bit that is set; v is not 0. */
static inline u32 prim_low_bit(u64 v)
{
	return (u32)__builtin_ctzll(v);
}

static inline u32 prim_high_bit(u64 v)
{
	return 63u - (u32)__builtin_clzll(v);
}

/* How many bytes p stands behind a multiple of `align`. */
static inline usize prim_misaligned(const u8 *p, usize align)
{
	return (usize)((uintptr_t)p % align);
}

#endif

#endif
