/* sum.h - the Internet checksum (RFC 1071): ones-complement sums of 16-bit words.
 *
 * A sum is built piece by piece and folded once. Pieces are summed as they
 * would lie in the packet: every piece but the last must have an even length,
 * or be added with sum_bytes_at() which knows its offset.
 *
 *     u64 s = sum_words(0, ip_pseudo...);  s = sum_bytes(s, segment);
 *     checksum field = sum_finish(s);      valid when sum_finish(s) == 0
 */
#ifndef BASE_SUM_H
#define BASE_SUM_H

#include "base/view.h"

/* Four thousand million pieces stay below it: no sum ever wraps. */
#define SUM_MAX 0xffffffffffffull

/* Adds one 16-bit word in host order. */
/*@ requires sum <= SUM_MAX;
    assigns \nothing;
    ensures \result == sum + word; */
static inline u64 sum_word(u64 sum, u16 word)
{
	return sum + word;
}

/*@ requires sum <= SUM_MAX;
    assigns \nothing;
    ensures \result == sum + v / 0x10000 + v % 0x10000; */
static inline u64 sum_u32(u64 sum, u32 v)
{
	return sum + v / 0x10000u + v % 0x10000u;
}

/* Adds bytes (big-endian words); an odd last byte counts as its high half. */
/*@ requires view_ok(v) && sum <= SUM_MAX;
    assigns \nothing;
    ensures sum <= \result <= sum + 0xffff; */
u64 sum_bytes(u64 sum, struct view v);

/* The same for bytes that start at this offset of the packet: at an odd
 * offset the halves change places. */
/*@ requires view_ok(v) && sum <= SUM_MAX;
    assigns \nothing;
    ensures sum <= \result <= sum + 0xffff; */
u64 sum_bytes_at(u64 sum, struct view v, usize offset);

/* Folds to 16 bits, not inverted: what a partial checksum field holds. */
/*@ assigns \nothing;
    ensures \result <= 0xffff; */
u16 sum_fold(u64 sum);

/* Folds and inverts: what goes into the packet; 0 if a packet with its
 * checksum was summed and is intact. */
/*@ assigns \nothing;
    ensures \result <= 0xffff; */
static inline u16 sum_finish(u64 sum)
{
	return (u16)(sum_fold(sum) ^ 0xffffu);
}

#endif
