/* flow_cookie.c - more handshakes than a service keeps: answered, and forgotten (lib/tcp/tcp_cookie.h). */
#include "lib/tcp/tcp_cookie.h"
#include "stack/flow_table.h"

static u64 ends_of(const struct host *h, struct ip from, struct ip to, const struct tcp_segment *s)
{
	return flow_hash(h, FLOW_SECRET_COOKIE, from, s->from_port, to, s->to_port);
}

static void cookie_out(struct host *h, struct ip from, struct ip to, const struct tcp_segment *syn,
	const struct tcp_config *config)
{
	struct tcp_segment answer;
	struct net_send send = { 0 };

	tcp_cookie_answer(&h->key, ends_of(h, from, to, syn), config, syn, h->now, &answer);
	answer.from_port = syn->to_port;
	answer.to_port = syn->from_port;
	h->cookies_until_ns = h->now + 2 * TCP_COOKIE_NS;
	host_count(&h->counts.cookies_out, 1);
	flow_segment_out(h, to, from, &answer, 65535, 0, &send);
}

static bool cookie_in(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s,
	const struct host_service *service, struct flow **opened)
{
	struct tcp_config config = flow_config(h, from, to);
	struct tcp t;

	*opened = NULL;
	if (h->stopping || service == &h->any_service)
		return false;
	if (!tcp_cookie_accept(&t, &h->key, ends_of(h, from, to, s), &config, s, h->now))
		return tcp_cookie_may_follow(s, h->now);
	*opened = flow_admit(h, from, to, s, service);
	if (!*opened)
		return false;
	host_count(&h->counts.cookies_in, 1);
	(*opened)->tcp = t;
	return true;
}

void host_syn_cookies(struct host *h, u32 backlog)
{
	static const struct host_cookies cookies = { cookie_out, cookie_in };

	require(image_parts.cookies);
	h->cookies = &cookies;
	h->backlog = backlog;
}

void serve_backlog(struct host *h, u16 port, u32 openings)
{
	struct host_service *s = host_service_at(h, port);

	require(s != &h->any_service); /* not served */
	require(h->cookies);
	s->backlog = openings;
}
