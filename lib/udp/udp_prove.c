/* prove: lib/udp/udp.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * udp_prove.c - any datagram of any length, any header to write. */
#include "lib/ip/ip_prove.h"
#include "lib/udp/udp.h"

static u8 packet[1600], room[64];

int main(void)
{
	struct writer w = writer_of(any_span(room));
	struct view payload;
	struct udp u;

	call_ip();
	(void)udp_verdict_name(any_u8());
	(void)udp_read(any_ip(), any_ip(), any_view(packet), any_bool(), &u, &payload);
	u = (struct udp){ any_u16(), any_u16(), any_u16() / 2 };
	(void)udp_checksum(any_ip(), any_ip(), &u, payload);
	udp_write(&w, &u, udp_partial(any_ip(), any_ip(), &u));
	return 0;
}
