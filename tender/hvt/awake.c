/* awake.c - see awake.h. */
#include "tender/hvt/awake.h"

static bool is_soon(const struct awake *a, u64 now)
{
	return now >= a->since && now - a->since < AWAKE_NS;
}

void awake_rest(struct awake *a, u64 now)
{
	a->since = now;
	a->rests = true;
	a->waits = a->soon;
}

bool awake_waits(const struct awake *a)
{
	return a->waits;
}

bool awake_look(struct awake *a, u64 now)
{
	a->waits = a->waits && is_soon(a, now);
	return a->waits;
}

void awake_end(struct awake *a, u64 now)
{
	if (a->rests)
		a->soon = is_soon(a, now);
	a->rests = a->waits = false;
}
