/* prove: lib/ip4/ip4.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * ip4_prove.c - any packet of any length, any header to write. */
#include "lib/ip/ip_prove.h"
#include "lib/ip4/ip4.h"

static u8 packet[1600], room[64];

int main(void)
{
	struct reader r = reader_of(any_view(packet));
	struct writer w = writer_of(any_span(room));
	struct view payload;
	struct ip4 h;

	call_ip();
	(void)ip4_verdict_name(any_u8());
	(void)ip4_read(&r, any_bool(), &h, &payload);
	ip4_write(&w, &h);
	ip4_write_router_alert(&w, &h);
	h = ip4_packet(any_ip(), any_ip(), any_u8(), any_u16() / 2);
	h.more_fragments = any_bool();
	ip4_write(&w, &h);
	(void)ip4_is_broadcast(any_ip(), any_prefix());
	return 0;
}
