#include "base/sum.h"

/* RFC 1071, 2(B): ones-complement sums do not care for byte order but for the
 * order of the result. So bytes are added as little-endian words, which is how
 * nearly every processor has them, and the two halves change places once at
 * the end. Words of 32 bits in a sum of 64 are the same sum, deferred (2(A)). */
/*@ requires \valid_read(p + (0 .. 3));
    assigns \nothing;
    ensures \result == p[0] + p[1] * 0x100 + p[2] * 0x10000 + p[3] * 0x1000000; */
static u32 le32(const u8 *p)
{
	return p[0] + p[1] * 0x100u + p[2] * 0x10000u + p[3] * 0x1000000u;
}

/*@ assigns \nothing;
    ensures \result == v % 0x100 * 0x100 + v / 0x100; */
static u16 swap(u16 v)
{
	return (u16)(v % 0x100u * 0x100u + v / 0x100u);
}

u16 sum_fold(u64 sum)
{
	u64 s = sum % 0x100000000ull + sum / 0x100000000ull;

	/*@ assert s <= 0x1fffffffe; */

	s = s % 0x10000u + s / 0x10000u % 0x10000u + s / 0x100000000ull;
	/*@ assert s <= 0x1ffff; */
	s = s % 0x10000u + s / 0x10000u;
	/*@ assert s <= 0x10000; */
	s = s % 0x10000u + s / 0x10000u;
	return (u16)s;
}

/* A loop of its own, whoever calls it. */
__attribute__((noinline)) u64 sum_bytes(u64 sum, struct view v)
{
	u64 little = 0;
	usize i = 0;

	/*@ loop invariant i <= v.n;
	    loop invariant little <= i * 0x40000000;
	    loop assigns i, little;
	    loop variant v.n - i; */
	while (v.n - i >= 4) {
		little += le32(v.p + i);
		i += 4;
	}
	if (v.n - i >= 2) {
		little += v.p[i] + v.p[i + 1] * 0x100u;
		i += 2;
	}
	if (i < v.n)
		little += v.p[i];
	return sum + swap(sum_fold(little));
}

u64 sum_bytes_at(u64 sum, struct view v, usize offset)
{
	u64 of_v = sum_bytes(0, v);

	return sum + (offset % 2u == 0 ? of_v : swap(sum_fold(of_v)));
}
