/* host_errors.c - ICMP errors in: whose they are, and whether to believe them (RFC 1122 3.2.2, RFC 4443 2.4, RFC 5927). */
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "stack/host.h"

void host_error_in(struct host *h, struct ip to, struct host_error e, struct view packet)
{
	bool known = ip_is4(to) ? icmp4_quote(packet, &e.quote) : icmp6_quote(packet, &e.quote);
	bool ours = false;

	if (known && ip_equal(e.quote.from, to) && host_owns(h, to)) {
		if (e.quote.protocol == IP_UDP)
			ours = datagram_error_in(h, &e);
		else if (e.quote.protocol == IP_TCP)
			ours = flow_error_in(h, &e);
	}
	if (!ours) {
		host_count(&h->counts.dropped_not_ours, ip_is_none(e.hop));
		return;
	}
	host_count(&h->counts.errors_in, 1);
	if (e.trouble == ICMP_TOO_BIG)
		(void)pmtu_learn(&h->pmtu, e.quote.to, e.mtu, e.quote.bytes, h->net.mtu, h->now);
	if (e.quote.protocol == IP_TCP)
		flow_error_heed(h, &e);
}
