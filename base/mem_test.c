/* The hosted program keeps its libc's functions: ours go by other names. */
#define MEM_NAME(name) ours_##name
#include "base/mem.c"
#include "test/test.h"

#define MAX 700

static u8 a[MAX + 64], b[MAX + 64], c[MAX + 64];

static void numbers(u8 *p)
{
	for (usize i = 0; i < MAX + 64; i += 1)
		p[i] = (u8)(i * 7 + i / 256 + 1);
}

static usize some_lengths(usize n)
{
	return n < 300 ? n + 1 : n + 13;
}

TEST(memcpy_copies_every_length_and_nothing_around_it)
{
	numbers(a);
	for (usize n = 0; n <= MAX; n = some_lengths(n)) {
		for (usize at = 0; at < 17; at += 5) {
			memset(b, 0xee, sizeof b);
			memset(c, 0xee, sizeof c);
			for (usize i = 0; i < n; i += 1)
				c[at + i] = a[3 + i];
			EXPECT(ours_memcpy(b + at, a + 3, n) == b + at);
			EXPECT(memcmp(b, c, sizeof b) == 0);
		}
	}
}

TEST(memmove_keeps_every_byte_whichever_way_they_overlap)
{
	for (usize n = 0; n <= MAX; n = some_lengths(n)) {
		for (usize from = 0; from < 40; from += 3) {
			for (usize to = 0; to < 40; to += 13) {
				numbers(a);
				numbers(b);
				for (usize i = 0; i < n; i += 1)
					c[i] = a[from + i];
				for (usize i = 0; i < n; i += 1)
					a[to + i] = c[i];
				EXPECT(ours_memmove(b + to, b + from, n) == b + to);
				EXPECT(memcmp(a, b, sizeof a) == 0);
			}
		}
	}
	numbers(a);
	numbers(b);
	memmove(a + 1, a + MAX / 2, MAX / 2);
	ours_memmove(b + 1, b + MAX / 2, MAX / 2);
	memmove(a + MAX / 2, a + 1, MAX / 2);
	ours_memmove(b + MAX / 2, b + 1, MAX / 2);
	EXPECT(memcmp(a, b, sizeof a) == 0);
}

TEST(memset_sets_every_length_and_nothing_around_it)
{
	for (usize n = 0; n <= MAX; n = some_lengths(n)) {
		for (usize at = 0; at < 17; at += 5) {
			numbers(a);
			numbers(b);
			for (usize i = 0; i < n; i += 1)
				a[at + i] = 0xc3;
			EXPECT(ours_memset(b + at, 0x7c3, n) == b + at);
			EXPECT(memcmp(a, b, sizeof a) == 0);
		}
	}
}

TEST(memcmp_finds_the_first_difference_and_its_sign)
{
	for (usize n = 0; n <= 80; n += 1) {
		numbers(a);
		numbers(b);
		b[n + 5] ^= 0xff; /* behind the end */
		EXPECT_EQ(ours_memcmp(a + 5, b + 5, n), 0);
		EXPECT_EQ(ours_bcmp(a + 5, b + 5, n), 0);
		for (usize i = 0; i < n; i += 1) {
			numbers(b);
			a[5 + i] = 0x80;
			b[5 + i] = 0x7f;
			b[5 + n - 1] = i == n - 1 ? b[5 + n - 1] : 0xff;
			EXPECT(ours_memcmp(a + 5, b + 5, n) > 0);
			EXPECT(ours_memcmp(b + 5, a + 5, n) < 0);
			EXPECT(ours_bcmp(a + 5, b + 5, n) != 0);
			numbers(a);
		}
	}
}
