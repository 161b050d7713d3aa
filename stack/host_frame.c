/* host_frame.c - a frame in: taken apart layer by layer, handed to whoever it is for. */
#include "lib/icmp4/icmp4.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

/* A group that everybody or this host listens to. */
static bool listens(const struct host *h, struct ip group)
{
	if (ip_equal(group, ip_from4(0xe0000001)) || ip_equal(group, nd_all_nodes()))
		return true;
	return image_parts.groups && h->multicast && multicast_has(&h->multicast->core, group);
}

/* False: nobody here knows that protocol. */
static bool deliver(struct host *h, const struct host_packet *p, struct view payload)
{
	bool ours = host_owns(h, p->to);

	if (!ours && !host_is_router(h) && p->protocol == IP_TCP) {
		host_count(&h->counts.dropped_not_ours, 1);
		return true;
	}
	switch (p->protocol) {
	case IP_TCP:
		/* Never a connection with a group (RFC 9293, 3.10.7.2 and RFC 1122 4.2.3.10). */
		if (p->link_group || ip_is_multicast(p->to) || ip_is_multicast(p->from))
			host_count(&h->counts.dropped_not_ours, 1);
		else
			flow_segment_in(h, p, payload);
		return true;
	case IP_UDP:
		if (!ours && ip_is_multicast(p->to) && !listens(h, p->to))
			host_count(&h->counts.dropped_not_ours, 1);
		else
			datagram_in(h, p, payload);
		return true;
	case IP_ICMP4:
		if (ip_is4(p->to))
			host_icmp4_in(h, p, payload);
		return true;
	case IP_ICMP6:
		if (!ip_is4(p->to))
			host_icmp6_in(h, p, payload);
		return true;
	case IP_IGMP:
		if (image_parts.groups && h->multicast && ip_is4(p->to)) {
			h->multicast->in(h, p, payload);
			return true;
		}
		break;
	default: break;
	}
	return false;
}

bool host_packet_in(struct host *h, const struct host_packet *p, struct view payload)
{
	struct host_ip_counts *count = host_ip_counts(h, p->to);

	if (deliver(h, p, payload)) {
		host_count(&count->in_delivers, 1);
		return true;
	}
	host_count(&count->in_unknown_protos, 1);
	host_count(&h->counts.dropped_not_ours, 1);
	if (image_parts.errors && ip_is4(p->to)) /* RFC 1122 3.2.2.1 */
		(void)host_error_out(h, p, ICMP4_UNREACHABLE, ICMP4_PROTOCOL);
	return false;
}

static bool for_us4(const struct host *h, struct ip to)
{
	if (host_owns(h, to) || host_is_router(h) || ip4_is_broadcast(to, h->ip4))
		return true;
	if (ip_is_none(h->ip4.ip)) /* a DHCP offer to the address to be */
		return h->dhcp_runs;
	return listens(h, to);
}

static void fragment_in(
	struct host *h, const struct host_packet *p, u32 id, u16 offset_bytes, bool more, struct view data)
{
	struct fragment f = { p->from, p->to, id, offset_bytes, p->protocol, more };

	host_count(&host_ip_counts(h, p->to)->reasm_reqds, 1);
	if (image_parts.fragments && h->reassembly)
		h->reassembly->in(h, p, &f, data);
	else
		host_count(&h->counts.dropped_fragments, 1);
}

static void ip4_in(struct host *h, struct host_packet *p, struct reader *r)
{
	struct ip4 ip;
	struct view payload;
	enum ip4_verdict v;

	host_count(&h->counts.ip4.in_receives, 1);
	p->whole = read_rest(r);
	v = ip4_read(r, false, &ip, &payload);
	switch (v) {
	case IP4_OK:
	case IP4_FRAGMENT: break;
	case IP4_BAD_CHECKSUM:
		host_count(&h->counts.ip4.in_hdr_errors, 1);
		host_count(&h->counts.dropped_checksum, 1);
		return;
	case IP4_TRUNCATED:
	case IP4_BAD_VERSION:
	case IP4_BAD_LENGTH:
	case IP4_BAD_ADDRESS:
	case IP4_BAD_OPTION:
		host_count(&h->counts.ip4.in_hdr_errors, 1);
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	p->from = ip.from;
	p->to = ip.to;
	p->protocol = ip.protocol;
	p->whole = view_first(p->whole, ip.total_bytes);
	if (!for_us4(h, ip.to) || host_owns(h, ip.from)) { /* from ourselves: "land" */
		host_count(&h->counts.ip4.in_addr_errors, 1);
		host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	p->hop_limit = ip.ttl;
	p->ecn = ip.tos % 4u;
	if (v == IP4_FRAGMENT)
		fragment_in(h, p, ip.id, ip.offset_bytes, ip.more_fragments, payload);
	else
		(void)host_packet_in(h, p, payload);
}

static void ip6_in(struct host *h, struct host_packet *p, struct reader *r)
{
	struct ip6 ip;
	struct view payload;
	enum ip6_verdict v;

	if (!h->slaac_runs) {
		host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	host_count(&h->counts.ip6.in_receives, 1);
	p->whole = read_rest(r);
	v = ip6_read(r, &ip, &payload);
	p->from = ip.from;
	p->to = ip.to;
	p->protocol = ip.protocol;
	switch (v) {
	case IP6_OK:
	case IP6_FRAGMENT: break;
	case IP6_NOTHING: return;
	case IP6_PARAMETER:
		host_count(&h->counts.ip6.in_hdr_errors, 1);
		host_count(&h->counts.dropped_malformed, 1);
		if (host_owns(h, p->to) || ip_is_multicast(p->to))
			host_parameter_problem(h, p, &ip.problem);
		return;
	case IP6_TRUNCATED:
	case IP6_BAD_VERSION:
	case IP6_BAD_LENGTH:
	case IP6_BAD_ADDRESS:
	case IP6_BAD_EXTENSION:
		host_count(&h->counts.ip6.in_hdr_errors, 1);
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	/* Solicitations for a tentative address come to its group: groups are let through. */
	if (!(host_owns(h, ip.to) || host_is_router(h) || ip_is_multicast(ip.to)) || host_owns(h, ip.from)) {
		host_count(&h->counts.ip6.in_addr_errors, 1);
		host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	p->hop_limit = ip.hop_limit;
	p->ecn = ip.traffic_class % 4u;
	if (v == IP6_FRAGMENT)
		fragment_in(h, p, ip.id, ip.offset_bytes, ip.more_fragments, payload);
	else if (!host_packet_in(h, p, payload) && image_parts.errors && host_owns(h, p->to))
		host_parameter_problem(h, p, &ip.problem); /* RFC 8200 4: of the next header */
}

void host_frame(struct host *h, const struct net_frame *frame)
{
	struct reader r = reader_of(frame->data);
	struct host_packet p = { .frame = frame };
	struct eth eth;

	host_count(&h->counts.frames_in, 1);
	host_count(&h->counts.bytes_in, frame->data.n);
	if (!eth_read(&r, &eth)) {
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	if ((image_parts.vlan && eth.vlan != h->config.vlan) || !eth_is_for(&eth, h->net.mac)) {
		host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	p.link_group = mac_is_multicast(eth.to);
	switch (eth.type) {
	case ETH_IP4: ip4_in(h, &p, &r); return;
	case ETH_IP6: ip6_in(h, &p, &r); return;
	case ETH_ARP: host_arp_in(h, &r); return;
	default: host_count(&h->counts.dropped_not_ours, 1); return;
	}
}
