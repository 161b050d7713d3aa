/* prove: lib/route/route.c lib/ip/ip.c lib/eth/eth.c
 *
 * route_prove.c - any routes and news of routers, in any order, at any times. */
#include "lib/ip/ip_prove.h"
#include "lib/route/route.h"

static struct routes r;

int main(void)
{
	struct ip hop;
	u8 bits;

	call_ip();
	(void)route_origin_name(any_u8());
	route_init(&r);
	while (NONDET()) {
		u64 now = any_u64() / 4;
		struct route e = { .to = { any_ip(), any_u8() % 33u },
			.via = any_ip(),
			.until_ns = any_u64(),
			.preference = any_u8(),
			.origin = ROUTE_STATIC + any_u8() % 3u };

		(void)route_set(&r, &e, now);
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
