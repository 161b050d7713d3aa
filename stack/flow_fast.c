/* flow_fast.c - TCP Fast Open (RFC 7413): cookies, places and the cache, where flows need them. See flow.h. */
#include "stack/flow_table.h"

static u64 client_of(const struct host *h, struct ip client)
{
	return flow_hash(h, FLOW_SECRET_FAST, client, 0, ip_none(), 0);
}

void host_fast_open(struct host *h, struct host_fast_open *x)
{
	require(image_parts.fast_open);
	*x = (struct host_fast_open){ 0 };
	if (h->config.tcp_fast_open)
		h->fast_open = x;
}

/* ---- the server ---- */

static struct host_fast_port *port_of(struct host *h, u16 port)
{
	struct host_fast_open *x = h->fast_open;
	u32 i = 0;

	while (i < HOST_SERVICES && x->ports[i].port != port)
		i += 1;
	return i < HOST_SERVICES ? &x->ports[i] : NULL;
}

bool serve_fast_open(struct host *h, u16 port, u32 openings)
{
	struct host_fast_port *p;

	if (!image_parts.fast_open || !h->fast_open)
		return false;
	p = port_of(h, port);
	for (u32 i = 0; i < HOST_SERVICES && !p; i += 1)
		if (h->fast_open->ports[i].queue.limit == 0)
			p = &h->fast_open->ports[i];
	if (!p)
		return false;
	if (p->port != port)
		*p = (struct host_fast_port){ .port = port };
	p->queue.limit = openings;
	return true;
}

bool flow_fast_in(struct flow *f, const struct tcp_segment *syn)
{
	struct host *h = f->host;
	enum tcp_fast_verdict verdict;
	struct host_fast_port *p = h->fast_open ? port_of(h, f->local_port) : NULL;

	if (!p || p->queue.limit == 0 || (syn->opt.has & TCP_HAS_FAST_OPEN) == 0)
		return false;
	verdict = tcp_fast_check(&h->key, client_of(h, f->peer), &syn->opt.fast, h->now);
	if (verdict != TCP_FAST_GOOD)
		f->fast |= FLOW_FAST_TELL;
	if (verdict == TCP_FAST_BAD)
		return false;
	if (!tcp_fast_take(&p->queue, h->now)) {
		host_count(&h->counts.fast_full, 1);
		return false;
	}
	f->fast |= FLOW_FAST_PLACE;
	host_count(&h->counts.fast_in, 1);
	return true;
}

void flow_fast_over(struct flow *f)
{
	struct host_fast_open *x = f->host->fast_open;
	u32 i = 0;

	if ((f->fast & FLOW_FAST_PLACE) == 0)
		return;
	f->fast = (u8)(f->fast & ~FLOW_FAST_PLACE);
	while (i < HOST_SERVICES && (x->ports[i].port != f->local_port || x->ports[i].queue.pending == 0))
		i += 1;
	if (i < HOST_SERVICES)
		tcp_fast_leave(&x->ports[i].queue, tcp_end(&f->tcp) == TCP_END_RESET, f->host->now);
}

/* ---- the client ---- */

enum tcp_fast_way flow_fast_way(struct host *h, struct ip local, struct ip peer, u16 *mss)
{
	struct tcp_fast_cookie cookie;

	*mss = 0;
	if (!h->fast_open)
		return TCP_FAST_NOT;
	return tcp_fast_way(&h->fast_open->cache, local, peer, h->now, &cookie, mss);
}

void flow_fast_answered(struct flow *f, const struct tcp_segment *s, bool at_once)
{
	struct tcp_fast_cache *c = &f->host->fast_open->cache;
	struct tcp_fast_cookie cookie = { 0 };
	u16 mss = ip_is4(f->peer) ? 536 : 1220;

	if ((s->opt.has & TCP_HAS_FAST_OPEN) != 0)
		cookie = s->opt.fast;
	if ((s->opt.has & TCP_HAS_MSS) != 0)
		mss = s->opt.mss;
	if (at_once)
		tcp_fast_answered(c, f->local, f->peer, &cookie, mss, f->host->now);
	else
		tcp_fast_lost(c, f->local, f->peer, f->host->now);
}

/* ---- both ---- */

void flow_fast_out(struct flow *f, struct tcp_segment *s)
{
	struct host *h = f->host;
	u16 mss;

	if ((s->flags & TCP_SYN) == 0)
		return;
	if ((f->fast & FLOW_FAST_TELL) != 0) {
		s->opt.has |= TCP_HAS_FAST_OPEN;
		s->opt.fast = tcp_fast_cookie(&h->key, client_of(h, f->peer), h->now);
	} else if ((s->opt.has & TCP_HAS_FAST_OPEN) != 0 &&
		   tcp_fast_way(&h->fast_open->cache, f->local, f->peer, h->now, &s->opt.fast, &mss) !=
			   TCP_FAST_GIVE) {
		s->len = 0; /* it was forgotten meanwhile: without a cookie no data goes */
	}
}
