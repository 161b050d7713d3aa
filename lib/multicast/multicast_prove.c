/* prove: lib/multicast/multicast.c lib/multicast/multicast_wire.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * multicast_prove.c - any joins, queries and reports, at any times. */
#include "lib/ip/ip_prove.h"
#include "lib/multicast/multicast.h"

static u8 message[1500], room[64];
static struct multicast m;

int main(void)
{
	multicast_init(&m, any_u64());
	while (NONDET()) {
		u64 now = any_u64() / 4;
		struct writer w = writer_of(any_span(room));
		struct multicast_query q;
		struct multicast_report r;

		(void)multicast_join(&m, any_ip(), now);
		(void)multicast_leave(&m, any_ip(), now);
		(void)multicast_has(&m, any_ip());
		if (NONDET() ? multicast_read4(any_view(message), &q)
			     : multicast_read6(any_view(message), &q))
			multicast_query(&m, &q, now);
		(void)multicast_due(&m, now, &r);
		(void)multicast_to(&r);
		multicast_write4(&w, &r);
		multicast_write6(&w, any_ip(), &r);
		(void)multicast_deadline(&m);
	}
	return 0;
}
