/* random.h - the generator all randomness of an image comes from, as a value.
 *
 * The model. struct random is a key for ChaCha20 and a buffer of stream made
 * with it. When the buffer is used up, one call of ChaCha20 makes the next
 * one *and the next key*, and the old key is gone; bytes are erased from the
 * buffer as they are handed out. So whoever reads the memory of an image learns
 * nothing of what was handed out before (backtracking resistance). This is
 * "fast-key-erasure random-number generators" (D. J. Bernstein, 2017).
 *
 * Seeding. It begins unseeded and then gives nothing: every call below that
 * makes randomness requires random_ready(), and starting before it is the
 * caller's bug. Seed bytes come from dev/entropy.h through random_seed(), which
 * mixes: the new key is the stream of the old key under which the seed was
 * absorbed, so a bad or known seed never makes a good generator worse.
 *
 * Ask random_due() once a step: it says whether seed bytes are wanted, which is
 * when it is unseeded, after RANDOM_RESEED_NS or RANDOM_RESEED_BYTES, or at once
 * when the machine's generation changed (cloned, or restored from a snapshot:
 * two machines have the same key now). In that last case it is not ready until
 * random_seed() with the new generation has been called: it fails closed.
 *
 *     if (random_due(&r, entropy_generation(), now)) {
 *             struct random_seed s;
 *             if (entropy_seed(span_of(s.b)) != ENTROPY_NONE)
 *                     random_seed(&r, &s, entropy_generation(), now);
 *     }
 *     if (!random_ready(&r)) return ...try again next step;
 *
 * Copying the struct copies the generator: both then give the same bytes. That
 * is right for a simulation's snapshot and wrong for anything else.
 */
#ifndef LIB_RANDOM_RANDOM_H
#define LIB_RANDOM_RANDOM_H

#include "lib/chacha/chacha.h"

#define RANDOM_SEED_BYTES   32u
#define RANDOM_BUFFER_BYTES 480u            /* with the key: eight blocks, one call of vector code */
#define RANDOM_RESEED_NS    (60 * NS_PER_S) /* then fresh entropy is asked for, not waited for */
#define RANDOM_RESEED_BYTES (1ull << 24)    /* the same */

struct random_seed {
	u8 b[RANDOM_SEED_BYTES];
};

struct random {
	struct chacha_key key;
	u8 buffer[RANDOM_BUFFER_BYTES]; /* bytes before `used` are zero */
	u32 used;
	bool seeded;    /* at least once */
	bool cloned;    /* not since the generation changed */
	u64 generation; /* of the last seed */
	u64 seeded_at;  /* instant of the last seed */
	u64 given;      /* bytes handed out since */
};

/* Unseeded. */
void random_init(struct random *r);

/* Whether it wants seed bytes now. Once it has seen another generation it is
 * not ready until it is seeded. */
bool random_due(struct random *r, u64 generation, u64 now);

/* Mixes 32 bytes of entropy in and throws the buffer away. The caller's copy of
 * the seed is erased. */
void random_seed(struct random *r, struct random_seed *seed, u64 generation, u64 now);

/* Seeded, and not cloned since. */
static inline bool random_ready(const struct random *r)
{
	return r->seeded && !r->cloned;
}

/* Fills the span; all of it, always. Requires random_ready(), as all below. */
void random_fill(struct random *r, struct span s);

u32 random_u32(struct random *r);
u64 random_u64(struct random *r);

/* Each of 0 .. limit - 1 equally likely; limit > 0. */
u32 random_below(struct random *r, u32 limit);

#endif
