/* multicast.c - IGMP and MLD between lib/multicast and the wire. See multicast.h. */
#include "stack/multicast.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"

/* RFC 3376 4: IGMP is class 0xc0, TTL 1, with a router alert. */
static void report4(struct host *h, const struct multicast_report *r)
{
	u8 room[MULTICAST_BYTES];
	struct writer m = writer_of(span_of(room)), w = writer_of(net_tx(h->port));
	struct ip to = multicast_to(r);
	struct ip4 ip;

	multicast_write4(&m, r);
	ip = ip4_packet(ip_is_none(h->ip4.ip) ? ip_from4(0) : h->ip4.ip, to, IP_IGMP,
		(u16)(write_len(&m) + IP4_ROUTER_ALERT_BYTES));
	ip.tos = 0xc0;
	ip.ttl = 1;
	eth_write(&w, &(struct eth){ ip_multicast_mac(to), h->net.mac, ETH_IP4, h->config.vlan });
	ip4_write_router_alert(&w, &ip);
	write_view(&w, write_done(&m));
	if (write_bad(&w)) {
		host_count(&h->counts.dropped_port_full, 1);
		return;
	}
	host_count(&h->counts.frames_out, 1);
	host_count(&h->counts.bytes_out, write_len(&w));
	net_tx_send(h->port, write_len(&w), &(struct net_send){ 0 });
}

/* RFC 3810 5: hop limit 1, a router alert, from a link-local address, or from :: while there
 * is none (RFC 3590). */
static void report6(struct host *h, const struct multicast_report *r)
{
	struct ip to = multicast_to(r);
	struct net_send send = { 0 };
	struct host_out o;

	if (!host_out_begin(h, &o, to, to, IP6_HOP_BY_HOP))
		return;
	o.from = slaac_source(&h->slaac, nd_all_nodes()); /* the link-local one, whatever the group's scope */
	o.hop_limit = 1;
	write_be32(&o.w, IP_ICMP6 * 0x1000000u + 0x0502u); /* and two zeroes: MLD */
	write_be32(&o.w, 0x00000100u);                     /* PadN */
	multicast_write6(&o.w, o.from, r);
	host_out_send(h, &o, &send);
}

static u64 step(struct host *h)
{
	struct multicast_report r;

	while (multicast_due(&h->multicast->core, h->now, &r)) {
		if (ip_is4(r.group))
			report4(h, &r);
		else if (h->slaac_runs)
			report6(h, &r);
	}
	return multicast_deadline(&h->multicast->core);
}

static void message_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct multicast_query q;
	bool good = ip_is4(p->to)
			    ? multicast_read4(message, &q)
			    : p->hop_limit == 1 && ip_is_link_local(p->from) && multicast_read6(message, &q);

	if (good)
		multicast_query(&h->multicast->core, &q, h->now);
	else
		host_count(&h->counts.dropped_not_ours, 1);
	h->aside_ns = 0;
}

void multicast_start(struct host *h, struct host_multicast *m)
{
	require(!h->multicast);
	require(image_parts.groups);
	*m = (struct host_multicast){ .in = message_in, .step = step };
	multicast_init(&m->core, random_u64(h->random));
	h->multicast = m;
}

/* Ethernet groups are shared by many (RFC 1112 6.4): one is left when no group needs it. */
static bool needs(const struct host *h, struct mac mac)
{
	for (u32 i = 0; i < MULTICAST_GROUPS; i += 1) {
		struct ip g = h->multicast->core.group[i].group;

		if (multicast_has(&h->multicast->core, g) && mac_equal(ip_multicast_mac(g), mac))
			return true;
	}
	return false;
}

bool multicast_listen(struct host *h, struct ip group)
{
	require(h->multicast);
	if (!multicast_join(&h->multicast->core, group, h->now))
		return false;
	net_multicast(h->port, ip_multicast_mac(group), true);
	h->aside_ns = 0;
	return true;
}

bool multicast_ignore(struct host *h, struct ip group)
{
	struct mac mac = ip_multicast_mac(group);

	require(h->multicast);
	if (!multicast_leave(&h->multicast->core, group, h->now))
		return false;
	h->aside_ns = 0;
	if (!needs(h, mac))
		net_multicast(h->port, mac, false);
	return true;
}
