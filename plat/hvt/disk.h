/* disk.h - dev/block.h: requests in a table, done in order by the tender at the next call. */
#ifndef PLAT_HVT_DISK_H
#define PLAT_HVT_DISK_H

#include "dev/block.h"

/* Something is done and not told: step, do not rest. */
bool disk_more(void);

#endif
