/* host_routes.c - which ways a host knows: given, leased, advertised; and being a router itself. */
#include "dev/net.h"
#include "stack/host.h"

/* ---- without a table (lib/parts): a gateway for each family ---- */

struct ip host_gateway(const struct host *h, bool four)
{
	if (!four)
		return ip_is_none(h->config.gateway6) ? h->router : h->config.gateway6;
	if (!ip_is_none(h->config.gateway4) || !h->dhcp_runs || h->dhcp.lease.routes == 0)
		return h->config.gateway4;
	return h->dhcp.lease.route[0].via;
}

/* The first that advertises itself, until it says otherwise or is silent for too long. */
static void use_router(struct host *h, struct ip router, u32 lifetime_s)
{
	h->router = router;
	h->router_until_ns = lifetime_s > 0 ? h->now + lifetime_s * NS_PER_S : TIME_NEVER;
	if (lifetime_s == 0)
		slaac_no_router(&h->slaac, h->now);
}

static void advertised_router(struct host *h, const struct nd *m, struct ip from)
{
	bool known = ip_equal(h->router, from);

	if (m->lifetime_s > 0 && (known || ip_is_none(h->router)))
		use_router(h, from, m->lifetime_s);
	else if (known)
		use_router(h, ip_none(), 0);
}

/* ---- with one ---- */

static void given_route(struct host *h, struct ip_prefix to, struct ip via)
{
	(void)route_set(&h->routes,
		&(struct route){ .to = to, .via = via, .until_ns = TIME_NEVER, .origin = ROUTE_STATIC },
		h->now);
}

void host_given_routes(struct host *h)
{
	const struct host_config *c = &h->config;

	h->router_until_ns = TIME_NEVER;
	if (!image_parts.routes)
		return;
	route_init(&h->routes);
	for (u32 i = 0; i < HOST_ROUTES; i += 1)
		if (!ip_is_none(c->route[i].to.ip) || !ip_is_none(c->route[i].via))
			given_route(h, c->route[i].to, c->route[i].via);
	if (!ip_is_none(c->gateway4))
		given_route(h, (struct ip_prefix){ ip_from4(0), 0 }, c->gateway4);
	if (!ip_is_none(c->gateway6))
		given_route(h, (struct ip_prefix){ 0 }, c->gateway6);
}

void host_leased_routes(struct host *h)
{
	const struct dhcp_lease *l = &h->dhcp.lease;

	if (!image_parts.routes)
		return;
	route_forget(&h->routes, ROUTE_DHCP, true);
	for (u32 i = 0; dhcp_bound(&h->dhcp) && i < l->routes; i += 1)
		(void)route_set(&h->routes,
			&(struct route){ .to = l->route[i].to,
				.via = l->route[i].via,
				.until_ns = l->end_ns,
				.origin = ROUTE_DHCP },
			h->now);
}

/* RFC 4861 6.3.4: the router itself, and RFC 4191 what it leads to. */
static void advertised_route(
	struct host *h, struct ip_prefix to, struct ip router, u32 lifetime_s, i32 preference)
{
	u64 until = lifetime_s == ND_FOREVER ? TIME_NEVER : h->now + lifetime_s * NS_PER_S;

	(void)route_set(&h->routes,
		&(struct route){ .to = to,
			.via = router,
			.until_ns = until,
			.preference = preference,
			.origin = ROUTE_RA },
		h->now);
}

/* Without a router we ask for one, as at the start. */
static void follow_routers(struct host *h, bool had)
{
	if (had && !route_has_default(&h->routes, ROUTE_RA, false))
		slaac_no_router(&h->slaac, h->now);
}

void host_advertised_routes(struct host *h, const struct nd *m, struct ip from)
{
	bool had;

	if (!image_parts.routes) {
		advertised_router(h, m, from);
		return;
	}
	had = route_has_default(&h->routes, ROUTE_RA, false);
	advertised_route(h, (struct ip_prefix){ 0 }, from, m->lifetime_s, m->preference);
	for (u32 i = 0; i < m->routes && i < ND_ROUTES; i += 1)
		advertised_route(h, m->route[i].to, from, m->route[i].lifetime_s, m->route[i].preference);
	follow_routers(h, had);
}

void host_routes_step(struct host *h)
{
	struct ip via;
	struct mac mac;
	bool had;

	if (!image_parts.routes && h->router_until_ns <= h->now)
		use_router(h, ip_none(), 0);
	if (!image_parts.routes || h->now < route_deadline(&h->routes))
		return;
	had = route_has_default(&h->routes, ROUTE_RA, false);
	while (route_due(&h->routes, h->now, &via))
		if (neigh_find(&h->neigh, via, h->now, &mac) == NEIGH_ASK)
			host_solicit(h, via, mac_none());
	follow_routers(h, had);
}

u64 host_routes_deadline(const struct host *h)
{
	return image_parts.routes ? route_deadline(&h->routes) : h->router_until_ns;
}

/* A router's advertisement: asked for, and now and then (RFC 4861 6.2.4). */
static void advertise(struct host *h)
{
	u8 room[ND_ROUTER_BYTES_MAX];
	struct writer w = writer_of(span_of(room));
	struct ip own = slaac_source(&h->slaac, nd_all_nodes());
	const struct search none = { .count = 0 },
			    *list = h->advertised_search ? h->advertised_search : &none;

	if (ip_is_none(own))
		return;
	h->advertise_ns = h->now + HOST_ADVERTISE_NS;
	nd_write_router(&w, own, nd_all_nodes(), &h->advertisement, list);
	(void)host_send_packet(h, own, nd_all_nodes(), IP_ICMP6, ND_HOP_LIMIT, write_done(&w));
}

void host_advertise(struct host *h, const struct nd *advertisement, const struct search *list)
{
	require(image_parts.router);
	h->advertise = advertise;
	h->advertisement = *advertisement;
	h->advertised_search = list;
	h->advertisement.link = h->net.mac;
	h->advertise_ns = h->now;
	host_addresses_changed(h);
	net_multicast(h->port, ip_multicast_mac(nd_all_routers()), true);
}
