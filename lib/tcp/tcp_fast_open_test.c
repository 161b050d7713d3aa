/* tcp_fast_open_test.c - data in the SYN (RFC 7413): conversations; and what lasts between them: cookies, places, the cache. */
#include "lib/tcp/tcp_fast_open.h"
#include "lib/tcp/tcp_test.h"

/* ---- the client (4.2.1) ---- */

#define GAVE                                                                                                 \
	"connect nodelay newreno fast 540", "write 800",                                                     \
		"> S 0:500(500) win 10000 <mss 1000,sackOK,wscale 0,TS val * ecr 0,fast>"

TEST(a_cookie_is_asked_for_without_data)
{
	TALK("connect fast 0", "write 100", "> S 0:0(0) <mss 1000,sackOK,wscale 0,TS val * ecr 0,fast>",
		"fast", "< S. 0:0(0) ack 1 win 60000 <mss 1000>", "slow", "> P. 1:101(100) ack 1", "acked 0");
}

TEST(with_a_cookie_as_much_goes_with_the_syn_as_the_mss_of_last_time_takes)
{
	TALK(GAVE, "< S. 0:0(0) ack 501 win 60000 <mss 1000>", "acked 500", "connected", "= ESTABLISHED",
		"> P. 501:801(300) ack 1", "< . 1:1(0) ack 801 win 60000", "acked 800", "sleeps");
	TALK("connect fast 1460 path 300", "write 800", "> S 0:260(260)", "< R. 0:0(0) ack 261 win 0",
		"= CLOSED refused");
}

TEST(a_connection_that_does_not_ask_has_no_option_and_no_data)
{
	TALK("connect", "write 100", "> S 0:0(0) <mss 1000,sackOK,wscale 0,TS val * ecr 0>", "slow");
}

TEST(what_the_syn_ack_does_not_acknowledge_goes_again)
{
	TALK(GAVE, "< S. 0:0(0) ack 1 win 60000 <mss 1000>", "acked 0", "> P. 1:801(800) ack 1",
		"< . 1:1(0) ack 801 win 60000", "acked 800", "sleeps");
	TALK(GAVE, "< S. 0:0(0) ack 201 win 60000 <mss 1000>", "acked 200", "> P. 201:801(600) ack 1",
		"cwnd 10000");
}

TEST(an_acknowledgement_of_more_than_went_is_none_of_ours)
{
	TALK(GAVE, "< S. 0:0(0) ack 502 win 60000 <mss 1000>", "> R 502:502(0)", "= SYN-SENT",
		"< S. 0:0(0) ack 0 win 60000 <mss 1000>", "> R 0:0(0)", "= SYN-SENT");
}

TEST(a_syn_that_is_lost_goes_again_without_data_and_without_the_option)
{
	TALK(GAVE, "+1000", "> S 0:0(0) <mss 1000,sackOK,wscale 0,TS val * ecr 0>", "slow",
		"< S. 0:0(0) ack 1 win 60000 <mss 1000>", "cwnd 1000", "> P. 1:801(800) ack 1");
	/* and was only late: its data need not go again */
	TALK(GAVE, "+1000", "> S 0:0(0)", "< S. 0:0(0) ack 501 win 60000 <mss 1000>", "acked 500",
		"> P. 501:801(300) ack 1");
}

TEST(a_syn_that_is_too_big_goes_again_at_once_without_data)
{
	TALK(GAVE, "path 400", "> S 0:0(0) <mss 1000,sackOK,wscale 0,TS val * ecr 0>", "slow",
		"< S. 0:0(0) ack 1 win 60000 <mss 1000>", "cwnd 4000", "> . 1:401(400) ack 1",
		"> P. 401:801(400) ack 1");
	TALK("connect fast 0", "> S 0:0(0)", "path 400", "fast"); /* that was not for its data */
}

TEST(an_answer_with_the_syn_ack_is_taken)
{
	TALK(GAVE, "< S. 0:300(300) ack 501 win 60000 <mss 1000>", "got 300", "acked 500",
		"> P. 501:801(300) ack 301");
}

TEST(both_open_at_once_and_nothing_is_lost)
{
	TALK(GAVE, "< S 0:0(0) win 60000 <mss 1000>", "= SYN-RECEIVED", "slow", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "= ESTABLISHED", "> P. 1:801(800) ack 1");
	TALK(GAVE, "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1", "< S. 0:0(0) ack 501 win 60000",
		"= ESTABLISHED", "acked 500", "> P. 501:801(300) ack 1");
}

TEST(the_users_patience_is_as_ever)
{
	TALK("connect fast 540 giveup 1500", "write 800", "> S 0:500(500)", "+1000", "> S 0:0(0)", "+600",
		"= CLOSED timeout");
}

/* ---- the server (4.2.2) ---- */

#define TAKEN                                                                                                \
	"listen nodelay newreno fast 0", "< S 0:200(200) win 10000 <mss 1000>", "got 200", "= SYN-RECEIVED", \
		"fast"

TEST(what_the_syn_brought_is_acknowledged_with_it)
{
	TALK(TAKEN, "> S. 0:0(0) ack 201 win 9800 <mss 1000>", "< . 201:201(0) ack 1 win 10000", "connected",
		"= ESTABLISHED", "slow", "sleeps");
}

TEST(the_answer_leaves_before_the_handshake_is_over)
{
	TALK(TAKEN, "write 300", "> S. 0:0(0) ack 201", "> P. 1:301(300) ack 201",
		"< . 201:201(0) ack 301 win 10000", "acked 300", "connected", "sleeps");
	TALK(TAKEN, "> S. 0:0(0) ack 201", "write 300", "> P. 1:301(300) ack 201",
		"< . 201:201(0) ack 1 win 10000", "acked 0", "< . 201:201(0) ack 301 win 10000", "acked 300");
}

TEST(it_is_no_more_than_the_initial_window_and_the_window_of_the_syn)
{
	TALK("listen nodelay newreno fast 0", "< S 0:200(200) win 60000 <mss 1000,wscale 7>", "most 60000",
		"write 50000", "> S. 0:0(0) ack 201", "> . 1:10001(10000) ack 201", "+900");
	TALK("listen nodelay newreno fast 0", "< S 0:200(200) win 2500 <mss 1000>", "write 50000",
		"> S. 0:0(0) ack 201", "> . 1:1001(1000) ack 201", "> . 1001:2001(1000) ack 201", "+900");
}

TEST(only_the_syn_ack_is_repeated_until_it_is_answered)
{
	TALK(TAKEN, "write 300", "> S. 0:0(0) ack 201", "> P. 1:301(300) ack 201", "+1000",
		"> S. 0:0(0) ack 201", "write 100", "+2000", "> S. 0:0(0) ack 201",
		"< . 201:201(0) ack 1 win 10000", "= ESTABLISHED", "cwnd 1000", "> P. 1:401(400) ack 201",
		"< . 201:201(0) ack 401 win 10000", "acked 400");
	/* the answer had come */
	TALK(TAKEN, "write 300", "> S. 0:0(0) ack 201", "> P. 1:301(300) ack 201", "+1000",
		"> S. 0:0(0) ack 201", "< . 201:201(0) ack 301 win 10000", "acked 300", "sleeps");
}

TEST(a_syn_that_comes_again_gets_the_syn_ack_and_not_the_answer)
{
	TALK(TAKEN, "write 300", "> S. 0:0(0) ack 201", "> P. 1:301(300) ack 201",
		"< S 0:200(200) win 10000 <mss 1000>", "got 200", "> S. 0:0(0) ack 201",
		"< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 201", "got 200");
}

TEST(an_answer_that_is_lost_goes_again_once_the_handshake_is_over)
{
	TALK(TAKEN, "write 300", "> S. 0:0(0) ack 201", "> P. 1:301(300) ack 201",
		"< . 201:201(0) ack 1 win 10000", "+200", "> P. 1:301(300) ack 201");
}

TEST(the_last_word_of_the_handshake_is_no_duplicate)
{
	TALK(TAKEN, "write 3000", "> S. 0:0(0) ack 201", "> . 1:1001(1000) ack 201",
		"> . 1001:2001(1000) ack 201", "> P. 2001:3001(1000) ack 201",
		"< . 201:201(0) ack 1 win 10000", "< . 201:201(0) ack 1 win 10000",
		"< . 201:201(0) ack 1 win 10000", "phase slow start", "< . 201:201(0) ack 1 win 10000",
		"phase recovery", "> . 1:1001(1000) ack 201");
}

TEST(all_can_be_said_and_ended_before_the_handshake_is)
{
	TALK(TAKEN, "write 300", "close", "> S. 0:0(0) ack 201", "> FP. 1:301(300) ack 201",
		"< . 201:201(0) ack 302 win 10000", "acked 300", "= FIN-WAIT-2",
		"< F. 201:201(0) ack 302 win 10000", "> . 302:302(0) ack 202", "= TIME-WAIT");
	TALK(TAKEN, "write 300", "close", "> S. 0:0(0) ack 201", "> FP. 1:301(300) ack 201",
		"< . 201:201(0) ack 1 win 10000", "= FIN-WAIT-1", "< F. 201:201(0) ack 302 win 10000",
		"= TIME-WAIT", "> . 302:302(0) ack 202");
}

TEST(a_reset_ends_it_and_a_wrong_acknowledgement_does_not)
{
	TALK(TAKEN, "> S. 0:0(0) ack 201", "< . 201:201(0) ack 2 win 10000", "> R 2:2(0)", "= SYN-RECEIVED",
		"< R 201:201(0) win 0", "= CLOSED reset");
}

TEST(an_abort_resets_the_peer)
{
	TALK(TAKEN, "> S. 0:0(0) ack 201", "abort", "> R. 1:1(0) ack 201", "= CLOSED aborted");
}

TEST(a_syn_that_brings_more_than_there_is_room_for_is_taken_in_part)
{
	TALK("listen fast 0 rx 100", "< S 0:200(200) win 10000 <mss 1000>", "got 100",
		"> S. 0:0(0) ack 101 win 0", "< P. 101:201(100) ack 1 win 10000", "= ESTABLISHED",
		"> . 1:1(0) ack 101", "got 100");
}

TEST(without_a_good_cookie_what_the_syn_brought_comes_again)
{
	TALK("listen", "< S 0:200(200) win 10000 <mss 1000,fast>", "> S. 0:0(0) ack 1 <mss 1000>", "slow",
		"got 0", "< P. 1:201(200) ack 1 win 10000", "got 200", "> . 1:1(0) ack 201");
}

/* ---- cookies (4.1.2) ---- */

static const struct siphash_key key = { 1, 2 };

TEST(a_cookie_is_good_for_its_client_for_two_periods_at_most)
{
	u64 now = 5 * TCP_FAST_KEY_NS + 7;
	struct tcp_fast_cookie c = tcp_fast_cookie(&key, 44, now);

	EXPECT(c.bytes >= TCP_FAST_COOKIE_MIN && c.bytes <= TCP_FAST_COOKIE_MAX && c.bytes % 2 == 0);
	EXPECT(tcp_fast_check(&key, 44, &c, now) == TCP_FAST_GOOD);
	EXPECT(tcp_fast_check(&key, 44, &c, now + TCP_FAST_KEY_NS) == TCP_FAST_OLD);
	EXPECT(tcp_fast_check(&key, 44, &c, now + 2 * TCP_FAST_KEY_NS) == TCP_FAST_BAD);
	EXPECT(tcp_fast_check(&key, 45, &c, now) == TCP_FAST_BAD);
	EXPECT(tcp_fast_check(&(struct siphash_key){ 1, 3 }, 44, &c, now) == TCP_FAST_BAD);
	EXPECT(tcp_fast_check(&key, 44, &(struct tcp_fast_cookie){ 0 }, now) == TCP_FAST_BAD);
}

TEST(no_bit_of_a_cookie_may_be_another)
{
	struct tcp_fast_cookie good = tcp_fast_cookie(&key, 44, 0), c;

	for (u32 i = 0; i < 64; i += 1) {
		c = good;
		c.byte[i / 8] ^= (u8)(1u << i % 8);
		EXPECT(tcp_fast_check(&key, 44, &c, 0) == TCP_FAST_BAD);
	}
	c = good;
	c.bytes = 10; /* nor its length */
	EXPECT(tcp_fast_check(&key, 44, &c, 0) == TCP_FAST_BAD);
}

/* ---- places (4.2, 5.1) ---- */

TEST(a_queue_has_as_many_places_as_it_says)
{
	struct tcp_fast_queue q = { .limit = 2 };

	EXPECT(tcp_fast_take(&q, 1) && tcp_fast_take(&q, 1) && !tcp_fast_take(&q, 1));
	tcp_fast_leave(&q, false, 1);
	EXPECT(tcp_fast_take(&q, 1) && !tcp_fast_take(&q, 1));
	q.limit = 0;
	EXPECT(!tcp_fast_take(&q, 1));
}

TEST(the_place_of_one_that_was_reset_is_free_after_a_minute)
{
	struct tcp_fast_queue q = { .limit = 2 };

	EXPECT(tcp_fast_take(&q, 1) && tcp_fast_take(&q, 1));
	tcp_fast_leave(&q, true, 1);
	EXPECT(!tcp_fast_take(&q, 2));
	tcp_fast_leave(&q, false, 2);
	EXPECT(tcp_fast_take(&q, 2) && !tcp_fast_take(&q, 2));
	EXPECT(!tcp_fast_take(&q, TCP_FAST_RESET_NS));
	EXPECT(tcp_fast_take(&q, 1 + TCP_FAST_RESET_NS));
}

/* ---- the cache (4.1.3) ---- */

static struct tcp_fast_cache cache;
static struct tcp_fast_cookie got;
static u16 mss;

static struct ip host_of(u32 i)
{
	return ip_from4(0x0a000100u + i);
}

static enum tcp_fast_way way(u32 i, u64 now)
{
	return tcp_fast_way(&cache, host_of(0), host_of(i), now, &got, &mss);
}

static void answered(u32 i, u64 now)
{
	struct tcp_fast_cookie c = { .bytes = 8, .byte = { (u8)i } };

	tcp_fast_answered(&cache, host_of(0), host_of(i), &c, (u16)(1000 + i), now);
}

TEST(a_cookie_is_asked_for_once_and_given_from_then_on)
{
	cache = (struct tcp_fast_cache){ 0 };
	EXPECT(way(1, 1) == TCP_FAST_ASK && got.bytes == 0 && mss == 0);
	tcp_fast_answered(&cache, host_of(0), host_of(1), &got, 1000, 1); /* that host gives none */
	EXPECT(way(1, 1) == TCP_FAST_ASK);
	answered(1, 2);
	EXPECT(way(1, 3) == TCP_FAST_GIVE && got.bytes == 8 && got.byte[0] == 1 && mss == 1001);
	EXPECT(way(2, 3) == TCP_FAST_ASK);
	tcp_fast_answered(&cache, host_of(0), host_of(1), &(struct tcp_fast_cookie){ 0 }, 900, 4);
	EXPECT(way(1, 5) == TCP_FAST_GIVE && got.byte[0] == 1 && mss == 900); /* it stays, the MSS is news */
	EXPECT(tcp_fast_way(&cache, host_of(9), host_of(1), 5, &got, &mss) == TCP_FAST_ASK);
}

TEST(a_full_cache_forgets_who_was_not_asked_for_longest)
{
	cache = (struct tcp_fast_cache){ 0 };
	for (u32 i = 1; i <= TCP_FAST_PEERS; i += 1)
		answered(i, i);
	EXPECT(way(1, 100) == TCP_FAST_GIVE);
	answered(200, 101);
	EXPECT(way(1, 102) == TCP_FAST_GIVE && way(200, 102) == TCP_FAST_GIVE);
	EXPECT(way(2, 102) == TCP_FAST_ASK && way(3, 102) == TCP_FAST_GIVE);
}

TEST(a_path_that_loses_such_syns_is_left_alone_for_longer_and_longer)
{
	u64 now = 1, wait = TCP_FAST_BLOCKED_NS;

	cache = (struct tcp_fast_cache){ 0 };
	answered(1, now);
	for (u32 i = 0; i < 9; i += 1) {
		tcp_fast_lost(&cache, host_of(0), host_of(1), now);
		EXPECT(way(1, now + wait - 1) == TCP_FAST_NOT);
		EXPECT(way(1, now + wait) == TCP_FAST_GIVE);
		now += wait;
		wait = i < TCP_FAST_BLOCKED_DOUBLINGS ? 2 * wait : wait;
	}
	EXPECT_EQ(wait, 64 * TCP_FAST_BLOCKED_NS);
	answered(1, now);
	tcp_fast_lost(&cache, host_of(0), host_of(1), now);
	EXPECT(way(1, now + TCP_FAST_BLOCKED_NS) == TCP_FAST_GIVE);
	tcp_fast_lost(&cache, host_of(0), host_of(2), now); /* the question for a cookie was lost */
	EXPECT(way(2, now + 1) == TCP_FAST_NOT && way(2, now + TCP_FAST_BLOCKED_NS) == TCP_FAST_ASK);
}
