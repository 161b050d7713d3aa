/* flow_cookie_test.c - more SYNs than a service keeps, most of them forged. */
#include "lib/tcp/tcp_cookie.h"
#include "stack/host_test.h"

static u8 sessions[FLOWS][8];

static enum next echo(void *session, struct flow *f)
{
	struct view v = flow_rx(f);

	(void)session;
	if (v.n > 0 && flow_write(f, v))
		flow_rx_done(f, v.n);
	return NEXT_WAIT;
}

static void begin(u32 backlog)
{
	start();
	host_syn_cookies(&host, 2);
	serve(&host, 80, echo, sessions, sizeof sessions[0]);
	if (backlog != 0)
		serve_backlog(&host, 80, backlog - 1u);
}

static struct tcp_segment syn_from(u16 port)
{
	return (struct tcp_segment){ .from_port = port,
		.to_port = 80,
		.seq = 5000,
		.window = 1000,
		.flags = TCP_SYN,
		.opt = { .has = TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_TIMESTAMP | TCP_HAS_WSCALE,
			.mss = 1400,
			.wscale = 7,
			.ts_value = 33 } };
}

static void flood(u32 family, u32 from, u32 count)
{
	for (u32 i = from; i < from + count; i += 1) {
		struct tcp_segment syn = syn_from((u16)(1024 + i % 60000));

		know(from_address(family, i % 64));
		segment_comes(from_address(family, i % 64), &syn, view_none());
	}
}

/* A true client's SYN; if it is answered as it should be, s is the client's ACK. */
static bool welcomed(u32 family, u16 port, struct tcp_segment *s)
{
	struct tcp_segment answer;

	*s = syn_from(port);
	know(them(family));
	segment_comes(them(family), s, view_none());
	if (!segment_went(them(family), &answer) || answer.flags != (TCP_SYN | TCP_ACK) || answer.ack != 5001)
		return false;
	*s = (struct tcp_segment){ .from_port = port,
		.to_port = 80,
		.seq = 5001,
		.ack = answer.seq + 1u,
		.window = 1000,
		.flags = TCP_ACK };
	s->opt.has = TCP_HAS_TIMESTAMP;
	s->opt.ts_value = 34;
	s->opt.ts_echo = answer.opt.ts_value;
	return true;
}

/* Such a client: its SYN, its ACK, three bytes that it hears again. */
static bool served(u32 family, u16 port)
{
	struct tcp_segment s, answer;
	u8 word[3] = { 'a', 'b', 'c' };

	if (!welcomed(family, port, &s))
		return false;
	segment_comes(them(family), &s, view_none());
	s.flags = TCP_ACK | TCP_PSH;
	segment_comes(them(family), &s, view_of(word));
	return segment_went(them(family), &answer) && answer.len == 3 && answer.ack == 5004;
}

/* It ends, and its flow is free again. */
static void gone(u32 family, u16 port)
{
	struct tcp_segment s = { .from_port = port, .to_port = 80, .seq = 5004, .flags = TCP_RST };

	segment_comes(them(family), &s, view_none());
}

TEST(while_a_backlog_has_room_no_cookie_is_sent)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(0);
		EXPECT(served(family, 4000));
		EXPECT_EQ(host.counts.cookies_out, 0);
		EXPECT_EQ(host.cookies_until_ns, 0);
	}
}

TEST(a_service_keeps_the_hosts_backlog_unless_it_says_another)
{
	begin(0);
	flood(4, 0, 10);
	EXPECT_EQ(host.flows.used, 2u);
	EXPECT_EQ(host.counts.cookies_out, 10 - (2u));
	begin(1); /* none at all */
	flood(4, 0, 10);
	EXPECT_EQ(host.flows.used, 0);
	EXPECT_EQ(host.counts.cookies_out, 10);
	begin(4);
	flood(4, 0, 10);
	EXPECT_EQ(host.flows.used, 3);
}

TEST(a_backlog_has_room_again_when_an_opening_ends)
{
	begin(2);
	EXPECT(served(4, 4000));
	EXPECT(served(4, 4001));
	EXPECT_EQ(host.counts.cookies_out, 0);
	flood(4, 0, 2);
	EXPECT_EQ(host.counts.cookies_out, 1);
	(void)host_step(&host, host.now + 70 * NS_PER_S); /* what was forged is given up */
	(void)host_step(&host, host.now + 70 * NS_PER_S);
	EXPECT_EQ(host.services[0].half_open, 0);
}

TEST(a_hundred_thousand_forged_syns_shut_nobody_out)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(0);
		for (u32 round = 0; round < 50; round += 1) {
			flood(family, round * 2000, 2000);
			EXPECT(served(family, (u16)(4000 + round)));
			EXPECT(host.flows.used <= 3u);
			gone(family, (u16)(4000 + round));
		}
		EXPECT_EQ(host.counts.cookies_in, 50);
		EXPECT_EQ(host.counts.flows_evicted, 0);
		EXPECT_EQ(host.rx.used + host.tx.used, 0);
		EXPECT_EQ(host.flows.most, 3u);
	}
}

TEST(an_ack_that_nobody_was_given_a_cookie_for_is_refused)
{
	struct tcp_segment s = { .from_port = 4000,
		.to_port = 80,
		.seq = 5001,
		.ack = 77,
		.window = 1000,
		.flags = TCP_ACK },
			   answer;

	begin(1);
	flood(4, 0, 2);
	know(them(4));
	segment_comes(them(4), &s, view_none());
	EXPECT(segment_went(them(4), &answer) && answer.flags == TCP_RST);
	EXPECT_EQ(host.flows.used, 0);
}

TEST(a_client_whose_ack_is_lost_is_not_reset_by_what_it_sends_next)
{
	struct tcp_segment s, answer;
	u8 word[3] = { 'a', 'b', 'c' }, next[3] = { 'd', 'e', 'f' };

	for (u32 family = 4; family <= 6; family += 2) {
		begin(1);
		EXPECT(welcomed(family, 4000, &s));
		u32 before = sent;

		s.seq += 3; /* the ACK and the first word are lost, the next one comes */
		segment_comes(them(family), &s, view_of(next));
		EXPECT_EQ(sent, before);
		EXPECT_EQ(host.counts.refused, 0);
		s.seq -= 3; /* and both are sent again */
		segment_comes(them(family), &s, view_of(word));
		EXPECT(segment_went(them(family), &answer) && answer.len == 3 && answer.ack == 5004);
		EXPECT_EQ(host.counts.cookies_in, 1);
	}
}

TEST(when_no_cookie_is_out_an_ack_is_not_even_looked_at)
{
	struct tcp_segment s = syn_from(4000), answer;

	begin(1);
	know(them(4));
	segment_comes(them(4), &s, view_none());
	EXPECT(segment_went(them(4), &answer));
	s.flags = TCP_ACK;
	s.seq = 5001;
	s.ack = answer.seq + 1u;
	s.opt.has = TCP_HAS_TIMESTAMP;
	s.opt.ts_echo = answer.opt.ts_value;
	host.cookies_until_ns = host.now;
	segment_comes(them(4), &s, view_none());
	EXPECT(segment_went(them(4), &answer) && answer.flags == TCP_RST);
	host.cookies_until_ns = host.now + 1;
	segment_comes(them(4), &s, view_none());
	EXPECT_EQ(host.counts.cookies_in, 1);
}

TEST(a_backlog_of_what_is_not_served_is_the_callers_bug)
{
	begin(0);
	EXPECT_PANIC(serve_backlog(&host, 81, 1));
	host.cookies = NULL;
	EXPECT_PANIC(serve_backlog(&host, 80, 1));
}

TEST(without_cookies_the_table_is_the_limit_and_the_oldest_opening_goes)
{
	start();
	serve(&host, 80, echo, sessions, sizeof sessions[0]);
	flood(4, 0, 10);
	EXPECT_EQ(host.flows.used, FLOWS);
	EXPECT_EQ(host.counts.flows_evicted, 10 - FLOWS);
	EXPECT_EQ(host.counts.cookies_out, 0);
}

/* ---- what nobody may know beforehand ---- */

TEST(initial_numbers_differ_by_every_bit_of_both_addresses)
{
	struct ip a = { 0xfd00000000000000ull, 9 }, b = { 0xfd00000000000001ull, 8 }; /* the same, xored */

	begin(0);
	EXPECT(flow_hash(&host, FLOW_SECRET_SEQUENCE, a, 1, us(6), 2) !=
		flow_hash(&host, FLOW_SECRET_SEQUENCE, b, 1, us(6), 2));
	EXPECT(flow_hash(&host, FLOW_SECRET_SEQUENCE, us(6), 1, a, 2) !=
		flow_hash(&host, FLOW_SECRET_SEQUENCE, us(6), 1, b, 2));
	EXPECT(flow_hash(&host, FLOW_SECRET_SEQUENCE, a, 1, us(6), 2) !=
		flow_hash(&host, FLOW_SECRET_PORT, a, 1, us(6), 2));
}

TEST(timestamps_do_not_tell_how_long_we_are_up_and_go_on_from_one_connection_to_the_next)
{
	struct tcp_segment a, b;
	struct tcp_segment syn = syn_from(4000), again = syn_from(4001);

	begin(0);
	know(them(4));
	segment_comes(them(4), &syn, view_none());
	EXPECT(segment_went(them(4), &a));
	EXPECT(a.opt.ts_value - (u32)(host.now / 1048576u) > 1000); /* by chance once in four million keys */
	host.now += NS_PER_S;
	segment_comes(them(4), &again, view_none());
	EXPECT(segment_went(them(4), &b));
	EXPECT(b.opt.ts_value - a.opt.ts_value - 953 <= 1);
}

TEST(initial_numbers_grow_with_time_for_the_same_ends)
{
	struct tcp_segment a, b, syn = syn_from(4000);

	begin(0);
	know(them(4));
	segment_comes(them(4), &syn, view_none());
	EXPECT(segment_went(them(4), &a));
	gone(4, 4000);
	syn.flags = TCP_RST;
	syn.seq = 5001;
	segment_comes(them(4), &syn, view_none());
	EXPECT_EQ(host.flows.used, 0);
	syn = syn_from(4000);
	host.now += NS_PER_S;
	segment_comes(them(4), &syn, view_none());
	EXPECT(segment_went(them(4), &b));
	EXPECT(b.seq - a.seq - NS_PER_S / 4096 <= 1); /* a tick each four microseconds */
}

TEST(ports_to_one_destination_are_not_those_to_the_next)
{
	begin(0);
	struct flow *a = flow_connect(&host, them(4), 80, idle, NULL);
	struct flow *b = flow_connect(&host, from_address(4, 1), 80, idle, NULL);

	EXPECT(a && b);
	if (!a || !b)
		return;
	EXPECT(flow_local_port(b) != flow_local_port(a) && flow_local_port(b) != flow_local_port(a) + 1);
	EXPECT(flow_local_port(a) >= 16384 && flow_local_port(b) >= 16384);
}
