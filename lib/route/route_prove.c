/* prove: lib/route/route.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c */
/* prove-with: precision=2 */
/* prove-unreached: route_set 1 */
/* route_prove.c - any routes and news of routers, in any order, at any times. Not reached: that its require() of the
 * bits does not hold. */
#include "lib/ip/ip_prove.h"
#include "lib/route/route.h"

static struct routes r;

static void set(struct ip_prefix to, u64 now)
{
	struct route e = { .to = to,
		.via = any_ip(),
		.until_ns = any_u64(),
		.preference = any_u8(),
		.origin = ROUTE_STATIC + any_u8() % 3u };

	(void)route_set(&r, &e, now);
}

int main(void)
{
	struct ip hop;
	u8 bits;

	call_ip();
	(void)route_origin_name(any_u8());
	route_init(&r);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		if (NONDET())
			set((struct ip_prefix){ ip_from4(any_u32()), any_u8() % 33u }, now);
		else
			set((struct ip_prefix){ { any_u64() / 2 + 1u, any_u64() }, any_u8() % 129u }, now);
		(void)route_find(&r, any_ip(), &hop, &bits);
		(void)route_has_default(&r, any_u8(), any_bool());
		if (NONDET())
			route_forget(&r, any_u8(), any_bool());
		route_failed(&r, any_ip(), now);
		route_answered(&r, any_ip());
		while (route_due(&r, now, &hop))
			;
		(void)route_deadline(&r);
	}
	return 0;
}
