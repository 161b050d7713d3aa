/* flow_error_test.c - what ICMP errors do to the flows of a host: RFC 1191, RFC 8201, RFC 5927. */
#include "stack/host_test.h"

static u8 sessions[FLOWS][8], zeros[2000];
static struct view why;

/* Writes all it can, and tells why it ended. */
static enum next talkative(void *session, struct flow *f)
{
	struct span s = flow_tx(f);

	(void)session;
	if (flow_failed(f)) {
		why = flow_failure(f);
		return NEXT_CLOSE;
	}
	flow_tx_send(f, s.n);
	return NEXT_WAIT;
}

static struct flow *flow_to(u32 family, u16 from_port)
{
	return flow_lookup(&host, them(family), from_port, us(family), 80);
}

static bool with_sack;

/* A connection from `them`, established: what it writes is in flight. */
static struct flow *serve_one(u32 family, u16 from_port, u16 mss)
{
	struct tcp_segment s = {
		.from_port = from_port, .to_port = 80, .seq = 1000, .window = 65535, .flags = TCP_SYN
	};

	s.opt.has = TCP_HAS_MSS | (with_sack ? TCP_HAS_SACK_OK : 0);
	s.opt.mss = mss;
	segment_comes(them(family), &s, view_none());
	struct flow *f = flow_to(family, from_port);
	EXPECT(f);
	if (!f)
		return NULL;
	s.opt.has = 0;
	s.flags = TCP_ACK;
	s.seq = 1001;
	s.ack = f->tcp.snd_max;
	segment_comes(them(family), &s, view_none());
	return f;
}

static void begin(u32 family)
{
	start();
	know(them(family));
	serve(&host, 80, talkative, sessions, sizeof sessions[0]);
	why = view_none();
	with_sack = false;
}

static u16 headers(u32 family)
{
	return family == 4 ? 40 : 60;
}

/* The payload of the last frame. */
static u32 last_payload(u32 family)
{
	struct tcp_segment s;

	return segment_went(them(family), &s) ? s.len : 0;
}

TEST(too_big_lowers_the_segments_of_a_flow_and_they_go_again_at_once)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 4000, 1460);
		u32 una = f->tcp.snd_una, cwnd = f->tcp.cong.cwnd, before = sent;

		EXPECT_EQ(f->tcp.snd_max - una, 2048);
		too_big(family, 1300, quote(span_of(b), family, IP_TCP, 1500, 80, una - 1));
		EXPECT_EQ(sent, before);
		/* quote() names their port 7 */
		f = serve_one(family, 7, 1460);
		una = f->tcp.snd_una;
		before = sent;
		too_big(family, 1300, quote(span_of(b), family, IP_TCP, 1500, 80, una));
		EXPECT_EQ(sent - before, 2);
		EXPECT_EQ(f->tcp.mss, 1300 - headers(family));
		EXPECT_EQ(last_payload(family), 2048u - f->tcp.mss);
		EXPECT(f->tcp.cong.cwnd >= cwnd - 1460);
		EXPECT_EQ(host.counts.errors_in, 1);
	}
}

TEST(a_new_flow_begins_with_the_paths_segments_and_announces_the_links)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		struct tcp_segment s;

		begin(family);
		struct flow *f = serve_one(family, 7, 1460);
		too_big(family, 1300, quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		f = flow_connect(&host, them(family), 81, idle, NULL);
		EXPECT(f && segment_went(them(family), &s));
		EXPECT_EQ(s.opt.mss, 1500 - headers(family));
		f = serve_one(family, 4000, 1460);
		EXPECT_EQ(f->tcp.mss, 1300 - headers(family));
	}
}

TEST(when_the_path_is_forgotten_segments_are_large_again)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1400);

		too_big(family, 1300, quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		EXPECT_EQ(f->tcp.mss, 1300 - headers(family));
		host.now += PMTU_AGE_NS + 1;
		flow_settle(f);
		EXPECT_EQ(f->tcp.mss, 1400);
	}
}

TEST(a_router_that_says_less_than_the_floor_makes_no_smaller_segments)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1460);

		too_big(family, 68, quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		EXPECT_EQ(f->tcp.mss, (family == 4 ? PMTU_FLOOR4 : PMTU_FLOOR6) - headers(family));
	}
}

TEST(a_hole_that_one_flow_has_found_is_known_to_the_next)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		EXPECT(serve_one(family, 7, 1400));
		for (u32 i = 1; i <= 20; i += 1)
			(void)host_step(&host, NS_PER_S + i * 100 * NS_PER_MS);
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1220 + headers(family));
		struct flow *f = serve_one(family, 4000, 1400);
		EXPECT_EQ(f->tcp.mss, 1220);
	}
}

TEST(a_path_that_is_forgotten_is_searched_by_who_has_sack_and_then_known_again)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		with_sack = true;
		struct flow *f = serve_one(family, 7, 1400);

		too_big(family, 1300, quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		EXPECT(!tcp_path_is_found(&f->tcp));
		host.now += PMTU_AGE_NS + 1;
		flow_settle(f);
		EXPECT_EQ(f->tcp.mss, 1300 - headers(family));
		EXPECT_EQ(f->tcp.path_below, 1401);
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1500);
		f->tcp.path_below = (u16)(f->tcp.mss + 1u); /* as after some probes: it is over */
		flow_settle(f);
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1300);
		flow_settle(f);
		EXPECT(!tcp_path_is_found(&f->tcp)); /* for ten minutes */
	}
}

TEST(what_came_through_for_one_flow_is_what_the_next_begins_with)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1400);

		for (u32 i = 1; i <= 20; i += 1)
			(void)host_step(&host, NS_PER_S + i * 100 * NS_PER_MS);
		EXPECT_EQ(f->tcp.mss, 1220);
		flow_path_passed(f, 1360);
		f = serve_one(family, 4000, 1400);
		EXPECT_EQ(f->tcp.mss, 1360);
	}
}

TEST(segments_may_not_be_cut_on_their_way)
{
	begin(4);
	EXPECT(serve_one(4, 7, 1460));
	EXPECT_EQ(view_at(view_of(last), ETH_HEADER_BYTES + 6) & 0x40, 0x40); /* DF */
}

TEST(nobody_there_ends_a_flow_that_is_being_opened_and_its_program_knows_why)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = flow_connect(&host, them(family), 7, talkative, NULL);
		u32 una = f->tcp.snd_una;
		u8 type = family == 4 ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE,
		   code = family == 4 ? ICMP4_PORT : ICMP6_PORT;

		error(family, type, code, 0, quote(span_of(b), family, IP_TCP, 60, f->local_port, una + 1));
		EXPECT_EQ(why.n, 0);
		error(family, type, code, 0, quote(span_of(b), family, IP_TCP, 60, f->local_port, una));
		EXPECT_VIEW(why, text("no-port"));
		EXPECT_EQ(host.flows.used, 0);
	}
}

TEST(no_error_ends_an_established_flow)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1460);
		u8 type = family == 4 ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE;

		for (u8 code = 0; code < 16; code += 1)
			error(family, type, code, 1400,
				quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		error(family, family == 4 ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED, 0, 0,
			quote(span_of(b), family, IP_TCP, 1500, 80, f->tcp.snd_una));
		EXPECT_EQ(tcp_state(&f->tcp), TCP_ESTABLISHED);
		EXPECT_EQ(why.n, 0);
		EXPECT_EQ(host.counts.errors_in, 17);
	}
}

TEST(a_flow_reads_what_is_lent_to_it_and_to_nobody_else)
{
	struct tcp_segment s = {
		.from_port = 4000, .to_port = 80, .seq = 1001, .window = 65535, .flags = TCP_ACK
	};

	begin(4);
	struct flow *f = serve_one(4, 4000, 1460), *other = serve_one(4, 7, 1460);

	s.ack = f->tcp.snd_una;
	segment_comes(them(4), &s, view_first(view_of(zeros), 100));
	EXPECT_EQ(flow_rx(f).n, 100);
	EXPECT_EQ(flow_rx(other).n, 0);
	flow_rx_done(f, 100);
	EXPECT_EQ(flow_rx(f).n, 0);
}

/* ---- trouble without errors: R1 and R2 of RFC 9293 3.8.3 ---- */

static bool in_trouble;
static u64 failed_at;

/* As talkative; how long it bears silence is in its session. */
static enum next watchful(void *session, struct flow *f)
{
	if (flow_failed(f)) {
		failed_at = flow_now(f);
		return talkative(session, f);
	}
	in_trouble = flow_in_trouble(f);
	return talkative(session, f);
}

static void watch(u32 family)
{
	begin(family);
	serve(&host, 81, watchful, sessions, sizeof sessions[0]);
	in_trouble = false;
	failed_at = 0;
}

/* The last frame asks that neighbour, and nobody else, where it is. */
static bool asked_where(u32 family)
{
	struct view v = view_first(view_of(last), last_bytes);
	struct reader r = reader_of(v);
	struct eth e;

	if (!eth_read(&r, &e) || !mac_equal(e.to, their_mac))
		return false;
	if (family == 4)
		return e.type == ETH_ARP;
	return view_at(v, ETH_HEADER_BYTES + 6) == IP_ICMP6 &&
	       view_at(v, ETH_HEADER_BYTES + IP6_HEADER_BYTES) == 135;
}

static u32 neighbour_state(u32 family)
{
	struct neigh_entry e;

	for (u32 i = 0; i < NEIGH_MAX; i += 1)
		if (neigh_entry(&host.neigh, i, host.now, &e) && ip_equal(e.ip, them(family)))
			return e.state;
	return NEIGH_NONE;
}

static void pass(u64 ms)
{
	for (u64 i = 0; i < ms; i += 1)
		(void)host_step(&host, host.now + NS_PER_MS);
}

TEST(three_repetitions_in_vain_ask_for_the_first_hop_and_tell_the_program)
{
	for (u32 family = 4; family <= 6; family += 2) {
		watch(family);
		struct flow *f = flow_connect(&host, them(family), 81, watchful, sessions[0]);

		EXPECT(f);
		neigh_confirm(&host.neigh, them(family), host.now);
		pass(6900); /* SYNs after 1, 3 and 7 s */
		EXPECT(!in_trouble);
		EXPECT_EQ(neighbour_state(family), NEIGH_REACHABLE);
		pass(200);
		EXPECT(in_trouble);
		EXPECT_EQ(neighbour_state(family), NEIGH_PROBE);
		EXPECT(asked_where(family));
	}
}

/* ---- a neighbour that does not answer: RFC 4861 7.2.2 ---- */

TEST(a_peer_on_the_link_that_does_not_answer_ends_an_opening)
{
	for (u32 family = 4; family <= 6; family += 2) {
		start();
		why = view_none();
		EXPECT(flow_connect(&host, them(family), 81, talkative, NULL) != NULL);
		pass(2900); /* three questions */
		EXPECT_EQ(why.n, 0);
		pass(200);
		EXPECT_VIEW(why, text("no-way"));
		EXPECT_EQ(host.counts.errors_in, 1);
		EXPECT_EQ(host.counts.dropped_no_neighbour, 2); /* its SYN, and that again */
		EXPECT_EQ(host.counts.dropped_not_ours, 0);
		EXPECT_EQ(host.flows.used, 0);
	}
}

TEST(a_router_that_does_not_answer_ends_none_and_is_why_it_ends)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct ip far = family == 4 ? ip_from4(0x08080808) : (struct ip){ 0x2400000000000000ull, 1 };
		struct ip_prefix all =
			family == 4 ? (struct ip_prefix){ ip_from4(0), 0 } : (struct ip_prefix){ 0 };

		start();
		why = view_none();
		(void)route_set(&host.routes,
			&(struct route){ .to = all,
				.via = them(family),
				.until_ns = TIME_NEVER,
				.origin = ROUTE_STATIC },
			host.now);
		struct flow *f = flow_connect(&host, far, 81, talkative, NULL);

		EXPECT(f);
		if (!f)
			return;
		flow_user_timeout(f, 6 * NS_PER_S);
		pass(5000);
		EXPECT_EQ(why.n, 0);
		EXPECT_EQ(host.counts.errors_in, 2);
		pass(4000);
		EXPECT_VIEW(why, text("no-way"));
	}
}

static u32 attempts;

static enum next stubborn(void *session, struct flow *f)
{
	(void)session;
	if (!flow_failed(f))
		return NEXT_WAIT;
	attempts += 1;
	(void)flow_connect(flow_host(f), flow_peer(f), 81, stubborn, NULL);
	return NEXT_CLOSE;
}

TEST(who_is_told_of_a_silent_neighbour_may_try_again_at_once)
{
	u32 waiting = 0;

	start();
	attempts = 0;
	EXPECT(flow_connect(&host, them(4), 81, stubborn, NULL) != NULL);
	pass(3100);
	EXPECT_EQ(attempts, 1);
	for (u32 i = 0; i < HOST_PENDING; i += 1)
		waiting += host.pending[i].age != 0;
	EXPECT_EQ(waiting, 1); /* its SYN, for the answer to the new question */
	pass(3100);
	EXPECT_EQ(attempts, 2);
}

/* ---- and progress: RFC 4861 7.3.1 ---- */

/* Their next segment: what they have acknowledged, and sent. */
static struct tcp_segment their_ack(const struct flow *f, u32 acked)
{
	return (struct tcp_segment){ .from_port = f->peer_port,
		.to_port = f->local_port,
		.seq = f->tcp.rcv_nxt,
		.ack = f->tcp.snd_una + acked,
		.window = 65535,
		.flags = TCP_ACK };
}

/* Where they are was long not confirmed, and is used again. */
static void delay(u32 family)
{
	struct mac mac;

	neigh_init(&host.neigh, 1);
	know(them(family));
	(void)neigh_find(&host.neigh, them(family), host.now, &mac);
	EXPECT_EQ(neighbour_state(family), NEIGH_DELAY);
}

TEST(a_handshake_and_new_data_acknowledged_confirm_the_first_hop)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		EXPECT_EQ(neighbour_state(family), NEIGH_STALE);
		struct flow *f = serve_one(family, 7, 1460);
		EXPECT_EQ(neighbour_state(family), NEIGH_REACHABLE);
		delay(family);
		segment_comes(them(family), &(struct tcp_segment[]){ their_ack(f, 100) }[0], view_none());
		EXPECT_EQ(neighbour_state(family), NEIGH_REACHABLE);
		(void)host_step(&host, host.now);
		EXPECT_EQ(neigh_deadline(&host.neigh), TIME_NEVER);
	}
}

TEST(what_acknowledges_nothing_new_confirms_nothing)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1460);
		struct tcp_segment s;

		segment_comes(them(family), &(struct tcp_segment[]){ their_ack(f, 1000) }[0], view_none());
		delay(family);
		s = their_ack(f, 0);
		segment_comes(them(family), &s, view_none()); /* again */
		s.ack -= 500;
		segment_comes(them(family), &s, text("data"));
		s.ack = f->tcp.snd_max + 1; /* of what was never sent */
		segment_comes(them(family), &s, view_none());
		s = their_ack(f, 100);
		s.seq += 100000; /* beyond the window */
		segment_comes(them(family), &s, view_none());
		s = their_ack(f, 100);
		s.flags |= TCP_SYN;
		segment_comes(them(family), &s, view_none());
		s.from_port = 9; /* a guess at a connection that there is not */
		segment_comes(them(family), &s, view_none());
		EXPECT_EQ(neighbour_state(family), NEIGH_DELAY);
	}
}

TEST(a_router_is_confirmed_by_those_behind_it)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct ip far = family == 4 ? ip_from4(0x08080808) : (struct ip){ 0x2400000000000000ull, 1 };
		struct ip_prefix all =
			family == 4 ? (struct ip_prefix){ ip_from4(0), 0 } : (struct ip_prefix){ 0 };

		begin(family);
		EXPECT_EQ(route_set(&host.routes,
				  &(struct route){ .to = all,
					  .via = them(family),
					  .until_ns = TIME_NEVER,
					  .origin = ROUTE_STATIC },
				  host.now),
			true);
		struct flow *f = flow_connect(&host, far, 81, idle, NULL);
		EXPECT(f);
		if (!f)
			return;
		EXPECT_EQ(neighbour_state(family), NEIGH_DELAY);
		struct tcp_segment s = their_ack(f, 1);
		s.flags |= TCP_SYN;
		segment_comes(far, &s, view_none());
		EXPECT(flow_established(f));
		EXPECT_EQ(neighbour_state(family), NEIGH_REACHABLE);
	}
}

TEST(a_busy_connection_asks_nobody_where_its_peer_is)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin(family);
		struct flow *f = serve_one(family, 7, 1460);
		u32 delayed = 0;

		for (u32 i = 0; i < 1000; i += 1) { /* 100 s: REACHABLE ends twice at least */
			pass(100);
			delayed += neighbour_state(family) == NEIGH_DELAY;
			EXPECT(neighbour_state(family) != NEIGH_PROBE);
			segment_comes(
				them(family), &(struct tcp_segment[]){ their_ack(f, 100) }[0], view_none());
		}
		EXPECT(delayed >= 1); /* and each time the next acknowledgement ended it */
		EXPECT(delayed <= 7);
	}
}

TEST(a_program_says_how_long_it_bears_silence)
{
	for (u32 family = 4; family <= 6; family += 2) {
		watch(family);
		struct flow *f = flow_connect(&host, them(family), 81, watchful, sessions[0]);
		u64 began = host.now;

		EXPECT(f);
		flow_user_timeout(f, 2500 * NS_PER_MS);
		pass(4000);
		EXPECT(failed_at >= began + 2500 * NS_PER_MS && failed_at < began + 2510 * NS_PER_MS);
		EXPECT_VIEW(why, text("timeout"));
	}
}
