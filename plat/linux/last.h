/* last.h - the last lines that were written to the console, for the report of how a program ended.
 *
 * A core. What is oldest makes room. It may lie where somebody else writes: what
 * it says of itself is looked at before it is believed.
 */
#ifndef PLAT_LINUX_LAST_H
#define PLAT_LINUX_LAST_H

#include "base/view.h"

#define LAST_BYTES 2048u
#define LAST_LINES 16u

struct last_lines {
	u32 bytes;
	u8 text[LAST_BYTES];
};

void last_keep(struct last_lines *l, struct view written);

/* At most LAST_LINES whole lines; empty when nothing was written. */
struct view last_of(const struct last_lines *l);

#endif
