/* report.h - what went wrong in the image, said on standard error by its tender: no code of the image takes part. */
#ifndef TENDER_HVT_REPORT_H
#define TENDER_HVT_REPORT_H

#include "tender/hvt/guest.h"

/* A trap: what, where, registers. Returns the exit status, as on unix: 128 and a signal's number. */
u8 report_trap(const struct guest *g, const struct machine *m);

/* It was left for a reason that no image of ours gives. */
u8 report_wrong(const struct guest *g, const struct machine *m);

/* Its own last words, cleaned of what a terminal would obey. */
void report_words(const struct guest *g);

/* When what was done, on the monotonic clock. */
enum report_start {
	REPORT_ENTERED,
	REPORT_LOADED,
	REPORT_ATTACHED,
	REPORT_MADE, /* the machine */
	REPORT_CONFINED,
	REPORT_RESTED, /* the guest, for the first time */
	REPORT_TIMES
};

/* How it has started, and what it did since. */
void report_counters(const struct guest *g, const struct machine *m, const u64 times[static REPORT_TIMES]);

#endif
