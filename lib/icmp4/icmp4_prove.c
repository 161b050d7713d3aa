/* prove: lib/icmp4/icmp4.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * icmp4_prove.c - any message of any length, any message to write. */
/* prove-unreached: icmp4_read 1 */
/* A join of Frama-C's behind the returns of a switch; every branch was seen to be reached. */
#include "lib/icmp4/icmp4.h"
#include "lib/ip/ip_prove.h"

static u8 message[1600], room[1600];

int main(void)
{
	struct writer w = writer_of(any_span(room));
	struct icmp_quote q;
	struct view body;
	struct icmp4 m;
	enum icmp_trouble trouble;

	call_ip();
	(void)icmp4_verdict_name(any_u8());
	(void)icmp4_read(any_view(message), any_bool(), &m, &body);
	icmp4_write(&w, &m, icmp4_quoted(body));
	(void)icmp4_trouble(&m, &trouble);
	m = icmp4_reply(&m);
	icmp4_write(&w, &m, body);
	(void)icmp4_quote(any_view(message), &q);
	return 0;
}
