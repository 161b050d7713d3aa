/* prove: lib/happy/happy.c lib/select/select.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c */
/* prove-with: require-stops */
/* happy_prove.c - any answers, attempts and failures, in any order, at any times. That what failed was tried is a
 * relation of the caller's number to the core's. */
#include "lib/happy/happy.h"
#include "lib/ip/ip_prove.h"

static struct happy h;
static struct select_sources ours;
static struct select_destinations d;

int main(void)
{
	u32 i;

	call_ip();
	(void)select_scope(any_ip());
	happy_start(&h);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		ours.count = any_u32();
		for (i = 0; i < SELECT_SOURCES; i += 1)
			ours.source[i] =
				(struct select_source){ any_prefix(), any_bool(), any_bool(), any_bool() };
		d.count = any_u32();
		for (i = 0; i < SELECT_DESTINATIONS; i += 1)
			d.to[i] = any_ip();
		happy_answer(&h, any_bool(), &d, &ours, now);
		if (happy_due(&h, now, &i) && NONDET())
			happy_failed(&h, NONDET() ? i : any_u32(), now);
		(void)happy_lost(&h);
		(void)happy_deadline(&h);
	}
	return 0;
}
