/* flow_attack_test.c - what strangers send to break a host, and what it costs them and us. */
#include "stack/host_test.h"

static u8 sessions[FLOWS][8];
static u32 failures;

static enum next talk(void *session, struct flow *f)
{
	struct span s = flow_tx(f);

	(void)session;
	if (flow_failed(f)) {
		failures += 1;
		return NEXT_CLOSE;
	}
	flow_rx_done(f, flow_rx(f).n);
	flow_tx_send(f, s.n);
	return NEXT_WAIT;
}

static void begin(void)
{
	start();
	failures = 0;
	serve(&host, 80, talk, sessions, sizeof sessions[0]);
}

static struct flow *serve_one(u32 family, u16 port, u16 window)
{
	return handshake(family, port, 80, window);
}

TEST(a_land_packet_opens_nothing_and_is_not_answered)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct tcp_segment s = {
			.from_port = 80, .to_port = 80, .seq = 1, .window = 1000, .flags = TCP_SYN
		};

		begin();
		u32 before = sent;
		segment_comes(us(family), &s, view_none());
		EXPECT_EQ(host.flows.used, 0);
		EXPECT_EQ(sent, before);
		EXPECT_EQ(host.counts.dropped_not_ours, 1);
	}
}

TEST(a_syn_from_a_group_or_from_nobody_opens_nothing)
{
	struct ip strange[] = { ip_from4(0xe0000001), ip_from4(0xffffffff), ip_from4(0x0a0000ff),
		{ 0xff02000000000000ull, 1 }, { 0, 0 } };
	struct tcp_segment s = { .from_port = 80, .to_port = 80, .seq = 1, .window = 1000, .flags = TCP_SYN };

	begin();
	u32 before = sent;
	for (u32 i = 0; i < COUNT(strange); i += 1)
		segment_comes(strange[i], &s, view_none());
	EXPECT_EQ(host.flows.used, 0);
	EXPECT_EQ(sent, before);
}

TEST(who_keeps_windows_shut_fills_the_table_for_a_minute_and_no_longer)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin();
		for (u16 i = 0; i < FLOWS; i += 1)
			EXPECT(serve_one(family, (u16)(5000 + i), 0));
		EXPECT(!serve_one(family, 4000, 1000)); /* they may be in good faith */
		for (u64 second = 1; second < 100; second += 1) {
			(void)host_step(&host, NS_PER_S + second * NS_PER_S);
			know(them(family));
			for (u16 i = 0; i < FLOWS; i += 1) { /* every probe is answered: no room */
				struct flow *f =
					flow_lookup(&host, them(family), (u16)(5000 + i), us(family), 80);
				struct tcp_segment s = { .from_port = (u16)(5000 + i),
					.to_port = 80,
					.seq = 1001,
					.flags = TCP_ACK };

				EXPECT(f);
				if (!f)
					return;
				s.ack = f->tcp.snd_una;
				segment_comes(them(family), &s, view_none());
			}
		}
		EXPECT(serve_one(family, 4000, 1000));
		EXPECT_EQ(host.flows.used, FLOWS); /* one had to go, the others may stay */
		EXPECT_EQ(host.counts.flows_evicted, 1);
		EXPECT_EQ(failures, 1);
	}
}

TEST(injected_resets_syns_and_bytes_do_not_hurt)
{
	for (u32 family = 4; family <= 6; family += 2) {
		u8 evil[100] = { 1 };
		struct tcp_segment s = { .from_port = 4000, .to_port = 80, .window = 1000 };

		begin();
		struct flow *f = serve_one(family, 4000, 1000);
		EXPECT(f);
		if (!f)
			return;
		u32 next = f->tcp.rcv_nxt, sends = sent;
		for (u32 i = 0; i < 2000; i += 1) {
			s.seq = next + 1u + i;                    /* in the window, but not the next */
			s.ack = f->tcp.snd_una + 0x40000000u + i; /* what was never sent */
			s.flags = i % 3 == 0 ? TCP_RST : i % 3 == 1 ? TCP_SYN : TCP_ACK;
			segment_comes(them(family), &s, i % 3 == 2 ? view_of(evil) : view_none());
		}
		EXPECT_EQ(tcp_state(&f->tcp), TCP_ESTABLISHED);
		EXPECT_EQ(f->tcp.rcv_nxt, next);
		EXPECT(!tcp_has_gaps(&f->tcp));
		EXPECT(sent - sends <= 10); /* challenges: ten a second (RFC 5961 7) */
	}
}

TEST(tiny_segments_beyond_gaps_hold_one_buffer_and_no_more)
{
	u8 bytes[2] = { 1, 2 };
	struct tcp_segment s = { .from_port = 4000, .to_port = 80, .window = 1000, .flags = TCP_ACK };

	begin();
	struct flow *f = serve_one(4, 4000, 1000);
	EXPECT(f);
	if (!f)
		return;
	s.ack = f->tcp.snd_una;
	for (u32 i = 1; i < 900; i += 1) {
		s.seq = 1001u + 2u * i;
		segment_comes(them(4), &s, view_first(view_of(bytes), 1));
	}
	EXPECT_EQ(f->tcp.gaps.n, TCP_GAPS_MAX);
	EXPECT_EQ(host.rx.used, 1);
}

TEST(a_window_of_one_byte_gets_a_byte_a_probe_and_no_flood)
{
	struct tcp_segment s = {
		.from_port = 4000, .to_port = 80, .seq = 1001, .window = 1, .flags = TCP_ACK
	};

	begin();
	struct flow *f = serve_one(4, 4000, 1);
	EXPECT(f);
	if (!f)
		return;
	u32 before = sent;
	for (u32 i = 0; i < 1000; i += 1) {
		s.ack = f->tcp.snd_una;
		segment_comes(them(4), &s, view_none());
	}
	EXPECT(sent - before <= 1);
}

TEST(an_opening_of_ours_is_no_half_open_one_when_both_sides_send_a_syn)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct tcp_segment s = { .from_port = 7, .seq = 1000, .window = 1000, .flags = TCP_SYN };

		begin();
		know(them(family));
		struct flow *ours = flow_connect(&host, them(family), 7, talk, sessions[0]);
		EXPECT(ours);
		if (!ours)
			return;
		s.to_port = flow_local_port(ours);
		segment_comes(them(family), &s, view_none());
		EXPECT_EQ(tcp_state(&ours->tcp), TCP_SYN_RECEIVED);
		EXPECT_EQ(ours->list, FLOW_LIST_NONE);
		EXPECT_EQ(host.any_service.half_open, 0);
		s.to_port = 80;
		for (u16 i = 0; i < 2u * FLOWS; i += 1) { /* strangers: they evict one another */
			s.from_port = (u16)(5000 + i);
			segment_comes(them(family), &s, view_none());
		}
		EXPECT_EQ(host.counts.flows_evicted, FLOWS + 1u);
		EXPECT(flow_lookup(&host, them(family), 7, us(family), ours->local_port) == ours);
		s = (struct tcp_segment){ .from_port = 7, .seq = 1001, .window = 1000, .flags = TCP_ACK };
		s.to_port = ours->local_port;
		s.ack = ours->tcp.snd_max;
		segment_comes(them(family), &s, view_none());
		EXPECT(flow_established(ours));
		EXPECT_EQ(failures, 0);
	}
}
