/* vanish.h - the tender takes itself out of the process and goes on in the image: all of it but the page this stands on.
 *
 * That page has this code and eight zero bytes, and nothing else. What it calls
 * is what the filter allows for it, with these very numbers: it can be called again, and does nothing then.
 */
#ifndef TENDER_SPT_CPU_VANISH_H
#define TENDER_SPT_CPU_VANISH_H

#include "base/types.h"

#define VANISH_PAGE 4096u

struct vanish {
	u64 from, before; /* the tender up to the page: address and bytes */
	u64 behind, rest; /* and behind it */
	u64 pc, sp, argument;
};

extern const u8 vanish_page[VANISH_PAGE],
	vanish_signals[8]; /* the page; the signals that are blocked in the image: none */

/* Unmaps, lets signals through, continues at `pc` with a stack that begins at `sp` and one argument. */
_Noreturn void vanish(const struct vanish *v);

#endif
