/* prove: lib/random/random.c
 *
 * random_prove.c - any seeds, generations and times, in any order of the calls. The cipher is any bytes. */
#include "lib/random/random.h"
#include "verify/model.h"

static u8 room[1000];

void chacha_stream(
	struct span out, const struct chacha_key *key, const struct chacha_nonce *nonce, u32 counter)
{
	(void)key->b[any_upto(CHACHA_KEY_BYTES - 1u)];
	(void)nonce->b[any_upto(sizeof nonce->b - 1u)];
	(void)counter;
	fill(out, any_u8());
}

int main(void)
{
	struct random r;

	random_init(&r);
	while (NONDET()) {
		struct random_seed seed = { { 0 } };

		fill(span_of(seed.b), any_u8());
		if (random_due(&r, any_u64(), any_u64()) && any_bool())
			random_seed(&r, &seed, any_u64(), any_u64());
		if (!r.seeded || r.cloned) /* random_ready(), field by field for Eva */
			continue;
		random_fill(&r, any_span(room));
		(void)random_u32(&r);
		(void)random_u64(&r);
		(void)random_below(&r, any_u32() / 2u + 1u);
	}
	return 0;
}
