/* host_out.c - packets out: the way, the neighbour, the headers, the port. */
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

/* ---- the way ---- */

/* The longest prefix: the link's or a route's. */
static struct ip way(const struct host *h, struct ip to, bool on_link, u8 link_bits)
{
	struct ip hop;
	u8 bits;

	if (!image_parts.routes)
		return on_link ? to : host_gateway(h, ip_is4(to));
	if (route_find(&h->routes, to, &hop, &bits) && (!on_link || bits > link_bits))
		return hop;
	return on_link ? to : ip_none();
}

struct ip host_hop(const struct host *h, struct ip to)
{
	bool on_link;
	u8 bits = h->ip4.bits;

	if (ip_is_multicast(to) || ip_is_broadcast4(to) || host_is_itself(h, to))
		return to;
	if (!ip_is4(to))
		on_link = slaac_is_on_link(&h->slaac, to, &bits);
	else
		on_link = ip_in(to, h->ip4);
	return way(h, to, on_link, bits);
}

static struct ip source_for(const struct host *h, struct ip to)
{
	if (host_is_itself(h, to))
		return ip_is4(to) && ip_is_loopback(to) ? ip_from4(0x7f000001) : to;
	if (ip_is4(to))
		return h->ip4.ip;
	return h->slaac_runs ? slaac_source(&h->slaac, to) : ip_none();
}

/* From 127.0.0.1 nothing leaves. */
static bool strays(const struct host *h, struct ip from, struct ip to)
{
	return host_has_loopback(h) && ip_is_loopback(from) && !host_owns(h, to);
}

/* DHCP is spoken to all before there is an address. */
static bool leads(struct ip from, struct ip to, struct ip hop)
{
	return !ip_is_none(hop) && (!ip_is_none(from) || ip_is_broadcast4(to));
}

bool host_route(const struct host *h, struct ip to, struct ip *from, struct ip *hop)
{
	*from = source_for(h, to);
	*hop = host_hop(h, to);
	return leads(*from, to, *hop) && !strays(h, *from, to);
}

/* ---- the neighbour ---- */

/* Where frames to this hop go. A unicast probe's answer is on its way while the
 * old address is still good: neigh_find says KNOWN then. */
static bool hop_mac(struct host *h, struct ip hop, struct mac *out)
{
	*out = mac_none();
	if (image_parts.router && h->config.bare)
		return true;
	if (ip_is_multicast(hop)) {
		*out = ip_multicast_mac(hop);
		return true;
	}
	if (ip_is_broadcast4(hop) || (ip_is4(hop) && ip_equal(hop, ip_broadcast_of(h->ip4)))) {
		*out = mac_broadcast();
		return true;
	}
	switch (neigh_find(&h->neigh, hop, h->now, out)) {
	case NEIGH_KNOWN: return true;
	case NEIGH_ASK: host_solicit(h, hop, mac_none()); break;
	case NEIGH_WAIT: break;
	}
	return false;
}

/* Where its IP header begins in a frame. */
static usize ip_at(const struct host *h)
{
	return ETH_HEADER_BYTES + (image_parts.vlan && h->config.vlan != 0 ? ETH_TAG_BYTES : 0u);
}

static struct host_pending *pending_slot(struct host *h)
{
	struct host_pending *oldest = &h->pending[0];

	for (u32 i = 0; i < HOST_PENDING; i += 1)
		if (h->pending[i].age < oldest->age)
			oldest = &h->pending[i];
	if (oldest->age != 0)
		host_count(&h->counts.dropped_no_neighbour, 1);
	return oldest;
}

/* A copy of the frame waits: the sender's buffers are free again. One that is to
 * be cut by the port is too big to wait; TCP sends it again. */
static void pend(struct host *h, const struct host_out *o, usize head, const struct net_send *send)
{
	struct host_pending *p;
	struct writer w;

	if (image_parts.offloads && send->gso != NET_GSO_NONE) {
		host_count(&h->counts.dropped_no_neighbour, 1);
		return;
	}
	p = pending_slot(h);
	w = writer_of(span_of(p->frame));
	write_view(&w, view_first(span_view(o->room), head));
	for (u32 i = 0; i < NET_PIECES; i += 1)
		write_view(&w, send->piece[i]);
	if (write_bad(&w)) {
		p->age = 0;
		host_count(&h->counts.dropped_no_neighbour, 1);
		return;
	}
	if (image_parts.errors)
		p->from = o->from;
	p->hop = o->hop;
	p->len = (u32)write_len(&w);
	p->send = *send;
	for (u32 i = 0; i < NET_PIECES; i += 1)
		p->send.piece[i] = view_none();
	h->pending_age += 1;
	p->age = h->pending_age;
}

void host_pending_flush(struct host *h, struct ip hop, struct mac mac)
{
	for (u32 i = 0; i < HOST_PENDING; i += 1) {
		struct host_pending *p = &h->pending[i];
		struct span room;
		usize n;

		if (p->age == 0 || !ip_equal(p->hop, hop))
			continue;
		p->age = 0;
		room = net_tx(h->port);
		(void)copy(span_of(p->frame), view_of(mac.b)); /* the destination comes first */
		n = copy(room, view_first(view_of(p->frame), p->len));
		if (room.n == 0) {
			host_count(&h->counts.dropped_port_full, 1);
			continue;
		}
		p->send.piece[0] = view_from(view_first(view_of(p->frame), p->len), n);
		host_count(&h->counts.frames_out, 1);
		host_count(&h->counts.bytes_out, p->len);
		net_tx_send(h->port, n, &p->send);
	}
}

void host_pending_drop(struct host *h, struct ip hop)
{
	u32 last =
		h->pending_age; /* who is told may send again, which waits for the next question's answer */

	for (u32 i = 0; i < HOST_PENDING; i += 1) {
		struct host_pending *p = &h->pending[i];

		if (p->age == 0 || (image_parts.errors && p->age > last) || !ip_equal(p->hop, hop))
			continue;
		p->age = 0;
		host_count(&h->counts.dropped_no_neighbour, 1);
		if (image_parts.errors)
			host_error_in(h, p->from, (struct host_error){ .trouble = ICMP_NO_WAY, .hop = hop },
				view_from(view_first(view_of(p->frame), p->len), ip_at(h)));
	}
}

/* ---- the frame ---- */

bool host_out_begin(struct host *h, struct host_out *o, struct ip from, struct ip to, u8 protocol)
{
	*o = (struct host_out){ .to = to, .protocol = protocol, .hop_limit = h->hop_limit };
	if (o->hop_limit == 0)
		o->hop_limit = 64;
	if (image_parts.opening)
		o->tos = h->tos;
	o->hop = host_hop(h, to);
	o->from = ip_is_none(from) ? source_for(h, to) : from;
	/* Without a way it is not for the link (RFC 5942 4). */
	if (!leads(o->from, to, o->hop) || strays(h, o->from, to)) {
		host_count(&host_ip_counts(h, to)->out_no_routes, 1);
		host_count(&h->counts.dropped_no_neighbour, 1);
		return false;
	}
	if (image_parts.loopback)
		o->looped = host_is_itself(h, to);
	o->resolved = (image_parts.loopback && o->looped) || hop_mac(h, o->hop, &o->hop_mac);
	o->at = ip_at(h) + (ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);
	o->room = host_out_room(h, o->looped);
	if (o->room.n < NET_HEAD_MIN) {
		host_count(&h->counts.dropped_port_full, 1);
		return false;
	}
	o->w = writer_of(span_from(o->room, o->at));
	return true;
}

void host_out_send(struct host *h, struct host_out *o, struct net_send *send)
{
	struct writer w = writer_of(span_first(o->room, o->at));
	usize transport = write_len(&o->w), payload = transport;

	require(!write_bad(&o->w));
	host_count(&host_ip_counts(h, o->to)->out_requests, 1);
	for (u32 i = 0; i < NET_PIECES; i += 1)
		payload += send->piece[i].n;
	if (ip_is4(o->to)) {
		struct ip4 ip = ip4_packet(o->from, o->to, o->protocol, (u16)payload);

		ip.ttl = o->hop_limit;
		ip.tos = o->tos;
		if (!image_parts.errors) { /* nobody would tell us that it must be cut: RFC 6864, 4.3 */
			h->fragment_id += 1;
			ip.dont_fragment = false;
			ip.id = (u16)h->fragment_id;
		}
		if (image_parts.fragments && o->is_piece) {
			ip.dont_fragment = false; /* a router on the way may cut it smaller */
			ip.id = o->piece.id;
			ip.offset_bytes = o->piece.offset_bytes;
			ip.more_fragments = o->piece.more;
		}
		eth_write(&w, &(struct eth){ o->hop_mac, h->net.mac, ETH_IP4, h->config.vlan });
		ip4_write(&w, &ip);
	} else {
		struct ip6 ip = ip6_packet(o->from, o->to, o->protocol, (u16)payload);

		ip.hop_limit = o->hop_limit;
		ip.traffic_class = o->tos;
		eth_write(&w, &(struct eth){ o->hop_mac, h->net.mac, ETH_IP6, h->config.vlan });
		ip6_write(&w, &ip);
	}
	if (!o->resolved) {
		pend(h, o, o->at + transport, send);
		return;
	}
	if (host_has_loopback(h) && o->looped) {
		host_loop_out(h, o, o->at + transport, send);
		return;
	}
	host_count(&h->counts.frames_out, 1);
	host_count(&h->counts.bytes_out, o->at + payload);
	net_tx_send(h->port, o->at + transport, send);
}

bool host_send_packet(
	struct host *h, struct ip from, struct ip to, u8 protocol, u8 hop_limit, struct view payload)
{
	struct host_out o;
	struct net_send send = { .piece = { payload } };

	if (payload.n + (ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES) > h->net.mtu)
		return false;
	if (!host_out_begin(h, &o, from, to, protocol))
		return false;
	o.hop_limit = hop_limit;
	host_out_send(h, &o, &send);
	return true;
}
