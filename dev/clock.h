/* clock.h - two clocks, read only by the shell that drives the image; cores get `now` as an argument. */
#ifndef DEV_CLOCK_H
#define DEV_CLOCK_H

#include "base/types.h"

/* Nanoseconds since some moment; never goes back, goes on while the machine sleeps. */
u64 clock_monotonic(void);

/* Nanoseconds since 1970-01-01T00:00:00Z; may jump. 0: the machine has no such clock. */
u64 clock_wall(void);

#endif
