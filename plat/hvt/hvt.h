/* hvt.h - the inside of the hvt target: what its files share. abi.h is what it shares with its tender. */
#ifndef PLAT_HVT_HVT_H
#define PLAT_HVT_HVT_H

#include "base/format.h"
#include "base/mem.h"
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "plat/hvt/abi.h"
#include "plat/hvt/cpu/x86_64/cpu.h"
#include "plat/record/record.h"

/* The two pages, from the entry on. */
extern const volatile struct hvt_host *hvt_host;
extern volatile struct hvt_guest *hvt_guest;

extern struct record hvt_record;

/* ---- hvt.c ---- */
_Noreturn void hvt_main(const struct hvt_host *host);
/* Everything that waits in either direction moves; back at once, or when
 * something has come, or at `until`. */
void hvt_rest(u64 until);
_Noreturn void hvt_end(u32 status);

/* ---- hvt_clock.c ---- */
u64 hvt_monotonic(void);

/* ---- hvt_net.c ---- */
void hvt_net_start(void);
bool hvt_net_more(void); /* a ring has frames that were not lent yet */

/* ---- hvt_block.c ---- */
bool hvt_block_more(void); /* something is done and not told */

/* ---- hvt_bytes.c: console and log, as frames of bytes ---- */
void hvt_bytes_start(void);
void hvt_log_write(struct view v);

#endif
