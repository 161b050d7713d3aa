/* prove: lib/icmp6/icmp6.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * icmp6_prove.c - any message of any length, any message to write. */
#include "lib/icmp6/icmp6.h"
#include "lib/ip/ip_prove.h"

static u8 message[1600], room[1600];

int main(void)
{
	struct writer w = writer_of(any_span(room));
	struct icmp_quote q;
	struct view body;
	struct icmp6 m;
	enum icmp_trouble trouble;

	call_ip();
	(void)icmp6_verdict_name(any_u8());
	(void)icmp6_read(any_ip(), any_ip(), any_view(message), any_bool(), &m, &body);
	icmp6_write(&w, any_ip(), any_ip(), &m, icmp6_quoted(body));
	(void)icmp6_trouble(&m, &trouble);
	m = icmp6_reply(&m);
	icmp6_write(&w, any_ip(), any_ip(), &m, body);
	(void)icmp6_quote(any_view(message), &q);
	return 0;
}
