/* sim_dice.h - chance that can be had again: xoshiro256** (Blackman and Vigna), seeded by a number and a name.
 *
 * Everything in a simulation that is left to chance has dice of its own, named
 * after it ("link web lan"), so that adding a host to a scenario does not
 * change the luck of the others.
 */
#ifndef PLAT_SIM_SIM_DICE_H
#define PLAT_SIM_SIM_DICE_H

#include "base/view.h"

#define DICE_ALWAYS 1000000000u /* chances are counted in parts of 10^9 */

struct dice {
	u64 s[4];
};

struct dice dice_make(u64 seed, struct view name);

u64 dice_roll(struct dice *d);

/* 0 to limit - 1, each as likely as the other; 0 when limit is 0. */
u64 dice_below(struct dice *d, u64 limit);

/* True this many times of 10^9. Rolls only if it is neither 0 nor all of them. */
bool dice_chance(struct dice *d, u32 parts);

#endif
