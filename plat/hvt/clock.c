/* clock.c - see clock.h. */
#include "plat/hvt/clock.h"
#include "plat/hvt/pages.h"

static u64 last; /* what was told last: a new setting never takes time back */

static u64 since_call(void)
{
	u64 ticks = cpu_ticks(), then = hvt_host->ticks;

	return ticks > then ? cpu_scale(ticks - then, hvt_host->ns_per_tick) : 0;
}

u64 clock_read(void)
{
	u64 now = hvt_host->monotonic_ns + since_call();

	last = now > last ? now : last;
	return last;
}

u64 clock_monotonic(void)
{
	u64 now = clock_read();

	record_clock_monotonic(&hvt_record, now);
	return now;
}

u64 clock_wall(void)
{
	u64 wall = hvt_host->wall_ns;

	wall = wall == 0 ? 0 : wall + since_call();
	record_clock_wall(&hvt_record, wall);
	return wall;
}
