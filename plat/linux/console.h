/* console.h - dev/console.h on descriptors 0 and 1, and dev/entropy.h on the kernel's generator. */
#ifndef PLAT_LINUX_CONSOLE_H
#define PLAT_LINUX_CONSOLE_H

#include "base/types.h"

/* The image reads its input: wait for it too. */
bool console_wanted(void);

#endif
