/* prove: lib/ip6/ip6.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * ip6_prove.c - any packet of any length, any header to write. */
/* prove-unreached: extensions 2 unknown_option 2 fragment 4 */
/* Joins of Frama-C's behind the returns of a switch; every branch was seen to be reached.
 * fragment: what an image without `fragments` does (lib/parts); here it has them. */
#include "lib/ip/ip_prove.h"
#include "lib/ip6/ip6.h"

static u8 packet[1600], room[64];

int main(void)
{
	struct reader r = reader_of(any_view(packet));
	struct writer w = writer_of(any_span(room));
	struct view payload;
	struct ip6 h;

	call_ip();
	(void)ip6_verdict_name(any_u8());
	(void)ip6_read(&r, &h, &payload);
	ip6_write(&w, &h);
	(void)ip6_read_reassembled(any_view(packet), &h, &payload);
	ip6_write_fragment(&w, any_u8(), any_u32(), (u16)(any_upto(8191) * 8u), any_bool());
	h = ip6_packet(any_ip(), any_ip(), any_u8(), any_u16());
	ip6_write(&w, &h);
	return 0;
}
