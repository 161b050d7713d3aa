/* tcp_cookie_test.c - SYN cookies: what comes back, what does not, and what is believed. */
#include "lib/tcp/tcp_cookie.h"
#include "lib/tcp/tcp_core.h"
#include "test/test.h"

#define ENDS 0x1234567890abcdefull
#define THEN (1000 * NS_PER_S)

static const struct siphash_key key = { 1, 2 };
static const struct tcp_config config = {
	.rx_bytes = 1000000, .tx_bytes = 10000, .mss = 1460, .clock_offset = 77
};

static struct tcp_segment syn_with(u32 has, u16 mss, u8 wscale)
{
	return (struct tcp_segment){ .from_port = 4000,
		.to_port = 80,
		.seq = 0xfffffff0u,
		.flags = TCP_SYN,
		.window = 5000,
		.opt = { .has = has, .mss = mss, .wscale = wscale, .ts_value = 9 } };
}

#define ALL (TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_OK | TCP_HAS_TIMESTAMP)

/* What a true peer says to this SYN,ACK. */
static struct tcp_segment ack_of(const struct tcp_segment *syn, const struct tcp_segment *answer)
{
	struct tcp_segment s = {
		.seq = seq_add(syn->seq, 1), .ack = seq_add(answer->seq, 1), .flags = TCP_ACK, .window = 100
	};

	if ((answer->opt.has & TCP_HAS_TIMESTAMP) != 0) {
		s.opt.has = TCP_HAS_TIMESTAMP;
		s.opt.ts_value = 10;
		s.opt.ts_echo = answer->opt.ts_value;
	}
	return s;
}

static struct tcp opened(const struct tcp_segment *syn)
{
	struct tcp_segment answer, ack;
	struct tcp t = { 0 };

	tcp_cookie_answer(&key, ENDS, &config, syn, THEN, &answer);
	ack = ack_of(syn, &answer);
	EXPECT(tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN + NS_PER_S));
	EXPECT(tcp_arrive(&t, &ack, THEN + NS_PER_S).connected);
	EXPECT_EQ(tcp_state(&t), TCP_ESTABLISHED);
	return t;
}

TEST(the_answer_is_a_syn_ack_like_any_other)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7), s;

	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &s);
	EXPECT_EQ(s.flags, TCP_SYN | TCP_ACK);
	EXPECT_EQ(s.ack, 0xfffffff1u);
	EXPECT_EQ(s.window, 65535);
	EXPECT_EQ(s.opt.has, ALL);
	EXPECT_EQ(s.opt.mss, 1460);
	EXPECT_EQ(s.opt.ts_echo, 9);
	EXPECT_EQ(s.opt.wscale, 4);
}

TEST(an_opening_by_cookie_is_as_good_as_one_that_was_kept)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7);
	struct tcp t = opened(&syn);
	struct tcp_facts facts;
	struct tcp_out out;

	tcp_facts(&t, &facts);
	EXPECT_EQ(facts.mss, 1448);
	EXPECT_EQ(facts.peer_window_bytes, 100u << 7);
	EXPECT_EQ(t.flags & (F_SACK | F_TIMESTAMPS | F_SCALE), F_SACK | F_TIMESTAMPS | F_SCALE);
	EXPECT_EQ(t.ts_recent, 10);
	EXPECT_EQ(facts.srtt_ns, 0); /* nobody knows how long it took */
	tcp_wrote(&t, 100);
	EXPECT(tcp_send(&t, THEN + NS_PER_S, 0, &out));
	EXPECT_EQ(out.s.len, 100);
	EXPECT(!seq_before(out.s.opt.ts_value, clock_ms(THEN)));
}

TEST(the_timestamp_of_a_cookie_is_not_of_the_time_to_come)
{
	for (u64 now = THEN; now < THEN + 100 * NS_PER_MS; now += NS_PER_MS) {
		struct tcp_segment syn = syn_with(ALL, 1460, 7), s;
		u32 clock = seq_add(clock_ms(now), 77);

		tcp_cookie_answer(&key, ENDS, &config, &syn, now, &s);
		EXPECT(seq_dist(s.opt.ts_value, clock) < 32);
	}
}

TEST(every_scale_and_sack_or_not_come_back)
{
	for (u8 scale = 0; scale <= 14; scale += 1) {
		struct tcp_segment syn = syn_with(TCP_HAS_TIMESTAMP | TCP_HAS_WSCALE, 0, scale);
		struct tcp t = opened(&syn);

		EXPECT_EQ(t.snd_scale, scale);
		EXPECT_EQ(t.flags & (F_SACK | F_SCALE), F_SCALE);
	}
	struct tcp_segment syn = syn_with(TCP_HAS_TIMESTAMP | TCP_HAS_SACK_OK, 0, 0);
	struct tcp t = opened(&syn);

	EXPECT_EQ(t.flags & (F_SACK | F_SCALE), F_SACK);
	EXPECT_EQ(t.rcv_scale, 0);
}

TEST(without_timestamps_nothing_is_promised_that_could_not_be_remembered)
{
	struct tcp_segment syn = syn_with(TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_OK, 1460, 7), s;

	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &s);
	EXPECT_EQ(s.opt.has, TCP_HAS_MSS);
	struct tcp t = opened(&syn);
	EXPECT_EQ(t.flags & (F_SACK | F_SCALE | F_TIMESTAMPS), 0);
	EXPECT_EQ(t.mss, 1460);
}

/* RFC 3168 6.1.1: a peer to whom ECN was promised and marks are never echoed would not slow down. */
TEST(a_cookie_does_not_agree_to_ecn_for_it_could_not_be_remembered)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7), s;

	syn.flags = TCP_SYN | TCP_ECE | TCP_CWR;
	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &s);
	EXPECT_EQ(s.flags, TCP_SYN | TCP_ACK);
	struct tcp t = opened(&syn);
	EXPECT_EQ(t.cc & CC_ECN, 0);
}

TEST(no_segment_is_larger_than_the_syn_allowed)
{
	for (u32 mss = 64; mss < 9100; mss += 1) {
		struct tcp_segment syn = syn_with(TCP_HAS_MSS, (u16)mss, 0);
		struct tcp t = opened(&syn);

		EXPECT(t.mss <= mss && (mss < 1220 || mss > 1460 || t.mss > mss - 140));
	}
	struct tcp_segment syn = syn_with(0, 0, 0);
	EXPECT_EQ(opened(&syn).mss, 536);
}

TEST(a_cookie_is_good_for_a_minute_and_not_for_ever)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7), answer, ack;
	struct tcp t;

	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &answer);
	ack = ack_of(&syn, &answer);
	EXPECT(tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN + TCP_COOKIE_NS));
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN + 2 * TCP_COOKIE_NS));
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN + 32 * TCP_COOKIE_NS));
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN + 33 * TCP_COOKIE_NS));
}

/* The ACK and the first 1400 bytes were lost: only what comes again can show that the cookie was given. */
TEST(what_comes_after_a_lost_ack_is_not_known_but_may_be_true)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7), answer, s;
	struct tcp t;

	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &answer);
	s = ack_of(&syn, &answer);
	s.seq = seq_add(s.seq, 1400);
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
	EXPECT(tcp_cookie_may_follow(&s, THEN));
	EXPECT(tcp_cookie_may_follow(&s, THEN + TCP_COOKIE_NS));
	EXPECT(!tcp_cookie_may_follow(&s, THEN + 2 * TCP_COOKIE_NS));
	s.flags = TCP_ACK | TCP_RST;
	EXPECT(!tcp_cookie_may_follow(&s, THEN));
	s.flags = TCP_ACK;
	s.ack = seq_add(s.ack, 0x10000000); /* two periods before */
	EXPECT(!tcp_cookie_may_follow(&s, THEN));
}

TEST(anything_else_than_what_was_answered_is_refused)
{
	struct tcp_segment syn = syn_with(ALL, 1460, 7), answer, ack, s;
	struct siphash_key other = { 1, 3 };
	struct tcp t;

	tcp_cookie_answer(&key, ENDS, &config, &syn, THEN, &answer);
	ack = ack_of(&syn, &answer);
	EXPECT(tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN));
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS + 1, &config, &ack, THEN));
	EXPECT(!tcp_cookie_accept(&t, &other, ENDS, &config, &ack, THEN));
	for (u32 bit = 0; bit < 32; bit += 1) {
		s = ack;
		s.seq ^= 1u << bit;
		EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
		s = ack;
		s.ack ^= 1u << bit;
		EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
	}
	for (u32 bit = 0; bit < 5; bit += 1) { /* scale and SACK are signed too */
		s = ack;
		s.opt.ts_echo ^= 1u << bit;
		EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
	}
	s = ack;
	s.flags = TCP_ACK | TCP_RST;
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
	s.flags = TCP_ACK | TCP_SYN;
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
	s.flags = TCP_FIN;
	EXPECT(!tcp_cookie_accept(&t, &key, ENDS, &config, &s, THEN));
}

TEST(a_guess_is_right_no_more_often_than_its_bits_say)
{
	struct tcp_segment ack = { .seq = 1, .flags = TCP_ACK, .window = 100 };
	struct tcp t;
	u32 right = 0;

	for (u32 i = 0; i < 2000000; i += 1) {
		ack.ack = seq_add(i * 2654435761u, 1);
		right += tcp_cookie_accept(&t, &key, ENDS, &config, &ack, THEN) ? 1u : 0u;
	}
	EXPECT(right <= 2);
}
