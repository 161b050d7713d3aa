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
	require(fn);
	if (port == 0)
		port = free_port(h);
	if (port == 0 || bound(h, port))
		return 0;
	for (u32 i = 0; i < HOST_DATAGRAMS; i += 1) {
		if (h->datagrams[i].fn)
			continue;
		h->datagrams[i] = (struct host_datagram){ fn, context, port };
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

void datagram_bind_any(struct host *h, datagram_fn *fn, void *context)
{
	require(h->config.any && fn);
	h->any_datagram = (struct host_datagram){ fn, context, 0 };
}

void datagram_in(struct host *h, const struct host_packet *p, struct view packet)
{
	struct udp udp;
	struct view data;
	struct host_datagram *d;

	switch (udp_read(p->from, p->to, packet, p->frame->csum == NET_CSUM_GOOD, &udp, &data)) {
	case UDP_OK: break;
	case UDP_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case UDP_TRUNCATED:
	case UDP_BAD_PORT: h->counts.dropped_malformed += 1; return;
	}
	if (h->dhcp_runs && udp.to_port == DHCP_CLIENT_PORT && udp.from_port == DHCP_SERVER_PORT) {
		host_dhcp_in(h, data);
		return;
	}
	d = bound(h, udp.to_port);
	if (!d && h->any_datagram.fn)
		d = &h->any_datagram;
	if (!d) {
		h->counts.dropped_not_ours += 1;
		host_port_unreachable(h, p);
		return;
	}
	h->counts.datagrams_in += 1;
	d->fn(d->context, h,
		&(struct datagram){ .from = p->from,
			.to = p->to,
			.from_port = udp.from_port,
			.to_port = udp.to_port,
			.data = data },
		h->now);
}

/* An answer to a group's datagram goes out from one of ours. */
static struct ip source(const struct host *h, struct ip from)
{
	return host_owns(h, from) || h->config.any ? from : ip_none();
}

bool datagram_send_small(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data)
{
	struct host_out o;
	struct net_send send = { .piece = { data } };
	struct udp udp = { .from_port = from_port, .to_port = to_port, .len_bytes = (u16)data.n };

	if (!host_out_begin(h, &o, source(h, from), to, IP_UDP))
		return false;
	if ((h->net.can & NET_CAN_CSUM) != 0) {
		send.csum = NET_CSUM_FILL;
		send.csum_start = (u16)o.at;
		send.csum_offset = UDP_CHECKSUM_AT;
		udp_write(&o.w, &udp, udp_partial(o.from, to, &udp));
	} else {
		udp_write(&o.w, &udp, udp_checksum(o.from, to, &udp, data));
	}
	h->counts.datagrams_out += 1;
	host_out_send(h, &o, &send);
	return true;
}

/* RFC 7739: numbers that nobody guesses and that come round late: one counter, elsewhere
 * for every destination. */
static u32 fragment_id(struct host *h, struct ip to)
{
	h->fragment_id += 1;
	return (u32)siphash_words(&h->key, to.hi, to.lo, 0, 0) + h->fragment_id;
}

/* RFC 791 3.2, RFC 8200 4.5: in pieces of at most this path's MTU. One that cannot leave
 * loses the datagram: the rest is not sent. */
static bool send_pieces(struct host *h, struct ip from, const struct udp *udp, struct ip to, struct view data)
{
	bool four = ip_is4(to);
	u32 head = four ? IP4_HEADER_BYTES : IP6_HEADER_BYTES + IP6_FRAGMENT_BYTES;
	u32 each = (h->net.mtu - head) / 8u * 8u, total = UDP_HEADER_BYTES + (u32)data.n, n = 0;
	u32 id = fragment_id(h, to);

	for (u32 at = 0; at < total; at += n) {
		struct host_piece piece = { (u16)id, (u16)at, total - at > each };
		struct net_send send = { 0 };
		struct host_out o;

		if (!host_out_begin(h, &o, from, to, four ? IP_UDP : IP6_FRAGMENT_HEADER))
			return false;
		n = piece.more ? each : total - at;
		if (!four)
			ip6_write_fragment(&o.w, IP_UDP, id, piece.offset_bytes, piece.more);
		if (at == 0) {
			udp_write(&o.w, udp, udp_checksum(o.from, to, udp, data));
			send.piece[0] = view_first(data, n - UDP_HEADER_BYTES);
		} else {
			send.piece[0] = view_first(view_from(data, at - UDP_HEADER_BYTES), n);
		}
		host_out_send_piece(h, &o, &piece, &send);
	}
	h->counts.datagrams_out += 1;
	return true;
}

bool datagram_send(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data, u64 now)
{
	u32 head = UDP_HEADER_BYTES + (ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);
	struct udp udp = { .from_port = from_port, .to_port = to_port, .len_bytes = (u16)data.n };

	h->now = now;
	if (data.n + head <= h->net.mtu)
		return datagram_send_small(h, from, from_port, to, to_port, data);
	/* No IPv4 packet is larger, with its header; and no IPv6 payload without. */
	if (data.n + UDP_HEADER_BYTES + (ip_is4(to) ? IP4_HEADER_BYTES : 0) > 65535u)
		return false;
	return send_pieces(h, source(h, from), &udp, to, data);
}
