/* host_addresses.c - how the host comes to its addresses, and who is where: ARP, DHCP, ND, SLAAC. */
#include "dev/net.h"
#include "stack/host.h"
#include "stack/log.h"

static struct log_source LOG_HOST = LOG_SOURCE("host");

static void announce(struct ip_prefix p, struct view how)
{
	struct writer w = log_begin(&LOG_HOST, LOG_INFO);

	write_text(&w, "address ");
	ip_prefix_write_text(&w, p);
	write_text(&w, " (");
	write_view(&w, how);
	write_text(&w, ")");
	log_end(&w);
}

/* ---- IPv4: static, or a lease ---- */

static void send_arp(struct host *h, const struct arp *a, struct mac to);

static void claim_ip4(struct host *h)
{
	if (image_parts.router && h->config.bare)
		return;
	if (image_parts.conflicts) {
		arp_claim_start(&h->claim, h->net.mac, h->ip4.ip, false, random_u64(h->random), h->now);
	} else {
		struct arp once = arp_announcement(h->net.mac, h->ip4.ip);

		send_arp(h, &once, mac_broadcast());
	}
}

static void use_ip4(struct host *h, struct ip_prefix p, struct view how)
{
	bool news = !ip_equal(h->ip4.ip, p.ip) || h->ip4.bits != p.bits;

	h->ip4 = p;
	if (!news)
		return;
	/* Announced at once, without asking first: where addresses are administered (by
	 * hand or by DHCP) four seconds of silence at every boot buy nothing. A conflict is
	 * still noticed and defended, or the lease declined. */
	claim_ip4(h);
	announce(p, how);
}

static void lose_ip4(struct host *h)
{
	if (ip_is_none(h->ip4.ip))
		return;
	h->ip4 = (struct ip_prefix){ 0 };
	if (image_parts.routes)
		route_forget(&h->routes, ROUTE_DHCP, true);
	if (image_parts.conflicts)
		arp_claim_stop(&h->claim);
	if (!h->stopping) /* then it was given back: nothing to warn of */
		log_text(&LOG_HOST, LOG_WARN, text("the IPv4 lease has ended: no address"));
}

static void follow_lease(struct host *h)
{
	if (!h->dhcp_runs)
		return;
	if (dhcp_bound(&h->dhcp))
		use_ip4(h, h->dhcp.lease.ip, text("DHCP"));
	else
		lose_ip4(h);
}

void host_dhcp_in(struct host *h, struct view message)
{
	host_addresses_changed(h);
	if (!dhcp_receive(&h->dhcp, message, h->now))
		return;
	host_leased_routes(h);
	follow_lease(h);
}

static void send_dhcp(struct host *h)
{
	u8 room[DHCP_BYTES_MAX];
	struct dhcp_where where;
	usize n;

	while (h->dhcp_runs && dhcp_send(&h->dhcp, h->now, span_of(room), &n, &where))
		(void)datagram_send_small(h, where.from, DHCP_CLIENT_PORT, where.to, DHCP_SERVER_PORT,
			view_first(view_of(room), n));
	follow_lease(h);
}

/* What a neighbour's message says about an address. */
static void learn(struct host *h, struct ip ip, struct mac mac, u32 how)
{
	if (neigh_learn(&h->neigh, ip, mac, how, h->now))
		host_pending_flush(h, ip, mac);
	if (image_parts.routes && (how & NEIGH_SOLICITED) != 0)
		route_answered(&h->routes, ip);
}

/* ---- ARP ---- */

static void send_arp(struct host *h, const struct arp *a, struct mac to)
{
	struct writer w = writer_of(net_tx(h->port));
	struct net_send send = { 0 };

	eth_write(&w, &(struct eth){ to, h->net.mac, ETH_ARP, h->config.vlan });
	arp_write(&w, a);
	if (write_bad(&w)) {
		host_count(&h->counts.dropped_port_full, 1);
		return;
	}
	host_count(&h->counts.frames_out, 1);
	host_count(&h->counts.bytes_out, write_len(&w));
	net_tx_send(h->port, write_len(&w), &send);
}

static void conflict(struct host *h)
{
	if (!h->dhcp_runs) {
		log_text(&LOG_HOST, LOG_ERROR,
			text("another host uses our IPv4 address: keeping it, it was given by hand"));
		claim_ip4(h);
		return;
	}
	log_text(&LOG_HOST, LOG_ERROR, text("another host uses our IPv4 address: declining the lease"));
	dhcp_decline(&h->dhcp, h->now);
	follow_lease(h);
}

void host_arp_in(struct host *h, struct reader *r)
{
	struct arp a;

	host_addresses_changed(h);
	if (!arp_read(r, &a)) {
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	if (image_parts.conflicts && arp_claim_receive(&h->claim, &a, h->now))
		conflict(h);
	if (!ip_is_none(h->ip4.ip) && !ip_equal(a.sender_ip, h->ip4.ip))
		learn(h, a.sender_ip, a.sender_mac, arp_learn(&a, h->ip4.ip));
	if (!ip_is_none(h->ip4.ip) && arp_asks_for(&a, h->ip4.ip)) {
		struct arp reply = arp_reply(&a, h->net.mac);

		send_arp(h, &reply, a.sender_mac);
	}
}

/* ---- ND ---- */

/* While tentative we speak from ::, which routing never chooses. */
static void send_unspecified(struct host *h, struct ip to, struct view message)
{
	struct host_out o;
	struct net_send send = { .piece = { message } };

	if (!host_out_begin(h, &o, to, to, IP_ICMP6))
		return;
	o.from = ip_none();
	o.hop_limit = ND_HOP_LIMIT;
	host_out_send(h, &o, &send);
}

static void send_nd(struct host *h, struct ip from, struct ip to, const struct nd *m)
{
	u8 room[ND_BYTES_MAX];
	struct writer w = writer_of(span_of(room));

	nd_write(&w, from, to, m);
	if (ip_is_none(from))
		send_unspecified(h, to, write_done(&w));
	else
		(void)host_send_packet(h, from, to, IP_ICMP6, ND_HOP_LIMIT, write_done(&w));
}

void host_solicit(struct host *h, struct ip target, struct mac mac)
{
	bool all = mac_is_none(mac);

	if (ip_is4(target)) {
		struct arp ask = arp_request(h->net.mac, h->ip4.ip, target);

		send_arp(h, &ask, all ? mac_broadcast() : mac);
	} else {
		struct nd ask = nd_solicit(h->net.mac, target);
		struct ip from = slaac_source(&h->slaac, target);

		if (!ip_is_none(from))
			send_nd(h, from, all ? ip_solicited_of(target) : target, &ask);
	}
}

static void solicited(struct host *h, struct ip from, const struct nd *m)
{
	struct nd answer = nd_advertise(h->net.mac, m->target, from);

	if (!ip_is_none(from) && !mac_is_none(m->link))
		learn(h, from, m->link, NEIGH_CREATE | NEIGH_OVERRIDE);
	if (slaac_receive_ns(&h->slaac, m, from, h->now))
		send_nd(h, m->target, nd_advertise_to(from), &answer);
}

static void follow_address(struct host *h, u32 i)
{
	struct slaac_address a = slaac_address(&h->slaac, i);
	u32 bit = 1u << i;
	bool usable = a.state == SLAAC_PREFERRED || a.state == SLAAC_DEPRECATED;

	if (!ip_equal(h->joined[i], a.ip.ip)) {
		h->joined[i] = a.ip.ip;
		h->announced &= ~bit;
		if (!ip_is_none(a.ip.ip))
			net_multicast(h->port, ip_multicast_mac(ip_solicited_of(a.ip.ip)), true);
	}
	if ((usable || a.state == SLAAC_DUPLICATE) && (h->announced & bit) == 0) {
		h->announced |= bit;
		announce(a.ip, !usable                               ? text("refused: another host has it")
			       : a.fixed                             ? text("IPv6")
			       : image_parts.changing && a.temporary ? text("IPv6, for a day")
			       : image_parts.dhcp6 && !a.formed      ? text("DHCPv6")
								     : text("IPv6, by router advertisement"));
	}
}

/* Addresses that became usable since we last looked: their groups, and a line in the log. */
static void follow_slaac(struct host *h)
{
	if (image_parts.changing && h->temporary)
		h->temporary->step(&h->temporary->core, &h->slaac, h->now);
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		follow_address(h, i);
}

void host_temporary(struct host *h, struct host_temporary *t)
{
	struct siphash_key key = { random_u64(h->random), random_u64(h->random) };

	require(image_parts.changing);
	*t = (struct host_temporary){ .step = slaac_temporary_step };
	slaac_temporary_init(&t->core, &key);
	h->temporary = t;
	host_addresses_changed(h);
}

static void search_in(struct host *h, struct view advertisement)
{
	struct nd_search told;

	if (nd_read_search(advertisement, &told))
		slaac_receive_search(&h->slaac, &told, h->now);
}

static void advertisement_in(struct host *h, const struct nd *m, struct ip from)
{
	if (!mac_is_none(m->link))
		learn(h, from, m->link, NEIGH_CREATE | NEIGH_OVERRIDE);
	slaac_receive_ra(&h->slaac, m, h->now);
	if (m->reachable_ms != 0 || m->retrans_ms != 0)
		neigh_times(&h->neigh, m->reachable_ms, m->retrans_ms, random_u64(h->random));
	if (!h->slaac.no_routers)
		host_advertised_routes(h, m, from);
	if (image_parts.dhcp6 && !h->slaac.no_routers && h->dhcp6)
		h->dhcp6->advised(h, m);
}

void host_nd_in(struct host *h, struct ip from, struct ip to, u8 hop_limit, struct view message)
{
	struct nd m;

	host_addresses_changed(h);
	if (nd_read(message, from, to, hop_limit, &m) != ND_OK) {
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	switch (m.type) {
	case ND_NS: solicited(h, from, &m); break;
	case ND_NA:
		if (slaac_receive_na(&h->slaac, &m, h->now))
			log_text(&LOG_HOST, LOG_ERROR, text("another host uses one of our IPv6 addresses"));
		else
			learn(h, m.target, m.link, nd_learn(&m));
		break;
	case ND_RA:
		advertisement_in(h, &m, from);
		if (image_parts.resolvers)
			search_in(h, message);
		break;
	case ND_RS:
		if (image_parts.router && !ip_is_none(from) && !mac_is_none(m.link))
			learn(h, from, m.link, NEIGH_CREATE | NEIGH_OVERRIDE);
		if (image_parts.router)
			h->advertise_ns = h->now;
		break;
	case ND_REDIRECT: break; /* refused: a host has few ways out, and nobody on the link changes it */
	}
	follow_slaac(h);
}

static u64 slaac_next(const struct host *h)
{
	u64 d = slaac_deadline(&h->slaac);
	u64 t = image_parts.changing && h->temporary ? slaac_temporary_deadline(&h->temporary->core)
						     : TIME_NEVER;

	return t < d ? t : d;
}

static void step6(struct host *h)
{
	struct slaac_send send;

	if (!h->slaac_runs)
		return;
	while (slaac_due(&h->slaac, h->now, &send))
		send_nd(h, send.from, send.to, &send.m);
	follow_slaac(h);
}

void host_neighbours_step(struct host *h)
{
	struct neigh_probe probe;

	while (neigh_due(&h->neigh, h->now, &probe)) {
		if (probe.action == NEIGH_FAILED) {
			host_pending_drop(h, probe.ip);
			if (image_parts.routes)
				route_failed(&h->routes, probe.ip, h->now);
			host_addresses_changed(h);
		} else {
			host_solicit(h, probe.ip, probe.mac);
		}
	}
}

/* ---- together ---- */

/* The secret given at boot, as a key: hashed twice with two keys that anybody may know. */
static struct siphash_key secret_of(struct host *h)
{
	static const struct siphash_key first = { 1, 7217 }, second = { 2, 7217 };
	struct view secret = h->config.secret;

	if (!image_parts.identifiers)
		return (struct siphash_key){ 0 };
	if (secret.n == 0)
		return (struct siphash_key){ random_u64(h->random), random_u64(h->random) };
	return (struct siphash_key){ siphash(&first, secret), siphash(&second, secret) };
}

void host_addresses_start(struct host *h)
{
	const struct host_config *c = &h->config;

	neigh_init(&h->neigh, random_u64(h->random));
	if (image_parts.conflicts)
		arp_claim_stop(&h->claim);
	host_given_routes(h);
	if (!ip_is_none(c->ip4.ip)) {
		use_ip4(h, c->ip4, text("given"));
	} else if (!c->no_dhcp) {
		h->dhcp_runs = true;
		dhcp_start(&h->dhcp, h->net.mac, c->name, random_u64(h->random), h->now);
	}
	if (c->no_ip6)
		return;
	h->slaac_runs = true;
	slaac_start(&h->slaac,
		&(struct slaac_config){ .eui64 = c->eui64,
			.secret = secret_of(h),
			.mac = h->net.mac,
			.random = random_u64(h->random),
			.dad_solicitations = c->no_dad ? 0 : 1,
			.no_routers = c->no_slaac },
		h->now);
	net_multicast(h->port, ip_multicast_mac(nd_all_nodes()), true);
	for (u32 i = 0; i < HOST_IP6_STATIC; i += 1)
		if (!ip_is_none(c->ip6[i].ip))
			(void)slaac_add(&h->slaac, c->ip6[i], h->now);
	follow_slaac(h);
}

static u64 addresses_deadline(const struct host *h)
{
	u64 d = image_parts.conflicts ? arp_claim_deadline(&h->claim) : TIME_NEVER;
	u64 dhcp = h->dhcp_runs ? dhcp_deadline(&h->dhcp) : TIME_NEVER;
	u64 slaac = h->slaac_runs ? slaac_next(h) : TIME_NEVER;

	d = host_routes_deadline(h) < d ? host_routes_deadline(h) : d;
	if (image_parts.router && h->advertise && h->advertise_ns < d &&
		!ip_is_none(slaac_source(&h->slaac, nd_all_nodes())))
		d = h->advertise_ns;
	d = dhcp < d ? dhcp : d;
	if (image_parts.dhcp6 && h->dhcp6)
		dhcp = h->dhcp6->deadline(h);
	d = dhcp < d ? dhcp : d;
	return slaac < d ? slaac : d;
}

void host_addresses_step(struct host *h)
{
	struct arp claim;

	if (h->now < h->addresses_ns)
		return; /* most steps: a packet came, and addresses and routes are what they were */
	send_dhcp(h);
	if (image_parts.dhcp6 && h->dhcp6)
		h->dhcp6->step(h);
	step6(h);
	host_routes_step(h);
	if (image_parts.router && h->advertise && h->advertise_ns <= h->now)
		h->advertise(h);
	while (image_parts.conflicts && arp_claim_due(&h->claim, h->now, &claim))
		send_arp(h, &claim, mac_broadcast());
	h->addresses_ns = addresses_deadline(h);
}

struct ip_prefix host_address(const struct host *h, u32 i)
{
	u32 at = 0;

	if (!ip_is_none(h->ip4.ip)) {
		if (i == 0)
			return h->ip4;
		at = 1;
	}
	/* The link-local address is SLAAC's first: it is listed last. */
	for (u32 k = 1; h->slaac_runs && k <= SLAAC_ADDRESSES; k += 1) {
		struct slaac_address a = slaac_address(&h->slaac, k % SLAAC_ADDRESSES);

		if (a.state != SLAAC_PREFERRED && a.state != SLAAC_DEPRECATED)
			continue;
		if (i == at)
			return a.ip;
		at += 1;
	}
	return (struct ip_prefix){ 0 };
}

/* Leased ones first, then those of advertisements, then of DHCPv6. */
struct ip host_resolver(const struct host *h, u32 i)
{
	u32 leased = h->dhcp_runs && dhcp_bound(&h->dhcp) ? h->dhcp.lease.resolvers : 0, advertised = 0;

	if (i < leased)
		return h->dhcp.lease.resolver[i];
	i -= leased;
	while (h->slaac_runs && !ip_is_none(slaac_resolver(&h->slaac, advertised)))
		advertised += 1;
	if (i < advertised)
		return slaac_resolver(&h->slaac, i);
	i -= advertised;
	return image_parts.dhcp6 && h->dhcp6 && i < h->dhcp6->core.lease.resolvers
		       ? h->dhcp6->core.lease.resolver[i]
		       : ip_none();
}

/* In the order of host_resolver(). */
struct view host_search(const struct host *h, u32 i)
{
	u32 advertised = 0;

	while (h->slaac_runs && slaac_search(&h->slaac, advertised).n > 0)
		advertised += 1;
	if (i < advertised)
		return slaac_search(&h->slaac, i);
	return image_parts.dhcp6 && h->dhcp6 ? search_name(&h->dhcp6->core.lease.search, i - advertised)
					     : view_none();
}

bool host_owns(const struct host *h, struct ip a)
{
	if (host_has_loopback(h) && ip_is_loopback(a))
		return ip_is4(a) || h->slaac_runs;
	if (ip_is4(a))
		return ip_equal(a, h->ip4.ip);
	return h->slaac_runs && slaac_owns(&h->slaac, a);
}

bool host_ready(const struct host *h)
{
	return !ip_is_none(host_address(h, 0).ip);
}
