#include "lib/random/random.h"
#include "test/test.h"

static struct random_seed seed_of(u8 byte)
{
	struct random_seed s;

	fill(span_of(s.b), byte);
	return s;
}

static struct random seeded(u8 byte)
{
	struct random r;
	struct random_seed s = seed_of(byte);

	random_init(&r);
	random_seed(&r, &s, 1, 0);
	return r;
}

/* Where these bytes occur in the generator's memory; its size if nowhere. */
static usize found(const struct random *r, struct view secret)
{
	struct view memory = view_make(r, sizeof *r);

	for (usize i = 0; i + secret.n <= memory.n; i += 1)
		if (view_starts(view_from(memory, i), secret))
			return i;
	return memory.n;
}

TEST(nothing_is_given_before_it_is_seeded)
{
	struct random r;
	u8 b[1];

	random_init(&r);
	EXPECT(!random_ready(&r));
	EXPECT(random_due(&r, 0, 0));
	EXPECT_PANIC(random_fill(&r, span_of(b)));
	EXPECT_PANIC(random_u32(&r));
	EXPECT_PANIC(random_below(&r, 3));
}

TEST(the_same_seed_gives_the_same_bytes_and_another_seed_others)
{
	struct random a = seeded(1), b = seeded(1), c = seeded(2);
	u64 x = random_u64(&a);

	EXPECT_EQ(random_u64(&b), x);
	EXPECT(random_u64(&c) != x);
}

/* Written out from the definition with chacha.h alone: seed, then the stream. */
TEST(bytes_are_the_stream_behind_the_next_key)
{
	const struct chacha_nonce nonce = { { 0 } };
	struct chacha_key key = { { 0 } };
	struct random r = seeded(0x5a);
	u8 stream[512], got[RANDOM_BUFFER_BYTES + 10];

	chacha_stream(span_first(span_of(stream), 32), &key, &nonce, 0);
	for (usize i = 0; i < 32; i += 1)
		key.b[i] = stream[i] ^ 0x5a;
	chacha_stream(span_of(stream), &key, &nonce, 0);
	random_fill(&r, span_of(got));
	EXPECT_VIEW(view_first(view_of(got), RANDOM_BUFFER_BYTES), view_from(view_of(stream), 32));

	copy(span_of(key.b), view_of(stream));
	chacha_stream(span_of(stream), &key, &nonce, 0);
	EXPECT_VIEW(
		view_from(view_of(got), RANDOM_BUFFER_BYTES), view_first(view_from(view_of(stream), 32), 10));
}

TEST(how_it_is_asked_does_not_change_what_is_given)
{
	struct random whole = seeded(3), parts = seeded(3);
	u8 a[2000], b[2000];
	usize at = 0;

	random_fill(&whole, span_of(a));
	for (usize n = 0; at < sizeof b; n += 1) {
		struct span piece = span_first(span_from(span_of(b), at), n);

		random_fill(&parts, piece);
		at += piece.n;
	}
	EXPECT_VIEW(view_of(b), view_of(a));
}

/* Backtracking: no four bytes given out, no key that made them and no seed is
 * in the memory afterwards. (Four bytes of 500 meet by chance once in 2^23.) */
TEST(what_was_given_is_not_in_its_memory_any_more)
{
	struct random r = seeded(4);
	u8 got[37];

	for (int round = 0; round < 100; round += 1) {
		struct chacha_key before = r.key;
		u32 used = r.used;

		random_fill(&r, span_of(got));
		for (usize i = 0; i + 8 <= sizeof got; i += 1)
			EXPECT_EQ(found(&r, view_first(view_from(view_of(got), i), 8)), sizeof r);
		for (usize i = 0; i < r.used; i += 1)
			EXPECT_EQ(r.buffer[i], 0);
		if (r.used < used) /* the buffer was made anew */
			for (usize i = 0; i + 8 <= CHACHA_KEY_BYTES; i += 8)
				EXPECT_EQ(
					found(&r, view_first(view_from(view_of(before.b), i), 8)), sizeof r);
	}
}

TEST(the_seed_is_erased_and_nowhere_kept)
{
	struct random r;
	struct random_seed s, was;

	for (u8 i = 0; i < RANDOM_SEED_BYTES; i += 1)
		s.b[i] = (u8)(200 + i);
	was = s;
	random_init(&r);
	random_seed(&r, &s, 1, 0);
	for (usize i = 0; i < RANDOM_SEED_BYTES; i += 1)
		EXPECT_EQ(s.b[i], 0);
	for (usize i = 0; i + 8 <= RANDOM_SEED_BYTES; i += 1)
		EXPECT_EQ(found(&r, view_first(view_from(view_of(was.b), i), 8)), sizeof r);
}

/* The attacker knows, or even chose, the second seed: it must not help. */
TEST(a_known_seed_keeps_what_was_unknown)
{
	struct random secret = seeded(5), other = seeded(6), fresh;
	struct random_seed s = seed_of(0);

	random_seed(&secret, &s, 1, 1);
	s = seed_of(0);
	random_seed(&other, &s, 1, 1);
	s = seed_of(0);
	random_init(&fresh);
	random_seed(&fresh, &s, 1, 1);

	u64 x = random_u64(&secret);
	EXPECT(x != random_u64(&other));
	EXPECT(x != random_u64(&fresh));
}

TEST(a_new_seed_throws_away_what_was_buffered)
{
	struct random r = seeded(7), same = r;
	struct random_seed s = seed_of(8);

	random_seed(&r, &s, 1, 1);
	EXPECT(random_u64(&r) != random_u64(&same));
}

TEST(entropy_is_asked_for_after_a_while_and_after_many_bytes)
{
	static u8 much[1 << 20];
	struct random r = seeded(9);

	EXPECT(!random_due(&r, 1, RANDOM_RESEED_NS - 1));
	EXPECT(random_due(&r, 1, RANDOM_RESEED_NS));
	EXPECT(random_ready(&r)); /* asked for, not waited for */

	for (usize n = 0; n < RANDOM_RESEED_BYTES; n += sizeof much) {
		EXPECT(!random_due(&r, 1, 0));
		random_fill(&r, span_of(much));
	}
	EXPECT(random_due(&r, 1, 0));

	struct random_seed s = seed_of(10);
	random_seed(&r, &s, 1, 5);
	EXPECT(!random_due(&r, 1, 5));
}

TEST(a_cloned_machine_gives_nothing_until_it_has_entropy_of_its_own)
{
	struct random a = seeded(11), b = a;

	EXPECT(random_due(&a, 2, 1));
	EXPECT(!random_ready(&a));
	EXPECT(random_due(&a, 2, 2)); /* and stays so */
	EXPECT_PANIC(random_u32(&a));

	struct random_seed s = seed_of(12);
	random_seed(&a, &s, 2, 3);
	EXPECT(random_ready(&a));
	EXPECT(!random_due(&a, 2, 3));

	EXPECT(random_due(&b, 3, 1));
	s = seed_of(13);
	random_seed(&b, &s, 3, 3);
	EXPECT(random_u64(&a) != random_u64(&b));
}

/* Seen once, another generation counts, even if the number goes back. */
TEST(a_generation_that_returns_was_a_clone_all_the_same)
{
	struct random r = seeded(14);

	EXPECT(random_due(&r, 2, 1));
	EXPECT(random_due(&r, 1, 1));
	EXPECT(!random_ready(&r));
}

TEST(below_stays_below_and_reaches_everything)
{
	static const u32 limits[] = { 1, 2, 3, 5, 10, 64 };
	struct random r = seeded(15);

	for (usize i = 0; i < COUNT(limits); i += 1) {
		u64 seen = 0;

		for (int n = 0; n < 4000; n += 1) {
			u32 x = random_below(&r, limits[i]);

			EXPECT(x < limits[i]);
			seen |= 1ull << (x % 64);
		}
		EXPECT_EQ(seen, limits[i] == 64 ? ~0ull : (1ull << limits[i]) - 1);
	}
	EXPECT_PANIC(random_below(&r, 0));
}

/* 3 * 2^30 makes the bias of a mere remainder obvious: the lowest quarter
 * would come up twice as often as each other third. */
TEST(below_is_even_where_a_remainder_is_not)
{
	struct random r = seeded(16);
	u32 thirds[3] = { 0 };

	for (int n = 0; n < 30000; n += 1)
		thirds[random_below(&r, 3u << 30) >> 30] += 1;
	for (int i = 0; i < 3; i += 1)
		EXPECT(thirds[i] > 9600 && thirds[i] < 10400); /* five deviations */
}

/* A smoke test of the plumbing (a byte never filled, a buffer given twice), not
 * of ChaCha20: chi-squared over bytes, ones in each bit, equal neighbours. */
TEST(a_million_bytes_look_even)
{
	static u8 b[1 << 20];
	u32 count[256] = { 0 }, ones[8] = { 0 }, twins = 0;
	struct random r = seeded(17);
	double chi = 0, want = sizeof b / 256.0;

	for (usize at = 0, n = 1; at < sizeof b; at += n, n = n % 700 + 1)
		random_fill(&r, span_first(span_from(span_of(b), at), n));
	for (usize i = 0; i < sizeof b; i += 1) {
		count[b[i]] += 1;
		for (u32 bit = 0; bit < 8; bit += 1)
			ones[bit] += b[i] >> bit & 1;
		twins += i > 0 && b[i] == b[i - 1];
	}
	for (int i = 0; i < 256; i += 1)
		chi += (count[i] - want) * (count[i] - want) / want;
	EXPECT(chi > 140 && chi < 390); /* 255 degrees of freedom: five deviations of 22.6 */
	for (u32 bit = 0; bit < 8; bit += 1)
		EXPECT(ones[bit] > (1 << 19) - 2560 && ones[bit] < (1 << 19) + 2560);
	EXPECT(twins > 4096 - 320 && twins < 4096 + 320);
}
