/* chacha.h - the ChaCha20 stream of RFC 8439: a key, a nonce and a counter make 64-byte blocks of stream.
 *
 * The same key, nonce and counter always give the same stream, so a pair (key,
 * nonce) encrypts one message and no second one. There is no authentication
 * here: that is the business of whoever combines it with Poly1305.
 *
 * Keys are values: they live in the caller's struct and are given as eight
 * little-endian words, the state of RFC 8439 2.3.
 *
 * The algorithm is BoringSSL's (crypto/chacha), behind this header: see README.md.
 */
#ifndef LIB_CHACHA_CHACHA_H
#define LIB_CHACHA_CHACHA_H

#include "base/view.h"

#define CHACHA_BLOCK_BYTES 64u
#define CHACHA_KEY_BYTES   32u
#define CHACHA_NONCE_BYTES 12u

struct chacha_key {
	u8 b[CHACHA_KEY_BYTES];
};

struct chacha_nonce {
	u8 b[CHACHA_NONCE_BYTES];
};

/* Turns the bytes of s into their sum (exclusive or) with the stream that begins
 * at block `counter`: encrypts, and decrypts again. The counter must not wrap:
 * at most 2^32 - counter blocks. */
void chacha_xor(struct span s, const struct chacha_key *key, const struct chacha_nonce *nonce, u32 counter);

/* Fills s with the stream itself. */
void chacha_stream(
	struct span s, const struct chacha_key *key, const struct chacha_nonce *nonce, u32 counter);

#endif
