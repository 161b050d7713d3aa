/* host_frame.c - a frame in: taken apart layer by layer, handed to whoever it is for. */
#include "base/sum.h"
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

/* The answer's header, its checksum complete, then the body where it lies: all of what was
 * asked (RFC 1122 3.2.2.6, RFC 4443 4.2), in pieces if the way takes no more at once. */
static void echo_out(
	struct host *h, struct ip from, struct ip to, u8 protocol, struct view head, struct view body)
{
	struct host_out o;
	struct net_send send = { .piece = { body } };
	u32 headers = ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES;

	if (headers + head.n + body.n > host_path_mtu(h, to)) {
		(void)host_send_pieces(h, from, to, protocol, head, body);
		return;
	}
	if (!host_out_begin(h, &o, from, to, protocol))
		return;
	write_view(&o.w, head);
	host_out_send(h, &o, &send);
}

static void echo4(struct host *h, const struct host_packet *p, const struct icmp4 *echo, struct view body)
{
	u8 room[ICMP4_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct icmp4 answer = icmp4_reply(echo);

	icmp4_write(&w, &answer, view_none());
	write_be16_at(&w, 2, 0);
	write_be16_at(&w, 2, sum_finish(sum_bytes(sum_bytes(0, write_done(&w)), body)));
	echo_out(h, p->to, p->from, IP_ICMP4, write_done(&w), body);
}

static void icmp4_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct icmp4 m;
	struct view body;
	enum icmp_trouble trouble;

	switch (icmp4_read(message, false, &m, &body)) {
	case ICMP4_OK: break;
	case ICMP4_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case ICMP4_TRUNCATED: h->counts.dropped_malformed += 1; return;
	case ICMP4_UNKNOWN: h->counts.dropped_not_ours += 1; return;
	}
	/* An echo to a group is not answered (RFC 1122 3.2.2.6 allows it): no amplification. */
	if (m.type == ICMP4_ECHO && host_owns(h, p->to))
		echo4(h, p, &m, body);
	else if (icmp4_trouble(&m, &trouble))
		host_error_in(h, p->to, trouble, m.mtu, body);
}

static void echo6(struct host *h, const struct host_packet *p, const struct icmp6 *echo, struct view body)
{
	struct ip own = host_owns(h, p->to) ? p->to : ip_none(), hop;
	u8 room[ICMP6_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct icmp6 answer = icmp6_reply(echo);
	u64 sum;

	if (ip_is_none(own) && !host_route(h, p->from, &own, &hop))
		return; /* asked by group: answered from one of ours (RFC 4443 4.2) */
	icmp6_write(&w, own, p->from, &answer, view_none());
	write_be16_at(&w, 2, 0);
	sum = ip_pseudo_sum(own, p->from, IP_ICMP6, (u32)(write_len(&w) + body.n));
	write_be16_at(&w, 2, sum_finish(sum_bytes(sum_bytes(sum, write_done(&w)), body)));
	echo_out(h, own, p->from, IP_ICMP6, write_done(&w), body);
}

static void icmp6_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct icmp6 m;
	struct view body;
	enum icmp_trouble trouble;

	switch (icmp6_read(p->from, p->to, message, false, &m, &body)) {
	case ICMP6_OK: break;
	case ICMP6_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case ICMP6_TRUNCATED: h->counts.dropped_malformed += 1; return;
	case ICMP6_UNKNOWN_ERROR: h->counts.dropped_not_ours += 1; return;
	case ICMP6_UNKNOWN:
		if (h->multicast && m.type == MLD_QUERY)
			h->multicast->in(h, p, message);
		else
			h->counts.dropped_not_ours += 1;
		return;
	}
	if (m.type >= ICMP6_ND_FIRST && m.type <= ICMP6_ND_LAST) {
		if (!p->reassembled) /* RFC 6980: who needs fragments for it hides something */
			host_nd_in(h, p->from, p->to, p->hop_limit, message);
	} else if (m.type == ICMP6_ECHO)
		echo6(h, p, &m, body);
	else if (icmp6_trouble(&m, &trouble))
		host_error_in(h, p->to, trouble, m.mtu, body);
}

/* A group that everybody or this host listens to. */
static bool listens(const struct host *h, struct ip group)
{
	if (ip_equal(group, ip_from4(0xe0000001)) || ip_equal(group, nd_all_nodes()))
		return true;
	return h->multicast && multicast_has(&h->multicast->core, group);
}

void host_packet_in(struct host *h, const struct host_packet *p, struct view payload)
{
	bool ours = host_owns(h, p->to);

	if (!ours && !h->config.any && p->protocol == IP_TCP) {
		h->counts.dropped_not_ours += 1;
		return;
	}
	switch (p->protocol) {
	case IP_TCP:
		/* Never a connection with a group (RFC 9293, 3.10.7.2 and RFC 1122 4.2.3.10). */
		if (p->link_group || ip_is_multicast(p->to) || ip_is_multicast(p->from))
			h->counts.dropped_not_ours += 1;
		else
			flow_segment_in(h, p, payload);
		return;
	case IP_UDP:
		if (!ours && ip_is_multicast(p->to) && !listens(h, p->to))
			h->counts.dropped_not_ours += 1;
		else
			datagram_in(h, p, payload);
		return;
	case IP_ICMP4:
		if (ip_is4(p->to))
			icmp4_in(h, p, payload);
		return;
	case IP_ICMP6:
		if (!ip_is4(p->to))
			icmp6_in(h, p, payload);
		return;
	case IP_IGMP:
		if (h->multicast && ip_is4(p->to)) {
			h->multicast->in(h, p, payload);
			return;
		}
		break;
	default: break;
	}
	h->counts.dropped_not_ours += 1;
}

static bool for_us4(const struct host *h, struct ip to)
{
	if (host_owns(h, to) || h->config.any || ip4_is_broadcast(to, h->ip4))
		return true;
	if (ip_is_none(h->ip4.ip)) /* a DHCP offer to the address to be */
		return h->dhcp_runs;
	return listens(h, to);
}

static void fragment_in(
	struct host *h, const struct host_packet *p, u32 id, u16 offset_bytes, bool more, struct view data)
{
	struct fragment f = { p->from, p->to, id, offset_bytes, p->protocol, more };

	if (h->reassembly)
		h->reassembly->in(h, p, &f, data);
	else
		h->counts.dropped_fragments += 1;
}

static void ip4_in(struct host *h, struct host_packet *p, struct reader *r)
{
	struct ip4 ip;
	struct view payload;
	enum ip4_verdict v;

	p->whole = read_rest(r);
	v = ip4_read(r, false, &ip, &payload);
	switch (v) {
	case IP4_OK:
	case IP4_FRAGMENT: break;
	case IP4_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case IP4_TRUNCATED:
	case IP4_BAD_VERSION:
	case IP4_BAD_LENGTH:
	case IP4_BAD_ADDRESS:
	case IP4_BAD_OPTION: h->counts.dropped_malformed += 1; return;
	}
	p->from = ip.from;
	p->to = ip.to;
	p->protocol = ip.protocol;
	p->whole = view_first(p->whole, ip.total_bytes);
	if (!for_us4(h, ip.to) || host_owns(h, ip.from)) { /* from ourselves: "land" */
		h->counts.dropped_not_ours += 1;
		return;
	}
	p->hop_limit = ip.ttl;
	if (v == IP4_FRAGMENT)
		fragment_in(h, p, ip.id, ip.offset_bytes, ip.more_fragments, payload);
	else
		host_packet_in(h, p, payload);
}

/* RFC 8200 4.2: what the sender must be told about its headers. */
static void parameter_problem(struct host *h, const struct host_packet *p, const struct ip6_problem *problem)
{
	u8 room[ICMP6_HEADER_BYTES + ICMP6_QUOTE_BYTES];
	struct writer w = writer_of(span_of(room));
	struct icmp_offender offender = {
		.from = p->from,
		.to = p->to,
		.protocol = p->protocol,
		.link_group = p->link_group,
		.even_group = problem->even_multicast,
	};
	struct ip own, hop;

	if (!icmp_may_answer(&offender) || !host_route(h, p->from, &own, &hop) ||
		!icmp_limit_take(&h->icmp, h->now))
		return;
	if (host_owns(h, p->to))
		own = p->to;
	icmp6_write(&w, own, p->from,
		&(struct icmp6){
			.type = ICMP6_PARAMETER, .code = problem->code, .pointer = problem->pointer },
		icmp6_quoted(p->whole));
	(void)host_send_packet(h, own, p->from, IP_ICMP6, 64, write_done(&w));
}

static void ip6_in(struct host *h, struct host_packet *p, struct reader *r)
{
	struct ip6 ip;
	struct view payload;
	enum ip6_verdict v;

	if (!h->slaac_runs) {
		h->counts.dropped_not_ours += 1;
		return;
	}
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
		h->counts.dropped_malformed += 1;
		if (host_owns(h, p->to) || ip_is_multicast(p->to))
			parameter_problem(h, p, &ip.problem);
		return;
	case IP6_TRUNCATED:
	case IP6_BAD_VERSION:
	case IP6_BAD_LENGTH:
	case IP6_BAD_ADDRESS:
	case IP6_BAD_EXTENSION: h->counts.dropped_malformed += 1; return;
	}
	/* Solicitations for a tentative address come to its group: groups are let through. */
	if (!(host_owns(h, ip.to) || h->config.any || ip_is_multicast(ip.to)) || host_owns(h, ip.from)) {
		h->counts.dropped_not_ours += 1;
		return;
	}
	p->hop_limit = ip.hop_limit;
	if (v == IP6_FRAGMENT)
		fragment_in(h, p, ip.id, ip.offset_bytes, ip.more_fragments, payload);
	else
		host_packet_in(h, p, payload);
}

void host_frame(struct host *h, const struct net_frame *frame)
{
	struct reader r = reader_of(frame->data);
	struct host_packet p = { .frame = frame };
	struct eth eth;

	h->counts.frames_in += 1;
	h->counts.bytes_in += frame->data.n;
	if (!eth_read(&r, &eth)) {
		h->counts.dropped_malformed += 1;
		return;
	}
	if (!eth_is_for(&eth, h->net.mac)) {
		h->counts.dropped_not_ours += 1;
		return;
	}
	p.link_group = mac_is_multicast(eth.to);
	switch (eth.type) {
	case ETH_IP4: ip4_in(h, &p, &r); return;
	case ETH_IP6: ip6_in(h, &p, &r); return;
	case ETH_ARP: host_arp_in(h, &r); return;
	default: h->counts.dropped_not_ours += 1; return;
	}
}
