/* steps.c - see steps.h. */
#include "plat/record/steps.h"
#include "dev/image.h"

void steps_start(struct record *r, u64 now)
{
	record_start(r, now);
	image_start(now);
	record_return(r, TIME_NEVER);
}

u64 steps_step(struct record *r, u64 now)
{
	record_step(r, now);

	u64 wake = image_step(now);

	record_return(r, wake);
	return wake;
}

u64 steps_stop(struct record *r, u64 now, u64 deadline)
{
	record_stop(r, now, deadline);
	image_stop(now, deadline);
	record_return(r, TIME_NEVER);
	return deadline + STEPS_STOP_GRACE_NS;
}
