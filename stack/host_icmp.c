/* host_icmp.c - ICMP of both families: echoes answered, errors told.
 *
 * What a message carries behind its eight bytes lies in the frame that came, or where fragments
 * were put together, and is sent from there. Errors that come are host_errors.c's.
 */
#include "base/sum.h"
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

/* `head` is written, with the checksum of itself; `sum` is that of a pseudo-header, or 0. All of
 * what an echo brought goes back (RFC 1122 3.2.2.6, RFC 4443 4.2): in pieces, if the way takes
 * no more at once. */
static void icmp_send(
	struct host *h, struct ip from, struct ip to, struct writer *head, u64 sum, struct view body)
{
	bool four = ip_is4(to);
	u8 protocol = four ? IP_ICMP4 : IP_ICMP6;
	usize bytes = (four ? IP4_HEADER_BYTES : IP6_HEADER_BYTES) + write_len(head) + body.n;
	struct net_send send = { .piece = { body } };
	struct host_out o;

	write_be16_at(head, 2, 0);
	sum = sum_bytes(sum_bytes(sum, write_done(head)), body);
	write_be16_at(head, 2, sum_finish(sum));
	if (image_parts.fragments && bytes > host_path_mtu(h, to)) {
		(void)host_send_pieces(h, from, to, protocol, write_done(head), body);
	} else if (host_out_begin(h, &o, from, to, protocol)) {
		write_view(&o.w, write_done(head));
		host_out_send(h, &o, &send);
	}
}

static void icmp4_out(struct host *h, struct ip from, struct ip to, const struct icmp4 *m, struct view body)
{
	u8 room[ICMP4_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));

	icmp4_write(&w, m, view_none());
	icmp_send(h, from, to, &w, 0, body);
}

/* Sent to a group, it is answered from one of ours (RFC 4443 4.2, 2.2 b). */
static void icmp6_out(struct host *h, const struct host_packet *p, const struct icmp6 *m, struct view body)
{
	u8 room[ICMP6_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct ip from = p->to, hop;

	if (!host_owns(h, from) && !host_route(h, p->from, &from, &hop))
		return;
	icmp6_write(&w, from, p->from, m, view_none());
	icmp_send(h, from, p->from, &w,
		ip_pseudo_sum(from, p->from, IP_ICMP6, (u32)(ICMP6_HEADER_BYTES + body.n)), body);
}

void host_icmp4_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct icmp4 m;
	struct view body;
	enum icmp_trouble trouble;

	switch (icmp4_read(message, false, &m, &body)) {
	case ICMP4_OK: break;
	case ICMP4_BAD_CHECKSUM: host_count(&h->counts.dropped_checksum, 1); return;
	case ICMP4_TRUNCATED: host_count(&h->counts.dropped_malformed, 1); return;
	case ICMP4_UNKNOWN: host_count(&h->counts.dropped_not_ours, 1); return;
	}
	/* An echo to a group is not answered (RFC 1122 3.2.2.6 allows it): no amplification. */
	if (m.type == ICMP4_ECHO && host_owns(h, p->to)) {
		m = icmp4_reply(&m);
		icmp4_out(h, p->to, p->from, &m, body);
	} else if (image_parts.errors && icmp4_trouble(&m, &trouble)) {
		host_error_in(h, p->to, (struct host_error){ .trouble = trouble, .mtu = m.mtu }, body);
	}
}

void host_icmp6_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct icmp6 m;
	struct view body;
	enum icmp_trouble trouble;

	switch (icmp6_read(p->from, p->to, message, false, &m, &body)) {
	case ICMP6_OK: break;
	case ICMP6_BAD_CHECKSUM: host_count(&h->counts.dropped_checksum, 1); return;
	case ICMP6_TRUNCATED: host_count(&h->counts.dropped_malformed, 1); return;
	case ICMP6_UNKNOWN_ERROR: host_count(&h->counts.dropped_not_ours, 1); return;
	case ICMP6_UNKNOWN:
		if (image_parts.groups && h->multicast && m.type == MLD_QUERY)
			h->multicast->in(h, p, message);
		else
			host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	if (m.type >= ICMP6_ND_FIRST && m.type <= ICMP6_ND_LAST) {
		if (!p->reassembled) /* RFC 6980: who needs fragments for it hides something */
			host_nd_in(h, p->from, p->to, p->hop_limit, message);
	} else if (m.type == ICMP6_ECHO) {
		m = icmp6_reply(&m);
		icmp6_out(h, p, &m, body);
	} else if (image_parts.errors && icmp6_trouble(&m, &trouble)) {
		host_error_in(h, p->to, (struct host_error){ .trouble = trouble, .mtu = m.mtu }, body);
	}
}

/* Whether the sender of this packet may be told what is wrong with it, now. */
static bool may_tell(struct host *h, const struct host_packet *p, bool even_group)
{
	struct icmp_offender offender = {
		.from = p->from,
		.to = p->to,
		.protocol = p->protocol,
		.icmp_type = p->icmp_type,
		.link_group = p->link_group,
		.even_group = even_group,
		.network4 = h->ip4,
	};

	return image_parts.errors && !host_was_looped(p) && icmp_may_answer(&offender) &&
	       icmp_limit_take(&h->icmp, h->now, random_u32(h->random));
}

void host_parameter_problem(struct host *h, const struct host_packet *p, const struct ip6_problem *problem)
{
	struct icmp6 m = { .type = ICMP6_PARAMETER, .code = problem->code, .pointer = problem->pointer };

	if (may_tell(h, p, problem->even_multicast))
		icmp6_out(h, p, &m, icmp6_quoted(p->whole));
}

bool host_error_out(struct host *h, const struct host_packet *p, u8 type, u8 code)
{
	if (!host_owns(h, p->to) || !may_tell(h, p, false))
		return false;
	if (ip_is4(p->to))
		icmp4_out(h, p->to, p->from, &(struct icmp4){ .type = type, .code = code },
			icmp4_quoted(p->whole));
	else
		icmp6_out(h, p, &(struct icmp6){ .type = type, .code = code }, icmp6_quoted(p->whole));
	return true;
}

/* From ourselves: told without a message. */
static void refuse_looped(struct host *h, const struct host_packet *p, u16 from_port, u16 to_port)
{
	struct host_error e = { .trouble = ICMP_NO_PORT,
		.quote = { .from = p->from,
			.to = p->to,
			.from_port = from_port,
			.to_port = to_port,
			.protocol = IP_UDP } };

	host_count(&h->counts.refused, 1);
	host_count(&h->counts.errors_in, datagram_error_in(h, &e));
}

void host_port_unreachable(struct host *h, const struct host_packet *p, u16 from_port, u16 to_port)
{
	bool four = ip_is4(p->to);

	if (host_was_looped(p)) {
		refuse_looped(h, p, from_port, to_port);
		return;
	}
	host_count(&h->counts.refused, host_error_out(h, p, four ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE,
					       four ? ICMP4_PORT : ICMP6_PORT));
}
