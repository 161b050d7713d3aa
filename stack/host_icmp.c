/* host_icmp.c - ICMP of both families: echoes answered, errors told.
 *
 * What a message carries behind its eight bytes lies in the frame that came, and is sent from there.
 */
#include "base/sum.h"
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "stack/host.h"

/* The header is written, with the checksum of itself; `sum` is that of a pseudo-header, or 0. */
static void icmp_send(struct host *h, struct host_out *o, u64 sum, struct view body)
{
	struct net_send send = { .piece = { body } };

	write_be16_at(&o->w, 2, 0);
	sum = sum_bytes(sum_bytes(sum, write_done(&o->w)), body);
	write_be16_at(&o->w, 2, sum_finish(sum));
	host_out_send(h, o, &send);
}

static void icmp4_out(struct host *h, struct ip from, struct ip to, const struct icmp4 *m, struct view body)
{
	struct host_out o;

	if (!host_out_begin(h, &o, from, to, IP_ICMP4))
		return;
	icmp4_write(&o.w, m, view_none());
	icmp_send(h, &o, 0, body);
}

static void icmp6_out(struct host *h, struct ip from, struct ip to, const struct icmp6 *m, struct view body)
{
	struct host_out o;

	if (!host_out_begin(h, &o, from, to, IP_ICMP6))
		return;
	icmp6_write(&o.w, o.from, to, m, view_none());
	icmp_send(h, &o, ip_pseudo_sum(o.from, to, IP_ICMP6, (u32)(ICMP6_HEADER_BYTES + body.n)), body);
}

void host_icmp4_in(struct host *h, const struct host_packet *p, struct view message)
{
	struct icmp4 m;
	struct view body;

	switch (icmp4_read(message, false, &m, &body)) {
	case ICMP4_OK: break;
	case ICMP4_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case ICMP4_TRUNCATED: h->counts.dropped_malformed += 1; return;
	case ICMP4_UNKNOWN: h->counts.dropped_not_ours += 1; return;
	}
	/* An echo to a group is not answered (RFC 1122 3.2.2.6 allows it): no amplification. */
	if (m.type == ICMP4_ECHO && host_owns(h, p->to)) {
		m = icmp4_reply(&m);
		icmp4_out(h, p->to, p->from, &m, body);
	}
}

void host_icmp6_in(struct host *h, const struct host_packet *p, u8 hop_limit, struct view message)
{
	struct icmp6 m;
	struct view body;

	switch (icmp6_read(p->from, p->to, message, false, &m, &body)) {
	case ICMP6_OK: break;
	case ICMP6_BAD_CHECKSUM: h->counts.dropped_checksum += 1; return;
	case ICMP6_TRUNCATED: h->counts.dropped_malformed += 1; return;
	case ICMP6_UNKNOWN_ERROR:
	case ICMP6_UNKNOWN: h->counts.dropped_not_ours += 1; return;
	}
	if (m.type >= ICMP6_ND_FIRST && m.type <= ICMP6_ND_LAST) {
		host_nd_in(h, p->from, p->to, hop_limit, message);
	} else if (m.type == ICMP6_ECHO) {
		m = icmp6_reply(&m);
		/* asked by group: answered from one of ours (RFC 4443 4.2) */
		icmp6_out(h, host_owns(h, p->to) ? p->to : ip_none(), p->from, &m, body);
	}
}

/* Whether the sender of this packet may be told what is wrong with it, now. */
static bool may_tell(struct host *h, const struct host_packet *p, bool even_group)
{
	struct icmp_offender offender = {
		.from = p->from,
		.to = p->to,
		.protocol = p->protocol,
		.link_group = p->link_group,
		.even_group = even_group,
		.network4 = h->ip4,
	};

	return icmp_may_answer(&offender) && icmp_limit_take(&h->icmp, h->now);
}

void host_parameter_problem(struct host *h, const struct host_packet *p, const struct ip6_problem *problem)
{
	struct icmp6 m = { .type = ICMP6_PARAMETER, .code = problem->code, .pointer = problem->pointer };

	if (may_tell(h, p, problem->even_multicast))
		icmp6_out(h, host_owns(h, p->to) ? p->to : ip_none(), p->from, &m, icmp6_quoted(p->whole));
}

void host_port_unreachable(struct host *h, const struct host_packet *p)
{
	if (!host_owns(h, p->to) || !may_tell(h, p, false))
		return;
	h->counts.refused += 1;
	if (ip_is4(p->to))
		icmp4_out(h, p->to, p->from, &(struct icmp4){ .type = ICMP4_UNREACHABLE, .code = ICMP4_PORT },
			icmp4_quoted(p->whole));
	else
		icmp6_out(h, p->to, p->from, &(struct icmp6){ .type = ICMP6_UNREACHABLE, .code = ICMP6_PORT },
			icmp6_quoted(p->whole));
}
