/* plan.h - the areas of a guest's memory: which there are, how large, in which order. The bill that `fata describe`
 * prints is this plan, and so is what the tender maps: the two cannot differ.
 *
 * Numbers only, over memory.h.
 */
#ifndef TENDER_HVT_PLAN_H
#define TENDER_HVT_PLAN_H

#include "tender/hvt/memory.h"

#define PLAN_PORTS         8u
#define PLAN_STACK_BYTES   (96u << 10)
#define PLAN_RING_BYTES    (256u << 10) /* network: room for a largest frame wherever it stands */
#define PLAN_CONSOLE_BYTES (8u << 10)
#define PLAN_LOG_BYTES     (64u << 10)
#define PLAN_ARGUMENTS     (16u << 10)

/* Areas by number; behind them two for each port (received, sent), then the record's, if there is one. */
enum plan_area {
	PLAN_IMAGE,
	PLAN_STACK,
	PLAN_HOST, /* what the tender tells */
	PLAN_SAID, /* what the image says */
	PLAN_WORDS,
	PLAN_CONSOLE,
	PLAN_RINGS
};
static inline u32 plan_rx(u32 port)
{
	return PLAN_RINGS + 2u * port;
}
static inline u32 plan_tx(u32 port)
{
	return plan_rx(port) + 1u;
}
static inline u32 plan_log(u32 all_ports)
{
	return plan_rx(all_ports);
}

struct plan {
	u64 image_bytes; /* image_file.bytes */
	u32 ports;       /* at most PLAN_PORTS */
	bool log;
};

/* Every area gets its place; m->bytes is all of the guest's memory. */
void plan_make(struct memory *m, const struct plan *p, const u64 random[static MEMORY_GROUPS + 1]);

#endif
