/* flow_error.c - what a flow's path takes, ICMP errors about what it has in flight (RFC 1191, RFC 8201, RFC 5927), and
 * what it has to say of its path itself. */
#include "stack/flow_table.h"

u16 flow_payload_of(u16 mtu, struct ip peer)
{
	return (u16)(mtu - (ip_is4(peer) ? 40u : 60u));
}

void flow_follow_path(struct flow *f)
{
	u16 mtu = host_path_mtu(f->host, f->peer), takes = flow_payload_of(mtu, f->peer);

	tcp_path(&f->tcp, takes);
	if (image_parts.search && mtu == f->host->net.mtu && tcp_path_is_found(&f->tcp))
		flow_path_found(f, takes); /* it had been forgotten: for ten more minutes */
}

void flow_path_found(struct flow *f, u16 took)
{
	struct host *h = f->host;
	u32 headers = ip_is4(f->peer) ? 40u : 60u, takes = tcp_path_takes(&f->tcp);

	if (takes < took)
		(void)pmtu_learn(&h->pmtu, f->peer, takes + headers, took + headers, h->net.mtu, h->now);
}

void flow_path_passed(struct flow *f, u16 took)
{
	pmtu_passed(&f->host->pmtu, f->peer, (u16)(took + (ip_is4(f->peer) ? 40u : 60u)), f->host->now);
}

/* A neighbour that answers nothing is one whose routes are suspect (lib/route). */
void flow_doubt_way(struct flow *f)
{
	struct host *h = f->host;

	neigh_doubt(&h->neigh, host_hop(h, f->peer), h->now);
}

/* The hop of now: what was acknowledged may have gone by another, if the way has changed within this round trip. */
void flow_confirm_way(struct flow *f)
{
	struct host *h = f->host;

	neigh_confirm(&h->neigh, host_hop(h, f->peer), h->now);
}

static struct flow *flow_of(struct host *h, const struct icmp_quote *q)
{
	return flow_lookup(h, q->to, q->to_port, q->from, q->from_port);
}

/* RFC 5927 4.1: SND.UNA =< SEG.SEQ < SND.NXT, and who does not see our segments cannot
 * know them. */
bool flow_error_in(struct host *h, const struct host_error *e)
{
	struct flow *f = flow_of(h, &e->quote);

	return f && tcp_in_flight(&f->tcp, e->quote.seq);
}

static enum tcp_end end_of(enum icmp_trouble trouble)
{
	switch (trouble) {
	case ICMP_NO_WAY: break;
	case ICMP_NO_NETWORK: return TCP_END_NO_NETWORK;
	case ICMP_NO_PORT: return TCP_END_NO_PORT;
	case ICMP_NO_PROTOCOL: return TCP_END_NO_PROTOCOL;
	case ICMP_FORBIDDEN: return TCP_END_FORBIDDEN;
	case ICMP_NOT_UNDERSTOOD:
	case ICMP_TOO_BIG: break;
	}
	return TCP_END_NO_WAY;
}

void flow_error_heed(struct host *h, const struct host_error *e)
{
	struct flow *f = flow_of(h, &e->quote);

	if (!f)
		return;
	if (e->trouble == ICMP_TOO_BIG)
		flow_follow_path(f);
	else
		tcp_unreachable(&f->tcp, end_of(e->trouble),
			ip_equal(e->hop, e->quote.to) || icmp_is_hard(e->trouble));
	if (tcp_state(&f->tcp) == TCP_CLOSED && f->fn)
		flow_run(f);
	else
		flow_settle(f);
}
