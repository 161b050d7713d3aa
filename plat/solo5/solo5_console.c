/* solo5_console.c - dev/console.h and dev/clock.h: what the tender has, which is no input. */
#include "plat/solo5/solo5.h"

void console_write(struct view v)
{
	tender_write(v);
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	require(n == 0);
}

u64 clock_monotonic(void)
{
	return tender_monotonic();
}

u64 clock_wall(void)
{
	return tender_wall();
}
