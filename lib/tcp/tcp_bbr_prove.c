/* prove: lib/tcp/tcp_bbr.c lib/parts/parts.c */
/* prove-unreached: has_sack 1 sacked 1 has_bbr 1 must 1 */
/* tcp_bbr_prove.c - BBR by itself: whatever the block says and whatever happens, in any order. (tcp_prove.c: within the machine.) */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_segment_prove.h"

static struct tcp t;

/* Sums over pieces are any too: they are tcp_prove.c's. */
u32 tcp_ranges_bytes(const struct tcp_ranges *l, u32 from, u32 to)
{
	(void)l, (void)from, (void)to;
	return any_u32();
}

u32 tcp_initial_window(u32 mss)
{
	(void)mss;
	return any_u32() % (TCP_WINDOW_MAX + 1u);
}

u32 tcp_pipe(const struct tcp *of)
{
	(void)of;
	return any_u32();
}

static void any_block(void)
{
	t.flags = any_u32();
	t.cc = any_u16();
	t.mss = (u16)(TCP_MSS_MIN + any_u16() % 60000u);
	t.snd_una = any_u32();
	t.snd_nxt = any_u32();
	t.snd_max = any_u32();
	t.snd_end = any_u32();
	t.lost_to = any_u32();
	t.srtt = any_u32();
	t.min_rtt = any_u32();
	t.heard_ms = any_u32();
	t.sent_ms = any_u32();
	t.state = any_u8();
	t.bbr_rates = any_u32();
	t.bbr_bound = any_u16();
	t.bbr_rtt_at = any_u16();
	t.rounds = any_u8();
	t.burst = any_u8();
	t.sacked.n = (u8)(any_u8() % (TCP_GAPS_MAX + 1u));
	for (u32 i = 0; i < TCP_GAPS_MAX; i += 1)
		t.sacked.r[i] = (struct tcp_range){ any_u32(), any_u32() };
	t.cong.cwnd = any_u32() % (TCP_WINDOW_MAX + 1u);
	t.cong.ssthresh = any_u32() % (TCP_WINDOW_MAX + 1u);
	t.cong.w_max = any_u32();
	for (u32 i = 0; i < COUNT(t.cong.phase); i += 1)
		t.cong.phase[i] = any_u32();
}

/* What tcp_prove.c takes for granted: a division by zero else. */
static void must(bool holds)
{
	static u32 one = 1;

	if (!holds)
		one = 1u / (one - one);
}

static void event(void)
{
	struct tcp_before was = { any_u32(), any_u32(), any_u32(), any_bool(), any_bool() };
	enum tcp_phase phase;
	u32 ticks, tick;

	if (NONDET())
		tcp_bbr_begin(&t);
	else if (NONDET())
		tcp_bbr_acked(&t, any_u32(), any_u64());
	else if (NONDET())
		tcp_bbr_heard(&t, &was, any_u64());
	else if (NONDET())
		tcp_bbr_measured(&t, any_u32());
	else if (NONDET())
		tcp_bbr_lost(&t);
	else if (NONDET())
		tcp_bbr_marked(&t, any_u32());
	else if (NONDET())
		tcp_bbr_timeout(&t);
	else if (NONDET())
		tcp_bbr_recovered(&t);
	else if (NONDET())
		(void)tcp_bbr_pace(&t, any_u32(), any_u16(), any_u64(), &ticks);
	else
		tcp_bbr_leave(&t);
	must(t.cong.cwnd <= TCP_WINDOW_MAX);
	must(t.cong.ssthresh <= TCP_WINDOW_MAX);
	tick = tcp_bbr_tick(&t);
	must(tick > 0 && tick <= TCP_WINDOW_MAX);
	phase = tcp_bbr_phase(&t);
	must(phase >= TCP_STARTUP && phase <= TCP_PROBE_RTT);
}

int main(void)
{
	any_block();
	while (NONDET())
		event();
	return 0;
}
