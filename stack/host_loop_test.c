/* host_loop_test.c - a host that reaches itself: what of that may be, and what never meets a wire. */
#include "stack/host_test.h"

static struct host_loopback loopback;
static u8 sessions[FLOWS][8];
static u32 taken, told, unreachable;

/* Says all it has at once. */
static u32 to_say;

static enum next say(void *session, struct flow *f)
{
	usize n = flow_established(f) && to_say < flow_tx(f).n ? to_say : 0;

	(void)session;
	if (n > 0)
		flow_tx_send(f, n);
	to_say -= (u32)n;
	return NEXT_WAIT;
}

static enum next take(void *session, struct flow *f)
{
	(void)session;
	taken += (u32)flow_rx(f).n;
	flow_rx_done(f, flow_rx(f).n);
	return flow_ended(f) || flow_failed(f) ? NEXT_CLOSE : NEXT_WAIT;
}

static void count(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	(void)h;
	(void)now;
	told += 1;
	taken += (u32)d->data.n;
}

/* Two who always answer. */
static void bounce(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	told += 1;
	(void)datagram_send(h, d->to, d->to_port, d->from, d->from_port, d->data, now);
}

static void learn(void *context, struct host *h, const struct datagram_error *e, u64 now)
{
	(void)context;
	(void)h;
	(void)now;
	unreachable += e->trouble == ICMP_NO_PORT;
}

static void begin(void)
{
	start();
	loopback = (struct host_loopback){ 0 };
	host_loopback(&host, &loopback);
	taken = told = unreachable = 0;
}

static struct ip localhost(u32 family)
{
	return family == 4 ? ip_from4(0x7f000001) : (struct ip){ 0, 1 };
}

TEST(a_program_reaches_its_own_services_and_the_port_sees_nothing)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct ip at[] = { localhost(family), us(family) };

		for (u32 i = 0; i < COUNT(at); i += 1) {
			begin();
			serve(&host, 80, take, sessions, sizeof sessions[0]);
			u32 before = sent;
			struct flow *f = flow_connect(&host, at[i], 80, say, NULL);
			EXPECT(f != NULL);
			to_say = 1500;
			EXPECT_EQ(host_deadline(&host), host.now); /* it must not wait for anything */
			(void)host_step(&host, NS_PER_S);
			EXPECT(flow_established(f));
			EXPECT_EQ(taken, 1500);
			EXPECT_EQ(sent, before);
			EXPECT_EQ(host.counts.frames_in, 0);
		}
	}
}

/* RFC 1122 3.2.1.3 g and 3.2.2.1: neither address is ever on a wire. */
TEST(what_comes_from_a_wire_is_not_from_ourselves)
{
	struct tcp_segment s = { .from_port = 80, .to_port = 80, .seq = 1, .window = 1000, .flags = TCP_SYN };

	for (u32 family = 4; family <= 6; family += 2) {
		begin();
		serve(&host, 80, take, sessions, sizeof sessions[0]);
		u32 before = sent;
		segment_comes(us(family), &s, view_none());
		segment_comes(localhost(family), &s, view_none());
		EXPECT_EQ(host.flows.used, 0);
		EXPECT_EQ(sent, before);
		/* And nothing leaves from there. */
		EXPECT(!datagram_send(&host, localhost(family), 9, them(family), 9, text("x"), host.now));
		EXPECT_EQ(sent, before);
	}
}

TEST(without_a_loopback_there_is_nobody)
{
	start();
	for (u32 family = 4; family <= 6; family += 2) {
		u32 before = sent;

		EXPECT(!host_owns(&host, localhost(family)));
		EXPECT(!flow_connect(&host, localhost(family), 80, idle, NULL) || sent == before);
	}
}

TEST(a_datagram_nobody_listens_for_is_an_error_at_once)
{
	for (u32 family = 4; family <= 6; family += 2) {
		begin();
		EXPECT_EQ(datagram_bind(&host, 9, count, NULL), 9);
		datagram_errors(&host, 9, learn);
		datagram_peer(&host, 9, localhost(family), 10);
		EXPECT(datagram_send(
			&host, localhost(family), 9, localhost(family), 10, text("x"), host.now));
		(void)host_step(&host, NS_PER_S);
		EXPECT_EQ(unreachable, 1);
		EXPECT_EQ(host.counts.errors_in, 1);
	}
}

TEST(datagrams_are_not_cut_and_a_full_queue_loses_the_newest)
{
	static u8 large[60000];
	u32 fitted = 0;

	for (u32 family = 4; family <= 6; family += 2) {
		begin();
		EXPECT_EQ(datagram_bind(&host, 9, count, NULL), 9);
		u64 lost = host.counts.dropped_port_full;
		for (u32 i = 0; i < 5; i += 1)
			(void)datagram_send(
				&host, localhost(family), 10, localhost(family), 9, view_of(large), host.now);
		(void)host_step(&host, NS_PER_S);
		fitted = HOST_LOOP_BYTES / sizeof large;
		EXPECT_EQ(told, fitted);
		EXPECT_EQ(taken, fitted * sizeof large);
		EXPECT_EQ(host.counts.dropped_port_full - lost, 5 - fitted);
		for (u32 i = 0; i < HOST_LOOP_PACKETS + 9; i += 1)
			(void)datagram_send(
				&host, localhost(family), 10, localhost(family), 9, text("x"), host.now);
		(void)host_step(&host, NS_PER_S);
		EXPECT_EQ(told, fitted + HOST_LOOP_PACKETS);
	}
}

TEST(two_who_always_answer_leave_time_to_others)
{
	begin();
	EXPECT_EQ(datagram_bind(&host, 9, bounce, NULL), 9);
	EXPECT(datagram_send(&host, localhost(4), 9, localhost(4), 9, text("x"), host.now));
	EXPECT_EQ(host_step(&host, NS_PER_S), NS_PER_S); /* and it is to be called again at once */
	EXPECT_EQ(told, HOST_LOOP_ROUNDS);
	(void)host_step(&host, NS_PER_S);
	EXPECT_EQ(told, 2 * HOST_LOOP_ROUNDS);
}
