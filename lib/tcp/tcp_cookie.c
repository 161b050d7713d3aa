/* tcp_cookie.c - a SYN's essence in 32 bits, and back. */
#include "lib/tcp/tcp_cookie.h"
#include "lib/tcp/tcp_core.h"

/* Ethernet's, with tunnels and PPPoE taken off, IPv6's least, and what any host takes. */
#define MSS_CHOICES 8u
static const u16 mss_choices[MSS_CHOICES] = { TCP_MSS_MIN, TCP_MSS_DEFAULT, 1220, 1360, 1400, 1440, 1460,
	8940 };

/* In the low bits of our timestamp: the peer's window scale, or none, and SACK. */
#define CLOCK_BITS 5u
#define CLOCK_LOW  (1u << CLOCK_BITS)
#define SCALE_NONE 15u
#define CLOCK_SACK 16u

static u32 mac24(const struct siphash_key *key, u64 ends, u32 peer_seq, u64 period, u32 says)
{
	u64 hash = siphash_words(
		key, ends, (u64)peer_seq * 0x100000000ull + says, period, 0x636f6f6b6965); /* "cookie" */

	return (u32)(hash % 0x1000000u);
}

/* The largest choice that the SYN allows. */
static u32 choose_mss(const struct tcp_segment *syn)
{
	u32 mss = (syn->opt.has & TCP_HAS_MSS) != 0 ? syn->opt.mss : TCP_MSS_DEFAULT, i = MSS_CHOICES - 1u;

	while (i > 0 && mss_choices[i] > mss)
		i -= 1;
	return i;
}

static u32 clock_says(const struct tcp_segment *syn)
{
	u32 scale = (syn->opt.has & TCP_HAS_WSCALE) != 0 ? least(syn->opt.wscale, TCP_SCALE_MAX) : SCALE_NONE;

	return scale + ((syn->opt.has & TCP_HAS_SACK_OK) != 0 ? CLOCK_SACK : 0);
}

/* The connection right after its SYN,ACK; nothing is timed, for nobody knows when that was. */
static void answered(struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss,
	u64 now, struct tcp_out *out)
{
	tcp_accept(t, c, syn, iss, now);
	(void)tcp_send(t, now, 0, out);
	t->flags &= ~(u32)F_TIMING;
}

void tcp_cookie_answer(const struct siphash_key *key, u64 ends, const struct tcp_config *c,
	const struct tcp_segment *syn, u64 now, struct tcp_segment *out)
{
	u64 period = now / TCP_COOKIE_NS;
	u32 mss = choose_mss(syn), says = 0, clock;
	struct tcp_segment mine = *syn;
	struct tcp_out first = { 0 };
	struct tcp t;

	mine.flags = TCP_SYN; /* without what asks for ECN: no bit is left to remember that it was agreed */
	if ((syn->opt.has & TCP_HAS_TIMESTAMP) != 0)
		says = clock_says(syn);
	else
		mine.opt.has &= TCP_HAS_MSS;
	u32 low = mac24(key, ends, syn->seq, period, mss * CLOCK_LOW + says);
	u32 cookie = (u32)(period % 32u) * 0x8000000u + mss * 0x1000000u + low;

	answered(&t, c, &mine, seq_add(syn->seq, cookie), now, &first);
	*out = first.s;
	if ((mine.opt.has & TCP_HAS_TIMESTAMP) != 0) { /* the latest such time that is not to come */
		clock = out->opt.ts_value;
		clock = seq_dist(seq_add(clock, CLOCK_LOW - says) % CLOCK_LOW, clock);
		out->opt.ts_value = clock;
	}
}

/* What was added to the peer's number, if this is the first segment after the SYN,ACK. */
static u32 cookie_of(const struct tcp_segment *s)
{
	return seq_dist(seq_dist(1, s->seq), seq_dist(1, s->ack));
}

/* The period in which that was, if it is this one or the last. */
static bool timely(const struct tcp_segment *s, u64 now, u64 *period)
{
	u32 says = cookie_of(s) / 0x8000000u;

	*period = now / TCP_COOKIE_NS;
	if (*period % 32u != says && *period > 0)
		*period -= 1;
	return (s->flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK && *period % 32u == says;
}

bool tcp_cookie_may_follow(const struct tcp_segment *s, u64 now)
{
	u64 period;

	return timely(s, now, &period);
}

bool tcp_cookie_accept(struct tcp *t, const struct siphash_key *key, u64 ends, const struct tcp_config *c,
	const struct tcp_segment *ack, u64 now)
{
	u32 iss = seq_dist(1, ack->ack), peer_seq = seq_dist(1, ack->seq), cookie = cookie_of(ack);
	u32 mss = cookie / 0x1000000u % MSS_CHOICES, says = 0;
	u64 period;
	struct tcp_segment syn = { .seq = peer_seq, .flags = TCP_SYN, .window = ack->window };
	struct tcp_out out;

	if (!timely(ack, now, &period))
		return false;
	syn.opt.has = TCP_HAS_MSS;
	syn.opt.mss = mss_choices[mss];
	if ((ack->opt.has & TCP_HAS_TIMESTAMP) != 0) {
		says = ack->opt.ts_echo % CLOCK_LOW;
		syn.opt.has |= TCP_HAS_TIMESTAMP;
		syn.opt.ts_value = ack->opt.ts_value;
		if ((says & CLOCK_SACK) != 0)
			syn.opt.has |= TCP_HAS_SACK_OK;
		if (says % CLOCK_SACK != SCALE_NONE)
			syn.opt.has |= TCP_HAS_WSCALE;
		syn.opt.wscale = (u8)(says % CLOCK_SACK);
	}
	if (mac24(key, ends, peer_seq, period, mss * CLOCK_LOW + says) != cookie % 0x1000000u)
		return false;
	answered(t, c, &syn, iss, now, &out);
	return true;
}
