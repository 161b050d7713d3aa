/* hvt_solo5.h - images built for Solo5's hvt: in ring 0, as that interface wants, and these only. */
#ifndef TENDER_HVT_HVT_SOLO5_H
#define TENDER_HVT_HVT_SOLO5_H

#include "plat/linux/command.h"
#include "plat/linux/watch.h"

/* Runs it and does not return; or returns because it was not built for Solo5's
 * hvt. That knows no stop request: a signal ends the image here and now. */
void hvt_solo5(const struct command *o, u64 memory_bytes, struct watch *watch);

#endif
