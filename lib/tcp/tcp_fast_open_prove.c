/* prove: lib/tcp/tcp_fast_open.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c */
/* prove-with: require-stops */
/* tcp_fast_open_prove.c - any cookies, places taken and left, and peers, at any times. The hash gives anything. */
#include "lib/ip/ip_prove.h"
#include "lib/tcp/tcp_fast_open.h"

u64 siphash_words(const struct siphash_key *k, u64 a, u64 b, u64 c, u64 d)
{
	(void)k, (void)a, (void)b, (void)c, (void)d;
	return any_u64();
}

static struct tcp_fast_cache cache;
static struct tcp_fast_queue queue;

static struct tcp_fast_cookie any_cookie(void)
{
	struct tcp_fast_cookie c;

	c.bytes = any_u8();
	for (u32 i = 0; i < TCP_FAST_COOKIE_MAX; i += 1)
		c.byte[i] = any_u8();
	return c;
}

static void event(u64 now)
{
	struct tcp_fast_cookie cookie = any_cookie();
	u16 mss;

	if (NONDET())
		(void)tcp_fast_take(&queue, now);
	else if (NONDET())
		tcp_fast_leave(&queue, any_bool(), now);
	else if (NONDET())
		(void)tcp_fast_way(&cache, any_ip(), any_ip(), now, &cookie, &mss);
	else if (NONDET())
		tcp_fast_answered(&cache, any_ip(), any_ip(), &cookie, any_u16(), now);
	else
		tcp_fast_lost(&cache, any_ip(), any_ip(), now);
}

int main(void)
{
	struct siphash_key key = { any_u64(), any_u64() };
	struct tcp_fast_cookie cookie = any_cookie();

	(void)tcp_fast_check(&key, any_u64(), &cookie, any_u64());
	(void)tcp_fast_cookie(&key, any_u64(), any_u64());
	queue.limit = any_u32();
	while (NONDET())
		event(any_u64());
	return 0;
}
