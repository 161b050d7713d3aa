/* flow_fast_test.c - TCP Fast Open (RFC 7413) of a host: both sides, and who means no good. */
#include "stack/host_test.h"

static struct host_fast_open fast;
static u8 sessions[FLOWS][8];
static u32 calls, heard;

/* Answers "ok" to whatever comes, ends when the peer does. */
static enum next answer(void *session, struct flow *f)
{
	struct view v = flow_rx(f);

	(void)session;
	calls += 1;
	heard += (u32)v.n;
	if (v.n > 0 && flow_write(f, text("ok")))
		flow_rx_done(f, v.n);
	return flow_failed(f) ? NEXT_ABORT : NEXT_WAIT;
}

static void begin(u32 openings)
{
	start();
	host.config.tcp_fast_open = true;
	host_fast_open(&host, &fast);
	host_syn_cookies(&host, 3);
	serve(&host, 80, answer, sessions, sizeof sessions[0]);
	if (openings != 0)
		EXPECT(serve_fast_open(&host, 80, openings));
	calls = heard = 0;
}

static struct tcp_segment syn_of(u16 port, const struct tcp_fast_cookie *cookie)
{
	struct tcp_segment s = { .from_port = port,
		.to_port = 80,
		.seq = 5000,
		.window = 1000,
		.flags = TCP_SYN,
		.opt = { .has = TCP_HAS_MSS, .mss = 1400 } };

	if (!cookie)
		return s;
	s.opt.has |= TCP_HAS_FAST_OPEN;
	s.opt.fast = *cookie;
	return s;
}

static const struct tcp_fast_cookie none;

/* What it is told when it asks. */
static struct tcp_fast_cookie cookie_for(struct ip who, u16 port)
{
	struct tcp_segment s = syn_of(port, &none), out = { 0 };

	know(who);
	segment_comes(who, &s, view_none());
	EXPECT(segment_went(who, &out) && out.flags == (TCP_SYN | TCP_ACK));
	EXPECT(out.opt.fast.bytes >= TCP_FAST_COOKIE_MIN);
	s.seq = 5001;
	s.flags = TCP_RST;
	segment_comes(who, &s, view_none());
	return out.opt.fast;
}

/* Sends a SYN with "abc" and this cookie; what went last. */
static struct tcp_segment try(struct ip who, u16 port, const struct tcp_fast_cookie *cookie)
{
	static const u8 word[3] = { 'a', 'b', 'c' };
	struct tcp_segment s = syn_of(port, cookie), out = { 0 };

	know(who);
	segment_comes(who, &s, view_of(word));
	EXPECT(segment_went(who, &out));
	return out;
}

static void reset_by(struct ip who, u16 port, u32 seq)
{
	struct tcp_segment s = { .from_port = port, .to_port = 80, .seq = seq, .flags = TCP_RST };

	segment_comes(who, &s, view_none());
}

/* The last ACK of the handshake. */
static void finish(struct ip who, u16 port, const struct tcp_segment *heard_last)
{
	struct tcp_segment s = { .from_port = port,
		.to_port = 80,
		.seq = 5004,
		.ack = heard_last->seq + heard_last->len,
		.window = 1000,
		.flags = TCP_ACK };

	segment_comes(who, &s, view_none());
}

/* ---- the server ---- */

TEST(with_a_cookie_the_answer_comes_before_the_handshake_is_over)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(2);
		struct tcp_fast_cookie c = cookie_for(them(family), 4000);
		u32 before = sent;
		struct tcp_segment s = try(them(family), 4001, &c);

		EXPECT_EQ(sent - before, 2); /* SYN,ACK and the answer */
		EXPECT(s.flags == (TCP_ACK | TCP_PSH) && s.len == 2 && s.ack == 5004);
		EXPECT_EQ(heard, 3);
		EXPECT_EQ(host.counts.fast_in, 1);
		EXPECT_EQ(fast.ports[0].queue.pending, 1);
		finish(them(family), 4001, &s);
		EXPECT_EQ(fast.ports[0].queue.pending, 0);
		EXPECT_EQ(heard, 3);
		EXPECT_EQ(host.tx.used + host.rx.used, 0);
	}
}

TEST(nobody_gets_it_who_did_not_ask_for_it)
{
	begin(0); /* the service does not */
	struct tcp_segment s = try(them(4), 4000, &none);
	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001 && s.opt.has == TCP_HAS_MSS);
	start(); /* nor does who runs it */
	host_fast_open(&host, &fast);
	serve(&host, 80, answer, sessions, sizeof sessions[0]);
	EXPECT(!serve_fast_open(&host, 80, 2));
	s = try(them(4), 4000, &none);
	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001 && s.opt.has == TCP_HAS_MSS);
	begin(2); /* nor the client */
	s = try(them(4), 4000, NULL);
	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001 && s.opt.has == TCP_HAS_MSS);
	EXPECT_EQ(calls, 0);
}

TEST(a_forged_cookie_and_that_of_another_take_nothing_and_a_good_one_is_told)
{
	struct tcp_fast_cookie forged = { .bytes = 8, .byte = { 1, 2, 3 } };

	for (u32 family = 4; family <= 6; family += 2) {
		begin(2);
		struct tcp_fast_cookie theirs = cookie_for(from_address(family, 1), 4000);
		struct tcp_segment a = try(them(family), 4001, &forged), b = try(them(family), 4002, &theirs);

		EXPECT(a.flags == (TCP_SYN | TCP_ACK) && a.ack == 5001 && a.opt.fast.bytes == 8);
		EXPECT(b.flags == (TCP_SYN | TCP_ACK) && b.ack == 5001 && b.opt.fast.bytes == 8);
		EXPECT_EQ(heard, 0);
		EXPECT_EQ(host.counts.fast_in, 0);
		b = try(them(family), 4003, &a.opt.fast);
		EXPECT(b.ack == 5004);
	}
}

TEST(the_key_changes_and_the_last_ones_cookies_still_count)
{
	begin(2);
	struct tcp_fast_cookie old = cookie_for(them(4), 4000);
	u32 before;
	struct tcp_segment s;

	host.now += TCP_FAST_KEY_NS;
	before = sent;
	s = try(them(4), 4001, &old);
	EXPECT(sent - before == 2 && s.ack == 5004);
	reset_by(them(4), 4001, 5004);
	EXPECT(memcmp(&old, &(struct tcp_fast_cookie){ 0 }, sizeof old) != 0);
	struct tcp_fast_cookie new = cookie_for(them(4), 4002);
	EXPECT(memcmp(&old, &new, sizeof old) != 0);
	host.now += TCP_FAST_KEY_NS;
	s = try(them(4), 4003, &old);
	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001 && s.opt.fast.bytes == 8);
}

TEST(beyond_its_limit_a_syn_is_one_like_others)
{
	begin(1);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);
	struct tcp_segment first = try(them(4), 4001, &c), s = try(them(4), 4002, &c);

	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001);
	EXPECT_EQ(host.counts.fast_full, 1);
	finish(them(4), 4001, &first);
	s = try(them(4), 4003, &c);
	EXPECT(s.ack == 5004);
}

TEST(a_flood_of_good_cookies_holds_no_more_than_the_limit_and_shuts_nobody_out)
{
	begin(2);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);

	serve_backlog(&host, 80, 1);
	for (u16 port = 5000; port < 7000; port += 1) /* and never a last word */
		(void)try(them(4), port, &c);
	EXPECT_EQ(fast.ports[0].queue.pending, 2);
	EXPECT_EQ(heard, 6);
	EXPECT(host.flows.used <= FLOWS);
	EXPECT(host.counts.cookies_out > 0); /* beside SYN cookies, which take nothing */
	(void)host_step(&host, host.now + 70 * NS_PER_S);
	(void)host_step(&host, host.now + 70 * NS_PER_S);
	EXPECT_EQ(fast.ports[0].queue.pending, 0);
	EXPECT_EQ(host.flows.used, 0);
	EXPECT_EQ(host.rx.used + host.tx.used, 0);
}

TEST(whoever_is_reset_leaves_its_place_empty_for_a_minute)
{
	begin(1);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);
	struct tcp_segment s = try(them(4), 4001, &c);

	EXPECT(s.ack == 5004);
	reset_by(them(4), 4001, 5004);
	EXPECT_EQ(host.flows.used, 0);
	s = try(them(4), 4002, &c);
	EXPECT(s.ack == 5001); /* or forged addresses would make room for each other */
	host.now += TCP_FAST_RESET_NS;
	s = try(them(4), 4003, &c);
	EXPECT(s.ack == 5004);
}

TEST(under_a_flood_of_syns_a_good_cookie_is_answered_with_a_syn_cookie)
{
	begin(2);
	serve_backlog(&host, 80, 0);
	u32 before = sent;
	struct tcp_segment s = try(them(4), 4000, &none);

	EXPECT(sent - before == 1 && s.ack == 5001 && s.opt.has == TCP_HAS_MSS);
	EXPECT_EQ(host.flows.used, 0);
}

TEST(one_that_is_answered_early_is_not_evicted_for_another)
{
	begin(2);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);
	struct tcp_segment first = try(them(4), 4001, &c), s = syn_of(0, NULL);

	host.services[0].backlog = HOST_BACKLOG_NONE;
	for (u16 port = 5000; port < 5020; port += 1) {
		s.from_port = port;
		segment_comes(them(4), &s, view_none());
	}
	EXPECT(host.counts.flows_evicted > 0);
	finish(them(4), 4001, &first);
	EXPECT(flow_lookup(&host, them(4), 4001, us(4), 80) != NULL);
}

TEST(a_program_hears_that_the_handshake_never_ended)
{
	begin(1);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);

	u64 failed = host.counts.flows_failed;

	(void)try(them(4), 4001, &c);
	EXPECT_EQ(host.counts.flows_failed, failed);
	for (u32 i = 0; i < 20; i += 1)
		(void)host_step(&host, host.now + 10 * NS_PER_S);
	EXPECT_EQ(host.counts.flows_failed, failed + 1);
	EXPECT_EQ(host.flows.used, 0);
}

TEST(a_port_can_stop_it_and_there_is_room_for_so_many_ports)
{
	begin(2);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);
	struct tcp_segment s;

	EXPECT(serve_fast_open(&host, 80, 0));
	s = try(them(4), 4001, &c);
	EXPECT(s.ack == 5001 && s.opt.has == TCP_HAS_MSS);
	for (u16 port = 1; port <= HOST_SERVICES; port += 1)
		EXPECT(serve_fast_open(&host, port, 1));
	EXPECT(!serve_fast_open(&host, 99, 1));
	EXPECT(serve_fast_open(&host, 5, 0) && serve_fast_open(&host, 99, 1));
}

TEST(when_no_buffer_is_left_the_peer_sends_its_bytes_again)
{
	begin(2);
	struct tcp_fast_cookie c = cookie_for(them(4), 4000);
	struct tcp_segment s;

	host.rx.used = host.rx.fresh = host.rx.count;
	s = try(them(4), 4001, &c);
	EXPECT(s.flags == (TCP_SYN | TCP_ACK) && s.ack == 5001);
	EXPECT_EQ(host.counts.dropped_no_buffer, 1);
}

/* ---- the client ---- */

static usize taken;

static struct flow *connect_to(u32 family)
{
	know(them(family));
	return flow_connect_fast(&host, them(family), 80, answer, sessions[3], text("hello"), &taken);
}

/* Answers what was sent last: acknowledging so much of it, with this cookie. */
static void greet(u32 family, u32 more, const struct tcp_fast_cookie *cookie)
{
	struct tcp_segment s, out = { 0 };

	EXPECT(segment_went(them(family), &out) && (out.flags & TCP_SYN) != 0);
	s = (struct tcp_segment){ .from_port = 80,
		.to_port = out.from_port,
		.seq = 900,
		.ack = out.seq + 1 + more,
		.window = 1000,
		.flags = TCP_SYN | TCP_ACK,
		.opt = { .has = TCP_HAS_MSS, .mss = 1200 } };
	if (cookie) {
		s.opt.has |= TCP_HAS_FAST_OPEN;
		s.opt.fast = *cookie;
	}
	segment_comes(them(family), &s, view_none());
}

static const struct tcp_fast_cookie given = { .bytes = 6, .byte = { 1, 2, 3, 4, 5, 6 } };

TEST(a_client_asks_first_and_sends_its_bytes_with_the_next_syn)
{
	struct tcp_segment s;

	for (u32 family = 4; family <= 6; family += 2) {
		begin(0);
		EXPECT(connect_to(family) && taken == 0);
		EXPECT(segment_went(them(family), &s) && s.len == 0);
		EXPECT((s.opt.has & TCP_HAS_FAST_OPEN) != 0 && s.opt.fast.bytes == 0);
		greet(family, 0, &given);
		EXPECT_EQ(calls, 1);
		EXPECT(connect_to(family) && taken == 5);
		EXPECT(segment_went(them(family), &s) && s.flags == TCP_SYN && s.len == 5);
		EXPECT_EQ(memcmp(&s.opt.fast, &given, sizeof given), 0);
		greet(family, 5, NULL);
		EXPECT(segment_went(them(family), &s) && s.flags == TCP_ACK && s.len == 0);
		EXPECT_EQ(host.tx.used, 0);
	}
}

TEST(what_a_server_does_not_take_goes_again)
{
	struct tcp_segment s;

	begin(0);
	EXPECT(connect_to(4));
	greet(4, 0, &given);
	EXPECT(connect_to(4) && taken == 5);
	greet(4, 2, NULL);
	EXPECT(segment_went(them(4), &s) && s.flags == (TCP_ACK | TCP_PSH) && s.len == 3);
	EXPECT_VIEW(view_from(view_first(view_of(last), last_bytes), last_bytes - 3), text("llo"));
}

TEST(a_path_that_loses_such_a_syn_is_not_tried_again_at_once)
{
	struct tcp_segment s;

	begin(0);
	EXPECT(connect_to(4));
	greet(4, 0, &given);
	EXPECT(connect_to(4) && taken == 5);
	(void)host_step(&host, host.now + 2 * NS_PER_S);
	know(them(4));
	EXPECT(segment_went(them(4), &s) && s.flags == TCP_SYN && s.len == 0);
	EXPECT((s.opt.has & TCP_HAS_FAST_OPEN) == 0);
	greet(4, 0, NULL);
	EXPECT(connect_to(4) && taken == 0);
	EXPECT(segment_went(them(4), &s) && (s.opt.has & TCP_HAS_FAST_OPEN) == 0);
	host.now += TCP_FAST_BLOCKED_NS;
	EXPECT(connect_to(4) && taken == 5);
}

TEST(a_cookie_that_nobody_asked_for_is_not_kept)
{
	begin(0);
	know(them(4));
	EXPECT(flow_connect(&host, them(4), 80, answer, sessions[3]) != NULL);
	greet(4, 0, &given);
	EXPECT(ip_is_none(fast.cache.peers[0].peer));
}

TEST(bytes_beyond_the_mss_of_last_time_are_the_programs_to_write)
{
	static u8 much[3000];
	struct tcp_segment s;

	begin(0);
	EXPECT(connect_to(4));
	greet(4, 0, &given);
	EXPECT(flow_connect_fast(&host, them(4), 80, answer, sessions[3], view_of(much), &taken) != NULL);
	EXPECT(segment_went(them(4), &s) && s.len == taken);
	EXPECT_EQ(taken, 1200 - 40);
}

TEST(without_a_buffer_or_without_the_option_it_is_a_connection_like_others)
{
	struct tcp_segment s;

	begin(0);
	EXPECT(connect_to(4));
	greet(4, 0, &given);
	host.tx.used = host.tx.fresh = host.tx.count;
	EXPECT(connect_to(4) && taken == 0);
	EXPECT(segment_went(them(4), &s) && s.len == 0 && s.opt.fast.bytes == 6);
	start();
	EXPECT(connect_to(4) && taken == 0);
	EXPECT(segment_went(them(4), &s) && (s.opt.has & TCP_HAS_FAST_OPEN) == 0);
}
