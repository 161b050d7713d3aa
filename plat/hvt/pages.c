#include "plat/hvt/pages.h"

const volatile struct hvt_host *hvt_host;
volatile struct hvt_guest *hvt_guest;
struct record hvt_record;

void hvt_pages(const struct hvt_host *host)
{
	hvt_host = host;
	hvt_guest = (volatile struct hvt_guest *)host->guest;
}

void hvt_rest(u64 until)
{
	hvt_guest->rest_until_ns = until;
	cpu_ring(hvt_host->doorbell, HVT_REST);
	/* the tender has taken these */
	hvt_guest->typed_taken = 0;
	hvt_guest->groups = 0;
}

_Noreturn void hvt_end(u32 status)
{
	hvt_guest->status = status;
	for (;;)
		cpu_ring(hvt_host->doorbell, HVT_LEAVE);
}
