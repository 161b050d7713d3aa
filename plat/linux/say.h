/* say.h - to the user, on standard error, in one form: "fata: WHAT WHICH: error: advice". */
#ifndef PLAT_LINUX_SAY_H
#define PLAT_LINUX_SAY_H

#include "plat/linux/linux.h"

#define STATUS_BAD_USE 2 /* exit status: the command line or a device is wrong */

/* Any of them may be empty; `error` is -errno, 0 is none. */
void say(struct view what, struct view which, long error, struct view advice);
_Noreturn void die(struct view what, struct view which, long error, struct view advice);

/* The bytes before the zero. */
struct view zero_text(const char *zero_ended);
/* Copies to a zero-ended string; false if it does not fit or has a zero inside. */
bool zero_string(struct span to, struct view v);

#endif
