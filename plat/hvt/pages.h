/* pages.h - what the parts of the hvt target stand on: the two pages shared with the tender, the call to it, the record. */
#ifndef PLAT_HVT_PAGES_H
#define PLAT_HVT_PAGES_H

#include "plat/hvt/abi.h"
#include "plat/hvt/cpu/x86_64/cpu.h"
#include "plat/record/record.h"

/* From the entry on. Nothing else runs while the image does, and every call may change all of them. */
extern const volatile struct hvt_host *hvt_host;
extern volatile struct hvt_guest *hvt_guest;

extern struct record hvt_record;

void hvt_pages(const struct hvt_host *host);

/* Everything that waits in either direction moves; back at once, or when
 * something has come, or at `until`. */
void hvt_rest(u64 until);

/* The image is over; it does not come back. */
_Noreturn void hvt_end(u32 status);

#endif
