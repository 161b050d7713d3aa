/* bytes.h - dev/console.h and dev/entropy.h, and the record's way out: bytes as frames of a ring each. */
#ifndef PLAT_HVT_BYTES_H
#define PLAT_HVT_BYTES_H

#include "dev/console.h"
#include "dev/entropy.h"

void bytes_start(void);

#endif
