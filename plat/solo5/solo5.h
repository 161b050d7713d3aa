/* solo5.h - an image for Solo5's tenders: what both of them have in common, and what each must offer for it.
 *
 * The two tenders give a guest the same few things by different means
 * (doc/solo5.md): boot information, and calls that move one frame, one block or
 * some text. hvt/ and spt/ are the means, behind the functions named tender_*
 * below. They come in at their own entry, read the boot information, and call
 * solo5_main(), which is dev/ and the loop over them.
 *
 * Nothing is batched and nothing is offloaded, since the interface has neither:
 * this target is for what deploys Solo5 guests today, and never the default.
 */
#ifndef PLAT_SOLO5_SOLO5_H
#define PLAT_SOLO5_SOLO5_H

#include "base/format.h"
#include "base/mem.h"
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "lib/solo5/solo5.h"

#define GUEST_STACK_BYTES (96u << 10) /* below it is read-only data: running over ends in a fault */

/* ---- each tender's part defines ---- */

struct view tender_name(void); /* "solo5-hvt" */
enum solo5_result tender_net_read(u32 handle, struct span to, usize *n);
enum solo5_result tender_net_write(u32 handle, struct view frame);
enum solo5_result tender_block_read(u32 handle, u64 offset, struct span to);
enum solo5_result tender_block_write(u32 handle, u64 offset, struct view from);
void tender_write(struct view v); /* to the console: all of it or what can be taken */
u64 tender_monotonic(void);
u64 tender_wall(void);
u64 tender_wait(u64 now, u64 until); /* until then or a port has something: a bit for each such handle */
_Noreturn void tender_exit(u8 status);

/* ---- solo5.c ---- */

struct guest {
	u64 memory_bytes;
	struct view command_line;
	struct solo5_manifest manifest;
};
extern struct guest guest;

/* Zero-ended text and the manifest, from where the tender put them: addresses of boot information. */
void guest_told(const struct solo5_boot *boot);
_Noreturn void solo5_main(void);

/* The guard of every function's frame, before any of them has one. */
void guest_guard(void);

/* The handle of the n-th device of this kind; 0: there is none, or it is not attached. */
u32 guest_device(enum solo5_kind kind, u32 n);

/* Ends the image with Solo5's status for that: "fata: ..." and a line's end have been written. */
_Noreturn void guest_abort(struct writer *why);

/* ---- solo5_net.c, solo5_block.c ---- */
void guest_net_start(void);
bool guest_net_more(void);       /* some port may have frames that no wait is needed for */
void guest_net_ready(u64 ready); /* a wait has told which ports have something */
void guest_net_look(void);       /* no wait has told: ask them all */
void guest_block_start(void);
bool guest_block_more(void);

#endif
