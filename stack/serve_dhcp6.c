/* serve_dhcp6.c - carries messages between lib/dhcp6's server and its port, and keeps the ways to what it delegates. */
#include "stack/serve_dhcp6.h"
#include "stack/log.h"

static struct log_source LOG_DHCP6_SERVER = LOG_SOURCE("dhcp6-server");

static void lead(struct host *h, const struct serve_dhcp6_way *way, u64 until_ns)
{
	struct route route = { .to = way->to, .via = way->via, .until_ns = until_ns, .origin = ROUTE_DHCP };

	if (!route_set(&h->routes, &route, h->now))
		log_text(&LOG_DHCP6_SERVER, LOG_WARN, text("no room for a route to a delegated prefix"));
}

/* This message was about place i: it is leased to who sent it, anew or for longer, or given back. */
static void follow(struct host *h, struct serve_dhcp6 *x, u32 i, struct ip client)
{
	struct serve_dhcp6_way now = { dhcp6_server_prefix(&x->core, i, h->now), client };

	if (!ip_is_none(x->way[i].to.ip))
		lead(h, &x->way[i], 0);
	x->way[i] = now;
	if (!ip_is_none(now.to.ip))
		lead(h, &now, x->core.prefix.given[i].end_ns);
	host_addresses_changed(h);
}

static bool answer(struct host *h, struct serve_dhcp6 *x, const struct datagram *d, struct span out, usize *n)
{
	u64 ends[DHCP6_SERVER_LEASES];
	bool told;

	for (u32 i = 0; i < DHCP6_SERVER_LEASES; i += 1)
		ends[i] = x->core.prefix.given[i].end_ns;
	told = dhcp6_answer(&x->core, d->data, h->now, out, n);
	for (u32 i = 0; image_parts.routes && i < DHCP6_SERVER_LEASES; i += 1)
		if (x->core.prefix.given[i].end_ns != ends[i])
			follow(h, x, i, d->from);
	return told;
}

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
	if (answer(h, x, d, span_of(room), &n))
		(void)datagram_send(h, own, DHCP6_SERVER_PORT, d->from, DHCP6_CLIENT_PORT,
			view_first(view_of(room), n), now);
}

void serve_dhcp6(struct host *h, struct serve_dhcp6 *x, const struct dhcp6_server_config *config)
{
	struct dhcp6_server_config c = *config;
	u16 port;

	*x = (struct serve_dhcp6){ 0 };
	c.mac = h->net.mac;
	dhcp6_server_init(&x->core, &c);
	port = datagram_bind(h, DHCP6_SERVER_PORT, receive, x);
	require(port != 0);
	require(multicast_listen(h, dhcp6_servers()));
}
