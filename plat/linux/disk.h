/* disk.h - dev/block.h on files and block devices: done when submitted, told at the next block_complete(). */
#ifndef PLAT_LINUX_DISK_H
#define PLAT_LINUX_DISK_H

#include "plat/linux/attached.h"

void disk_start(const struct attached *a);

/* Something is done and not told: step the image, do not wait. */
bool disk_more(void);

#endif
