#include "lib/siphash/siphash.h"
#include <openssl/siphash.h>

u64 siphash(const struct siphash_key *k, struct view v)
{
	u64 key[2] = { k->k0, k->k1 };

	return SIPHASH_24(key, v.p, v.n);
}

/* The words as they lie in memory: every processor we have is little-endian
 * (and BoringSSL refuses to compile for another). */
u64 siphash_words(const struct siphash_key *k, u64 a, u64 b, u64 c, u64 d)
{
	u64 words[4] = { a, b, c, d };

	return siphash(k, view_of(words));
}
