/* sim_dice.c - see sim_dice.h. */
#include "plat/sim/sim_dice.h"

/* splitmix64: fills the state from one number; never all zero. */
static u64 split(u64 *x)
{
	u64 z = *x += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

struct dice dice_make(u64 seed, struct view name)
{
	struct dice d;
	u64 x = seed;

	for (usize i = 0; i < name.n; i += 1) {
		x ^= view_at(name, i);
		x = split(&x);
	}
	for (u32 i = 0; i < COUNT(d.s); i += 1)
		d.s[i] = split(&x);
	return d;
}

static u64 turn(u64 x, u32 bits)
{
	return x << bits | x >> (64 - bits);
}

u64 dice_roll(struct dice *d)
{
	u64 *s = d->s;
	u64 result = turn(s[1] * 5, 7) * 9;
	u64 t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = turn(s[3], 45);
	return result;
}

/* Lemire's multiplication; what remains of bias is below 2^-32 for any limit a
 * simulation uses, and rejecting would make the number of rolls depend on luck. */
u64 dice_below(struct dice *d, u64 limit)
{
	return (u64)(((unsigned __int128)dice_roll(d) * limit) >> 64);
}

bool dice_chance(struct dice *d, u32 parts)
{
	if (parts == 0)
		return false;
	return parts >= DICE_ALWAYS || dice_below(d, DICE_ALWAYS) < parts;
}
