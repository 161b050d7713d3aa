#include "lib/random/random.h"

void random_init(struct random *r)
{
	*r = (struct random){ .used = RANDOM_BUFFER_BYTES };
}

/* One call makes the next key, first, and then what will be handed out. No key
 * is ever used for a second call, so one nonce serves. */
static void refill(struct random *r)
{
	const struct chacha_nonce nonce = { { 0 } };
	u8 next[CHACHA_KEY_BYTES + RANDOM_BUFFER_BYTES] = { 0 };

	chacha_stream(span_of(next), &r->key, &nonce, 0);
	copy(span_of(r->key.b), view_of(next));
	copy(span_of(r->buffer), view_from(view_of(next), CHACHA_KEY_BYTES));
	r->used = 0;
	fill(span_of(next), 0);
}

bool random_due(struct random *r, u64 generation, u64 now)
{
	if (r->seeded && generation != r->generation)
		r->cloned = true;
	return !random_ready(r) || r->given >= RANDOM_RESEED_BYTES ||
	       since(r->seeded_at, now) >= RANDOM_RESEED_NS;
}

/* key := ChaCha20(key) xor seed. To whoever does not know the key, any seed
 * leaves it unknown; to whoever does, it becomes as unknown as the seed. The
 * refill then replaces it, so nothing kept says what the seed was. */
void random_seed(struct random *r, struct random_seed *seed, u64 generation, u64 now)
{
	const struct chacha_nonce nonce = { { 0 } };
	struct chacha_key key = { { 0 } };

	chacha_stream(span_of(key.b), &r->key, &nonce, 0);
	for (usize i = 0; i < RANDOM_SEED_BYTES; i += 1)
		r->key.b[i] = key.b[i] ^ seed->b[i];
	refill(r);
	fill(span_of(key.b), 0);
	fill(span_of(seed->b), 0);

	r->seeded = true;
	r->cloned = false;
	r->generation = generation;
	r->seeded_at = now;
	r->given = 0;
}

void random_fill(struct random *r, struct span s)
{
	require(r->seeded);
	require(!r->cloned);

	if (r->given < RANDOM_RESEED_BYTES) /* then it is due, however many more */
		r->given += s.n;
	while (s.n > 0) {
		if (r->used >= RANDOM_BUFFER_BYTES)
			refill(r);

		struct span left = span_from(span_of(r->buffer), r->used);
		usize n = copy(s, span_view(left));

		fill(span_first(left, n), 0);
		r->used += (u32)n;
		s = span_from(s, n);
	}
}

u32 random_u32(struct random *r)
{
	u8 b[4] = { 0 };

	random_fill(r, span_of(b));
	return b[0] + b[1] * 0x100u + b[2] * 0x10000u + b[3] * 0x1000000u;
}

u64 random_u64(struct random *r)
{
	u64 high = random_u32(r);

	return high * 0x100000000ull + random_u32(r);
}

/* A 32-bit number times limit, divided by 2^32, is below limit; the products
 * whose low half falls into the first (2^32 mod limit) values are one too many
 * for some results and are drawn again (D. Lemire, "Fast random integer
 * generation in an interval", 2019). Ends at once but with probability limit / 2^32. */
u32 random_below(struct random *r, u32 limit)
{
	require(limit > 0);

	u64 surplus = 0x100000000ull % limit;
	u64 product = (u64)random_u32(r) * limit;

	while (product % 0x100000000ull < surplus)
		product = (u64)random_u32(r) * limit;
	return (u32)(product / 0x100000000ull);
}
