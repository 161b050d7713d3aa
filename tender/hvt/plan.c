/* plan.c - see plan.h. */
#include "tender/hvt/plan.h"

_Static_assert(PLAN_RINGS + 2u * PLAN_PORTS + 1u <= MEMORY_AREAS, "there is room for all of them");

struct area {
	enum memory_group group;
	bool write;
	u64 bytes;
};

static u32 list(const struct plan *p, struct area out[static MEMORY_AREAS])
{
	const struct area fixed[PLAN_RINGS] = {
		[PLAN_IMAGE] = { MEMORY_IMAGE, false, p->image_bytes },
		[PLAN_STACK] = { MEMORY_STACK, true, PLAN_STACK_BYTES },
		[PLAN_HOST] = { MEMORY_SHARED, false, MEMORY_PAGE },
		[PLAN_SAID] = { MEMORY_SHARED, true, MEMORY_PAGE },
		[PLAN_WORDS] = { MEMORY_SHARED, false, PLAN_ARGUMENTS },
		[PLAN_CONSOLE] = { MEMORY_SHARED, true, PLAN_CONSOLE_BYTES },
	};
	u32 n = 0;

	for (; n < PLAN_RINGS; n += 1)
		out[n] = fixed[n];
	for (u32 i = 0; i < p->ports; i += 1) {
		out[plan_rx(i)] = (struct area){ MEMORY_SHARED, false, PLAN_RING_BYTES };
		out[plan_tx(i)] = (struct area){ MEMORY_SHARED, true, PLAN_RING_BYTES };
		n += 2;
	}
	if (p->log)
		out[n++] = (struct area){ MEMORY_SHARED, true, PLAN_LOG_BYTES };
	return n;
}

void plan_make(struct memory *m, const struct plan *p, const u64 random[static MEMORY_GROUPS + 1])
{
	struct area areas[MEMORY_AREAS];
	u64 most = 2u * MEMORY_PAGE; /* the doorbell and what surrounds it */

	require(p->ports <= PLAN_PORTS);

	u32 n = list(p, areas);

	for (u32 i = 0; i < n; i += 1)
		most += areas[i].bytes + 2u * MEMORY_PAGE; /* rounded up, and an unmapped page */
	memory_begin(m, most, random);
	for (u32 i = 0; i < n; i += 1)
		memory_add(m, areas[i].group, areas[i].bytes, areas[i].write);
}
