#include "lib/chacha/chacha.h"
#include <openssl/chacha.h>

void chacha_xor(struct span s, const struct chacha_key *key, const struct chacha_nonce *nonce, u32 counter)
{
	usize blocks = s.n / CHACHA_BLOCK_BYTES + (s.n % CHACHA_BLOCK_BYTES != 0);

	/* A stream that comes round to its first block again is the same stream twice. */
	require(blocks <= 0x100000000ull - counter);
	CRYPTO_chacha_20(s.p, s.p, s.n, key->b, nonce->b, counter);
}

void chacha_stream(struct span s, const struct chacha_key *key, const struct chacha_nonce *nonce, u32 counter)
{
	fill(s, 0);
	chacha_xor(s, key, nonce, counter);
}
