/* datagram.c - UDP between the wire and programs. See datagram.h. */
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

bool datagram_send(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data, u64 now)
{
	struct host_out o;
	struct net_send send = { .piece = { data } };
	struct udp udp = { .from_port = from_port, .to_port = to_port, .len_bytes = (u16)data.n };

	h->now = now;
	if (!host_owns(h, from) && !h->config.any)
		from = ip_none(); /* an answer to a group's datagram goes out from one of ours */
	if (data.n + UDP_HEADER_BYTES + (ip_is4(to) ? 20u : 40u) > h->net.mtu)
		return false; /* fragmentation is not done yet */
	if (!host_out_begin(h, &o, from, to, IP_UDP))
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
