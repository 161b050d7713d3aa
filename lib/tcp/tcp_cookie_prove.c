/* prove: lib/tcp/tcp_cookie.c */
/* prove-with: require-stops */
/* tcp_cookie_prove.c - any SYN, any ACK, any key. The machine behind it is tcp_prove.c's: here it
 * gives anything. So does the hash. */
#include "lib/tcp/tcp_cookie.h"
#include "lib/tcp/tcp_segment_prove.h"

u64 siphash_words(const struct siphash_key *k, u64 a, u64 b, u64 c, u64 d)
{
	(void)k, (void)a, (void)b, (void)c, (void)d;
	return any_u64();
}

void tcp_accept(struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss, u64 now)
{
	(void)c, (void)syn, (void)now;
	*t = (struct tcp){ .snd_una = iss };
}

bool tcp_send(struct tcp *t, u64 now, u32 most, struct tcp_out *out)
{
	(void)t, (void)now, (void)most;
	*out = (struct tcp_out){ .s = any_segment() };
	return true;
}

int main(void)
{
	struct siphash_key key = { any_u64(), any_u64() };
	struct tcp_config c = { 0 };
	struct tcp_segment s = any_segment(), answer;
	struct tcp t;

	tcp_cookie_answer(&key, any_u64(), &c, &s, any_u64(), &answer);
	(void)tcp_cookie_accept(&t, &key, any_u64(), &c, &s, any_u64());
	(void)tcp_cookie_may_follow(&s, any_u64());
	return 0;
}
