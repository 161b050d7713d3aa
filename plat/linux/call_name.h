/* call_name.h - the names of system calls that ours make, and of those that are often tried where they are not allowed. */
#ifndef PLAT_LINUX_CALL_NAME_H
#define PLAT_LINUX_CALL_NAME_H

#include "base/view.h"

/* "pread64"; empty for any other. */
struct view call_name(u64 call);

#endif
