/* datagram.c - UDP between the wire and programs. See datagram.h. */
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "lib/udp/udp.h"
#include "stack/host.h"

static struct host_datagram *bound(struct host *h, u16 port)
{
	for (u32 i = 0; i < HOST_DATAGRAMS; i += 1)
		if (h->datagrams[i].fn && h->datagrams[i].port == port)
			return &h->datagrams[i];
	return NULL;
}

static u16 free_port(struct host *h)
{
	for (u32 tries = 0; tries < 64; tries += 1) {
		u16 port = (u16)(16384u + random_below(h->random, 49152));

		if (!bound(h, port))
			return port;
	}
	return 0;
}

u16 datagram_bind(struct host *h, u16 port, datagram_fn *fn, void *context)
{
	require(fn && image_parts.datagrams);
	if (port == 0)
		port = free_port(h);
	if (port == 0 || bound(h, port))
		return 0;
	for (u32 i = 0; i < HOST_DATAGRAMS; i += 1) {
		if (h->datagrams[i].fn)
			continue;
		h->datagrams[i] = (struct host_datagram){ .fn = fn, .context = context, .port = port };
		return port;
	}
	return 0;
}

void datagram_unbind(struct host *h, u16 port)
{
	struct host_datagram *d = bound(h, port);

	if (d)
		*d = (struct host_datagram){ 0 };
}

void datagram_errors(struct host *h, u16 port, datagram_error_fn *fn)
{
	struct host_datagram *d = bound(h, port);

	require(d);
	d->error = fn;
}

void datagram_peer(struct host *h, u16 port, struct ip ip, u16 peer_port)
{
	struct host_datagram *d = bound(h, port);

	require(d);
	d->peer = ip;
	d->peer_port = peer_port;
}

static bool hears(const struct host_datagram *d, struct ip ip, u16 port)
{
	return ip_is_none(d->peer) || (ip_equal(d->peer, ip) && d->peer_port == port);
}

/* RFC 1122 4.1.3.3: passed on to who has the port it was sent from. */
bool datagram_error_in(struct host *h, const struct host_error *e)
{
	struct host_datagram *d = bound(h, e->quote.from_port);

	struct datagram_error told = { .to = e->quote.to,
		.to_port = e->quote.to_port,
		.from_port = e->quote.from_port,
		.trouble = e->trouble };

	if (d && !hears(d, e->quote.to, e->quote.to_port))
		return false;
	if (d && d->error)
		d->error(d->context, h, &told, h->now);
	if (!d && h->asked.error)
		h->asked.error(h->asked.datagram_context, h, &told, h->now);
	return d || h->asked.error;
}

void datagram_ask(struct host *h, datagram_ask_fn *fn, datagram_error_fn *error, void *context)
{
	h->asked.datagram = fn;
	h->asked.error = error;
	h->asked.datagram_context = context;
}

void datagram_bind_any(struct host *h, datagram_fn *fn, void *context)
{
	require(host_is_router(h) && fn && image_parts.datagrams);
	h->any_datagram = (struct host_datagram){ .fn = fn, .context = context };
}

void datagram_in(struct host *h, const struct host_packet *p, struct view packet)
{
	struct udp udp;
	struct view data;
	struct host_datagram *d;
	struct datagram told;

	switch (udp_read(p->from, p->to, packet, p->frame->csum == NET_CSUM_GOOD, &udp, &data)) {
	case UDP_OK: break;
	case UDP_BAD_CHECKSUM:
		host_count(&h->counts.udp.in_errors, 1);
		host_count(&h->counts.dropped_checksum, 1);
		return;
	case UDP_TRUNCATED:
	case UDP_BAD_PORT:
		host_count(&h->counts.udp.in_errors, 1);
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	if (h->dhcp_runs && udp.to_port == DHCP_CLIENT_PORT && udp.from_port == DHCP_SERVER_PORT) {
		host_dhcp_in(h, data);
		return;
	}
	d = image_parts.datagrams ? bound(h, udp.to_port) : NULL;
	if (d && !hears(d, p->from, udp.from_port))
		d = NULL;
	if (!d && image_parts.datagrams && h->any_datagram.fn)
		d = &h->any_datagram;
	told = (struct datagram){
		.from = p->from, .to = p->to, .from_port = udp.from_port, .to_port = udp.to_port, .data = data
	};
	if (d)
		d->fn(d->context, h, &told, h->now);
	else if (!image_parts.datagrams || !h->asked.datagram ||
		 !h->asked.datagram(h->asked.datagram_context, h, &told, h->now)) {
		host_count(&h->counts.udp.no_ports, 1);
		host_count(&h->counts.dropped_not_ours, 1);
		host_port_unreachable(h, p, udp.from_port, udp.to_port);
		return;
	}
	host_count(&h->counts.datagrams_in, 1);
}

/* An answer to a group's datagram goes out from one of ours. */
static struct ip source(const struct host *h, struct ip from)
{
	return host_owns(h, from) || host_is_router(h) ? from : ip_none();
}

bool datagram_send_small(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data)
{
	struct host_out o;
	struct net_send send = { .piece = { data } };
	struct udp udp = { .from_port = from_port, .to_port = to_port, .len_bytes = (u16)data.n };

	if (!host_out_begin(h, &o, source(h, from), to, IP_UDP))
		return false;
	if (host_can(h, NET_CAN_CSUM)) {
		send.csum = NET_CSUM_FILL;
		send.csum_start = (u16)o.at;
		send.csum_offset = UDP_CHECKSUM_AT;
		udp_write(&o.w, &udp, udp_partial(o.from, to, &udp));
	} else {
		udp_write(&o.w, &udp, udp_checksum(o.from, to, &udp, data));
	}
	if (ip_is_multicast(to))
		o.hop_limit = 1; /* RFC 1112 6.1 */
	if (image_parts.opening && ip_is_multicast(to) && h->group_hops != 0)
		o.hop_limit = h->group_hops;
	host_count(&h->counts.datagrams_out, 1);
	host_out_send(h, &o, &send);
	return true;
}

static bool send_large(struct host *h, struct ip from, const struct udp *udp, struct ip to, struct view data)
{
	u8 room[UDP_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct ip hop;

	if (ip_is_none(from) && !host_route(h, to, &from, &hop))
		return false;
	udp_write(&w, udp, udp_checksum(from, to, udp, data));
	host_count(&h->counts.datagrams_out, 1);
	return host_send_pieces(h, from, to, IP_UDP, write_done(&w), data);
}

bool datagram_send(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data, u64 now)
{
	u32 head = UDP_HEADER_BYTES + (ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);
	struct udp udp = { .from_port = from_port, .to_port = to_port, .len_bytes = (u16)data.n };

	h->now = now;
	if (data.n + head <= host_path_mtu(h, to))
		return datagram_send_small(h, from, from_port, to, to_port, data);
	/* No IPv4 packet is larger, with its header; and no IPv6 payload without. */
	if (data.n + UDP_HEADER_BYTES + (ip_is4(to) ? IP4_HEADER_BYTES : 0) > 65535u)
		return false;
	return image_parts.fragments && send_large(h, source(h, from), &udp, to, data);
}
