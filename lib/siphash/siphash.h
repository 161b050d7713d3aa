/* siphash.h - SipHash-2-4: a keyed hash of short messages into 64 bits.
 *
 * With a key nobody else knows its results look random, and whoever sees or
 * chooses the messages can neither predict nor steer them. That is what tables
 * of connections want (no flooding of one bucket: Aumasson and Bernstein,
 * "SipHash: a fast short-input PRF", 2012), and the initial sequence numbers
 * of RFC 6528 and the ports of RFC 6056. It is not a hash for signatures: 64
 * bits, and worthless once the key is known.
 *
 * The algorithm is BoringSSL's (crypto/siphash), behind this header: see README.md.
 */
#ifndef LIB_SIPHASH_SIPHASH_H
#define LIB_SIPHASH_SIPHASH_H

#include "base/view.h"

struct siphash_key {
	u64 k0, k1; /* 16 random bytes, little-endian halves as in the paper */
};

/* The hash of these bytes. */
u64 siphash(const struct siphash_key *k, struct view v);

/* The hash of 32 bytes: these four words, little-endian, one after the other.
 * Equal to siphash() of those bytes on every machine. For four-tuples: */
u64 siphash_words(const struct siphash_key *k, u64 a, u64 b, u64 c, u64 d);

#endif
