/* serve_dhcp6.c - carries messages between lib/dhcp6's server and its port. */
#include "stack/serve_dhcp6.h"

/* RFC 9915 7.1, 14: clients speak from their link-local address and to the group; unicast they no longer may.
 * So nobody from elsewhere is answered, nor made to be answered. */
static void receive(void *context, struct host *h, const struct datagram *d, u64 now)
{
	struct serve_dhcp6 *x = context;
	struct ip own = slaac_source(&h->slaac, nd_all_nodes());
	u8 room[DHCP6_ANSWER_BYTES_MAX];
	usize n;

	if (!ip_is_link_local(d->from) || !ip_equal(d->to, dhcp6_servers()) || ip_is_none(own))
		return;
	if (dhcp6_answer(&x->core, d->data, now, span_of(room), &n))
		(void)datagram_send(h, own, DHCP6_SERVER_PORT, d->from, DHCP6_CLIENT_PORT,
			view_first(view_of(room), n), now);
}

void serve_dhcp6(struct host *h, struct serve_dhcp6 *x, const struct dhcp6_server_config *config)
{
	struct dhcp6_server_config c = *config;
	u16 port;

	c.mac = h->net.mac;
	dhcp6_server_init(&x->core, &c);
	port = datagram_bind(h, DHCP6_SERVER_PORT, receive, x);
	require(port != 0);
	require(multicast_listen(h, dhcp6_servers()));
}
