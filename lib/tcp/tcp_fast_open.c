/* tcp_fast_open.c - see tcp_fast_open.h. */
#include "lib/tcp/tcp_fast_open.h"
#include "lib/tcp/tcp_core.h"

/* ---- cookies ---- */

static struct tcp_fast_cookie cookie_of(const struct siphash_key *key, u64 client, u64 period)
{
	struct tcp_fast_cookie cookie = { .bytes = 8 };
	u64 hash = siphash_words(key, client, period, 0x66617374u, 0x6f70656eu); /* "fast", "open" */

	for (u32 i = 0; i < 8u; i += 1)
		cookie.byte[i] = (u8)(hash >> (8u * i) & 0xffu);
	return cookie;
}

static bool same(const struct tcp_fast_cookie *a, const struct tcp_fast_cookie *b)
{
	u32 differs = (u32)(a->bytes ^ b->bytes);

	for (u32 i = 0; i < TCP_FAST_COOKIE_MAX; i += 1)
		differs |= (u32)(a->byte[i] ^ b->byte[i]);
	return differs == 0;
}

struct tcp_fast_cookie tcp_fast_cookie(const struct siphash_key *key, u64 client, u64 now)
{
	return cookie_of(key, client, now / TCP_FAST_KEY_NS);
}

enum tcp_fast_verdict tcp_fast_check(
	const struct siphash_key *key, u64 client, const struct tcp_fast_cookie *said, u64 now)
{
	u64 period = now / TCP_FAST_KEY_NS;
	struct tcp_fast_cookie good = cookie_of(key, client, period), old;

	if (same(&good, said))
		return TCP_FAST_GOOD;
	if (period == 0)
		return TCP_FAST_BAD;
	old = cookie_of(key, client, period - 1u);
	return same(&old, said) ? TCP_FAST_OLD : TCP_FAST_BAD;
}

/* ---- the queue ---- */

bool tcp_fast_take(struct tcp_fast_queue *q, u64 now)
{
	if (q->reset_until_ns <= now)
		q->reset = 0;
	if (q->pending >= q->limit || q->reset >= minus(q->limit, q->pending))
		return false;
	q->pending += 1;
	return true;
}

void tcp_fast_leave(struct tcp_fast_queue *q, bool reset, u64 now)
{
	require(q->pending > 0);
	q->pending -= 1;
	if (!reset)
		return;
	if (q->reset_until_ns <= now)
		q->reset = 0;
	q->reset = plus(q->reset, 1);
	q->reset_until_ns = time_after(now, TCP_FAST_RESET_NS);
}

/* ---- the cache ---- */

/* Of this pair, or TCP_FAST_PEERS. */
static u32 find(const struct tcp_fast_cache *c, struct ip local, struct ip peer)
{
	u32 i = 0;

	while (i < TCP_FAST_PEERS &&
		!(ip_equal(c->peers[i].peer, peer) && ip_equal(c->peers[i].local, local)))
		i += 1;
	return i;
}

static u32 find_or_make(struct tcp_fast_cache *c, struct ip local, struct ip peer, u64 now)
{
	u32 at = find(c, local, peer);

	if (at == TCP_FAST_PEERS) {
		at = 0;
		for (u32 i = 1; i < TCP_FAST_PEERS; i += 1)
			if (c->peers[i].used_ns < c->peers[at].used_ns)
				at = i;
		c->peers[at] = (struct tcp_fast_peer){ .local = local, .peer = peer };
	}
	c->peers[at].used_ns = now;
	return at;
}

enum tcp_fast_way tcp_fast_way(struct tcp_fast_cache *c, struct ip local, struct ip peer, u64 now,
	struct tcp_fast_cookie *cookie, u16 *mss)
{
	u32 at = find(c, local, peer);
	struct tcp_fast_peer *p;

	*cookie = (struct tcp_fast_cookie){ 0 };
	*mss = 0;
	if (at == TCP_FAST_PEERS)
		return TCP_FAST_ASK;
	p = &c->peers[at];
	p->used_ns = now;
	if (now < p->blocked_until_ns)
		return TCP_FAST_NOT;
	if (p->cookie.bytes == 0)
		return TCP_FAST_ASK;
	*cookie = p->cookie;
	*mss = p->mss;
	return TCP_FAST_GIVE;
}

void tcp_fast_answered(struct tcp_fast_cache *c, struct ip local, struct ip peer,
	const struct tcp_fast_cookie *cookie, u16 mss, u64 now)
{
	struct tcp_fast_peer *p;

	if (cookie->bytes == 0 && find(c, local, peer) == TCP_FAST_PEERS)
		return;
	p = &c->peers[find_or_make(c, local, peer, now)];
	p->losses = 0;
	p->mss = mss;
	if (cookie->bytes != 0)
		p->cookie = *cookie;
}

void tcp_fast_lost(struct tcp_fast_cache *c, struct ip local, struct ip peer, u64 now)
{
	struct tcp_fast_peer *p = &c->peers[find_or_make(c, local, peer, now)];

	u32 losses = least(p->losses, TCP_FAST_BLOCKED_DOUBLINGS);

	p->blocked_until_ns = time_after(now, TCP_FAST_BLOCKED_NS << losses);
	p->losses = (u8)(losses + 1u);
}
