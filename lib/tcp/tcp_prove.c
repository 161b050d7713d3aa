/* prove: lib/tcp/tcp.c lib/tcp/tcp_user.c lib/tcp/tcp_send.c lib/tcp/tcp_loss.c lib/tcp/tcp_rack.c lib/tcp/tcp_time.c lib/tcp/tcp_path.c lib/tcp/tcp_mtu.c lib/tcp/tcp_ranges.c lib/tcp/tcp_congestion.c lib/tcp/tcp_slow_start.c lib/tcp/tcp_cubic.c lib/tcp/tcp_prr.c lib/tcp/tcp_pace.c lib/tcp/tcp_ecn.c lib/parts/parts.c */
/* prove-unreached: tcp_facts 1 is_cubic 1 a_tick 3 has_sack 1 has_timestamps 1 in_syn_sent 1 has_ecn 1 is_marked 1 */
/* prove-unreached: in_sack_recovery 1 has_flag_of_sack 1 sacked 1 tcp_arrive 1 due 1 tcp_learn_ecn 1 syn_options 2 */
/* prove-unreached: tcp_connect 1 tcp_rack_recovered 2 minus_5 1 tcp_congestion_choose 1 tcp_path_black_hole 2 */
/* prove-unreached: can_search 3 is_searching 1 has_mtu_probe 1 tcp_mtu_told 3 has_bbr 1 */
/* prove-unreached: is_fast 1 tcp_accept_fast 1 tcp_tuned 3 unused 1 learn_syn 1 give_up 1 tcp_is_active 1 */
/* prove-with: require-stops */
/* tcp_prove.c - any segments, times and calls of the user, in any order, to one connection. (tcp_wire_prove.c: bytes.)
 *
 * Sequence numbers wrap only in seq_add() and seq_dist(), which say so; any other wrap would be reported.
 * The requires compare what the user says with what the core knows, which Eva cannot relate. Not reached is what an
 * image without a part does (lib/parts): here it has them all. And minus_5, tcp_path.c's: no segment is smaller
 * than its options. */
#include "lib/tcp/tcp.h"
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_segment_prove.h"

#define WINDOWS 0x40000000u /* TCP_WINDOW_MAX + 1: tcp_core.h would rename what is not reached */

static struct tcp t;

/* BBR, which tcp_bbr_prove.c is about: what that shows of it, whatever it is told. */
static void bbr(struct tcp *b)
{
	b->cong.cwnd = any_u32() % WINDOWS;
	b->cong.ssthresh = any_u32() % WINDOWS;
	b->cong.w_max = any_u32();
	for (u32 i = 0; i < COUNT(b->cong.phase); i += 1)
		b->cong.phase[i] = any_u32();
	b->rounds = any_u8();
	b->bbr_rates = any_u32();
	b->bbr_bound = any_u16();
	b->bbr_rtt_at = any_u16();
}

void tcp_bbr_begin(struct tcp *b)
{
	bbr(b);
}

void tcp_bbr_leave(struct tcp *b)
{
	bbr(b);
}

void tcp_bbr_acked(struct tcp *b, u32 bytes, u64 now)
{
	(void)bytes, (void)now;
	bbr(b);
}

void tcp_bbr_heard(struct tcp *b, const struct tcp_before *was, u64 now)
{
	(void)was, (void)now;
	bbr(b);
}

void tcp_bbr_measured(struct tcp *b, u32 rtt)
{
	bbr(b);
	if (NONDET())
		b->min_rtt = rtt;
}

void tcp_bbr_lost(struct tcp *b)
{
	bbr(b);
}

void tcp_bbr_marked(struct tcp *b, u32 flight)
{
	(void)flight;
	bbr(b);
}

void tcp_bbr_timeout(struct tcp *b)
{
	bbr(b);
}

void tcp_bbr_recovered(struct tcp *b)
{
	bbr(b);
}

u32 tcp_bbr_pace(struct tcp *b, u32 n, u32 mss, u64 now, u32 *ticks)
{
	(void)n, (void)mss, (void)now;
	bbr(b);
	*ticks = any_u32();
	return any_u32();
}

u32 tcp_bbr_tick(const struct tcp *b)
{
	(void)b;
	return any_u32() % (WINDOWS - 1u) + 1u;
}

enum tcp_phase tcp_bbr_phase(const struct tcp *b)
{
	(void)b;
	return (enum tcp_phase)(TCP_STARTUP + any_u32() % 7u);
}

static struct tcp_config any_config(void)
{
	struct tcp_config c;

	c.rx_bytes = any_u32();
	c.tx_bytes = any_u32();
	c.mss = any_u16();
	c.path_mss = any_u16();
	c.clock_offset = any_u32();
	c.mss_unsaid = any_u16();
	c.give_up_ns = any_u64();
	c.keepalive_ns = any_u64();
	c.keepalive_probe_s = any_u8();
	c.keepalive_probes = any_u8();
	c.no_delay = any_bool();
	c.pace = any_bool();
	c.control = NONDET() ? TCP_CUBIC : NONDET() ? TCP_BBR : TCP_NEWRENO;
	c.ecn = NONDET() ? TCP_ECN_OFF : NONDET() ? TCP_ECN_ACTIVE : TCP_ECN_PASSIVE;
	c.fast_open = any_bool();
	c.fast_mss = any_u16();
	return c;
}

static void begin(void)
{
	struct tcp_config c = any_config();
	struct tcp_segment syn = any_segment();

	if (NONDET())
		tcp_connect(&t, &c, any_u32(), any_u64());
	else if (NONDET())
		(void)tcp_accept_fast(&t, &c, &syn, any_u32(), any_u64());
	else
		tcp_accept(&t, &c, &syn, any_u32(), any_u64());
}

static void arrive(void)
{
	struct tcp_segment s = any_segment();

	if (NONDET())
		tcp_strip(&s);
	(void)tcp_in_order(&t, &s);
	(void)tcp_arrive(&t, &s, any_u64());
}

static void send(void)
{
	struct tcp_out out;

	(void)tcp_send(&t, any_u64(), any_u32(), &out);
}

static void user(void)
{
	struct tcp_config c = any_config();

	if (NONDET())
		tcp_tune(&t, &c, any_u64());
	else if (NONDET())
		tcp_user_timeout(&t, any_u64(), any_u64());
	else if (NONDET())
		tcp_wrote(&t, any_u32());
	else if (NONDET())
		tcp_took(&t, any_u32());
	else if (NONDET())
		tcp_close(&t);
	else
		tcp_abort(&t);
}

static void look(void)
{
	struct tcp_segment syn = any_segment();
	struct tcp_facts facts;

	(void)tcp_state_name((enum tcp_state)any_u8());
	(void)tcp_end_name((enum tcp_end)any_u8());
	(void)tcp_phase_name((enum tcp_phase)any_u8());
	(void)tcp_deadline(&t);
	(void)tcp_state(&t);
	(void)tcp_end(&t);
	(void)tcp_is_active(&t);
	(void)tcp_unacked(&t);
	(void)tcp_can_write(&t);
	(void)tcp_peer_ended(&t);
	(void)tcp_has_gaps(&t);
	(void)tcp_in_flight(&t, any_u32());
	(void)tcp_path_is_less(&t);
	(void)tcp_path_takes(&t);
	(void)tcp_path_is_found(&t);
	(void)tcp_is_starved(&t);
	(void)tcp_is_in_trouble(&t);
	(void)tcp_is_fast(&t);
	(void)tcp_syn_room(&t);
	(void)tcp_gives_way(&t, &syn);
	tcp_facts(&t, &facts);
}

static void event(void)
{
	if (NONDET())
		arrive();
	else if (NONDET())
		send();
	else if (NONDET())
		tcp_expire(&t, any_u64());
	else if (NONDET())
		tcp_path(&t, any_u16());
	else if (NONDET())
		tcp_unreachable(&t, (enum tcp_end)any_u8(), any_bool());
	else
		user();
}

int main(void)
{
	begin();
	while (NONDET())
		event();
	look();
	return 0;
}
