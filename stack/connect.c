/* connect.c - see connect.h. */
#include "stack/connect.h"
#include "stack/host.h"

static void collect_sources(const struct host *h, struct select_sources *out)
{
	*out = (struct select_sources){ 0 };
	if (!ip_is_none(h->ip4.ip)) {
		out->source[0].ip = h->ip4;
		out->count = 1;
	}
	if (h->slaac_runs)
		slaac_sources(&h->slaac, out);
}

static void answer(struct connect *c, bool six, const struct select_destinations *list, u64 now)
{
	struct select_sources ours;

	collect_sources(c->host, &ours);
	happy_answer(&c->happy, six, list, &ours, now);
}

/* An attempt's flow: broken, lost to another one, or the first. */
static enum next try_out(void *session, struct flow *f)
{
	struct connect_attempt *a = session;
	struct connect *c = a->connect;

	if (c->state != CONNECT_TRYING) {
		a->flow = 0;
		return NEXT_ABORT;
	}
	if (flow_failed(f)) {
		a->flow = 0;
		happy_failed(&c->happy, a->index, flow_now(f));
		return NEXT_ABORT;
	}
	if (!flow_established(f))
		return NEXT_WAIT;
	a->flow = 0;
	c->state = CONNECT_DONE;
	f->fn = c->fn;
	f->session = c->session;
	return c->fn(c->session, f);
}

/* Those that lost are called, and end. */
static void give_up_others(struct connect *c, u64 now)
{
	for (u32 i = 0; i < HAPPY_MAX; i += 1) {
		struct flow *f = c->attempt[i].flow != 0 ? flow_find(c->host, c->attempt[i].flow) : NULL;

		if (f)
			flow_wake_at(f, now);
		else
			c->attempt[i].flow = 0;
	}
}

static void ask(struct connect *c, bool six, u64 now)
{
	struct view name = view_first(view_of(c->name), c->name_bytes);
	struct select_destinations list;

	if (six ? c->happy.answered6 : c->happy.answered4)
		return;
	if (c->resolver->ops->resolve(c->resolver, name, six, now, &list) != RESOLVER_PENDING)
		answer(c, six, &list, now);
}

static void attempt(struct connect *c, u32 i, u64 now)
{
	struct connect_attempt *a = &c->attempt[i];
	struct flow *f;

	a->index = i;
	f = flow_connect(c->host, c->happy.to[i], c->port, try_out, a);
	if (f)
		a->flow = flow_handle(f);
	else /* no address of that family, no way, or no place for a flow */
		happy_failed(&c->happy, i, now);
}

bool connect_start(struct connect *c, struct host *h, struct resolver *r, struct view name, u16 port,
	serve_fn *fn, void *session, u64 now)
{
	struct reader text_of = reader_of(name);
	struct select_destinations list = { .count = 1 }, none = { .count = 0 };

	if (name.n == 0 || name.n > CONNECT_NAME_MAX)
		return false;
	*c = (struct connect){
		.host = h, .resolver = r, .fn = fn, .session = session, .port = port, .name_bytes = (u8)name.n
	};
	(void)copy(span_of(c->name), name);
	for (u32 i = 0; i < HAPPY_MAX; i += 1)
		c->attempt[i].connect = c;
	happy_start(&c->happy);
	if (!ip_read_text(&text_of, &list.to[0]) || !read_finished(&text_of))
		return true;
	answer(c, ip_is4(list.to[0]), &none, now); /* the other family has none */
	answer(c, !ip_is4(list.to[0]), &list, now);
	return true;
}

u64 connect_step(struct connect *c, u64 now)
{
	u64 happy, resolver = TIME_NEVER;
	u32 i;

	if (c->state == CONNECT_TRYING) {
		ask(c, true, now);
		ask(c, false, now);
		while (happy_due(&c->happy, now, &i))
			attempt(c, i, now);
		if (happy_lost(&c->happy))
			c->state = CONNECT_FAILED;
	}
	if (c->state != CONNECT_TRYING) {
		give_up_others(c, now);
		return TIME_NEVER;
	}
	happy = happy_deadline(&c->happy);
	if (!c->happy.answered6 || !c->happy.answered4)
		resolver = c->resolver->ops->deadline(c->resolver);
	return happy < resolver ? happy : resolver;
}

enum connect_state connect_state(const struct connect *c)
{
	return c->state;
}

void connect_cancel(struct connect *c, u64 now)
{
	if (c->state == CONNECT_TRYING)
		c->state = CONNECT_FAILED;
	give_up_others(c, now);
}

bool connect_gone(const struct connect *c)
{
	if (c->state == CONNECT_TRYING)
		return false;
	for (u32 i = 0; i < HAPPY_MAX; i += 1)
		if (c->attempt[i].flow != 0)
			return false;
	return true;
}
