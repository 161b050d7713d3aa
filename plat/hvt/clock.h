/* clock.h - dev/clock.h without a call: the processor's counter, set by the tender at every call. */
#ifndef PLAT_HVT_CLOCK_H
#define PLAT_HVT_CLOCK_H

#include "dev/clock.h"

/* clock_monotonic() for the loop: not part of the record. */
u64 clock_read(void);

#endif
