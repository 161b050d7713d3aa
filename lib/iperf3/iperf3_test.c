#include "base/format.h"
#include "lib/iperf3/iperf3.h"
#include "lib/json/json.h"
#include "test/test.h"

#define COOKIE "abcdefghijklmnopqrstuvwxyz0123456789" /* and the 0 behind it */

static struct iperf3 server;

static struct view cookie(void)
{
	return view_make((const u8 *)COOKIE, IPERF3_COOKIE_BYTES);
}

static struct view json_message(const char *json)
{
	static u8 room[IPERF3_JSON_BYTES + 100u];
	struct writer w = writer_of(span_of(room));

	write_be32(&w, (u32)strlen(json));
	write_view(&w, view_make((const u8 *)json, strlen(json)));
	return write_done(&w);
}

static void hear_message(enum iperf3_message m, u64 now)
{
	u8 byte[1] = { (u8)m };

	iperf3_rx(&server, view_of(byte), now);
}

/* What it says, all of it, is these bytes. */
static void expect_said(const char *hex, int line)
{
	u8 room[100];
	struct view want = test_hex(span_of(room), hex);

	if (!view_equal(iperf3_tx(&server), want))
		test_fail(__FILE__, line, "it said %zu bytes, not %s", iperf3_tx(&server).n, hex);
	iperf3_tx_done(&server, iperf3_tx(&server).n);
}
#define EXPECT_SAID(hex) expect_said(hex, __LINE__)

/* Up to the parameters, and what comes of those. */
static void ask(const char *json)
{
	iperf3_start(&server, 0);
	iperf3_rx(&server, cookie(), 1);
	EXPECT_SAID("09");
	iperf3_rx(&server, json_message(json), 2);
}

/* A test that runs from one second on. */
static void run(const char *json)
{
	ask(json);
	EXPECT_SAID("0a");
	EXPECT(server.state == IPERF3_CREATE_STREAMS);
	iperf3_run(&server, text("cubic"), NS_PER_S);
	EXPECT_SAID("01 02");
}

/* The JSON behind its length and in front of DISPLAY_RESULTS. */
static struct view results(void)
{
	struct reader r = reader_of(iperf3_tx(&server));
	u32 n = read_be32(&r);
	struct view json = read_view(&r, n);

	EXPECT_EQ(read_u8(&r), 14);
	EXPECT(read_finished(&r));
	return json;
}

static void end(u64 now)
{
	hear_message(IPERF3_SAYS_TEST_END, now);
	EXPECT_SAID("0d");
	iperf3_rx(&server, json_message("{\"streams\":[{\"id\":1,\"bytes\":70},{\"id\":3,\"bytes\":30}]}"),
		now);
}

static bool says(struct view in, const char *what)
{
	for (usize i = 0; i < in.n; i += 1)
		if (view_starts(view_from(in, i), view_make((const u8 *)what, strlen(what))))
			return true;
	return false;
}

TEST(a_test_goes_from_the_cookie_to_the_results)
{
	run("{\"tcp\":true,\"omit\":0,\"time\":2,\"num\":0,\"blockcount\":0,\"parallel\":1,\"len\":131072,"
	    "\"pacing_timer\":1000,\"client_version\":\"3.12\"}");
	EXPECT_EQ(iperf3_streams(&server), 1);
	EXPECT(!iperf3_sends(&server, 0));
	iperf3_took(&server, 0, 1000, 2 * NS_PER_S);
	end(3 * NS_PER_S);
	EXPECT_VIEW(
		results(), text("{\"cpu_util_total\":0,\"cpu_util_user\":0,\"cpu_util_system\":0,"
				"\"sender_has_retransmits\":-1,\"congestion_used\":\"cubic\",\"streams\":["
				"{\"id\":1,\"bytes\":1000,\"retransmits\":-1,\"jitter\":0.000000000,"
				"\"errors\":0,\"packets\":0,\"start_time\":0,\"end_time\":2.000000000}]}"));
	EXPECT_EQ(server.peer_bytes, 100);
	EXPECT(server.state == IPERF3_DISPLAY_RESULTS);
	hear_message(IPERF3_SAYS_IPERF_DONE, 3 * NS_PER_S);
	EXPECT(server.state == IPERF3_IPERF_DONE && server.end == IPERF3_DONE);
}

TEST(bytes_may_come_one_by_one_and_go_one_by_one)
{
	struct view parameters = json_message("{\"tcp\":true,\"parallel\":2,\"reverse\":true}");

	iperf3_start(&server, 0);
	for (usize i = 0; i < IPERF3_COOKIE_BYTES; i += 1) {
		EXPECT_EQ(iperf3_tx(&server).n, 0);
		iperf3_rx(&server, view_first(view_from(cookie(), i), 1), 1);
	}
	EXPECT_SAID("09");
	for (usize i = 0; i < parameters.n; i += 1)
		iperf3_rx(&server, view_first(view_from(parameters, i), 1), 1);
	EXPECT_SAID("0a");
	iperf3_run(&server, text("bbr"), NS_PER_S);
	EXPECT_EQ(iperf3_tx(&server).n, 2);
	iperf3_tx_done(&server, 1);
	EXPECT_SAID("02");
	EXPECT(iperf3_is_cookie(&server, cookie()));
	EXPECT(!iperf3_is_cookie(&server, view_first(cookie(), 36)));
	EXPECT_PANIC(iperf3_tx_done(&server, 1));
}

TEST(everything_may_come_in_one_piece)
{
	static u8 room[1000];
	struct writer w = writer_of(span_of(room));

	write_view(&w, cookie());
	write_view(&w, json_message("{\"tcp\":true}"));
	write_u8(&w, IPERF3_SAYS_CLIENT_TERMINATE);
	iperf3_start(&server, 0);
	iperf3_rx(&server, write_done(&w), 1);
	EXPECT_SAID("09 0a");
	EXPECT(server.state == IPERF3_IPERF_DONE && server.end == IPERF3_TERMINATED);
}

TEST(what_is_not_done_here_is_refused_with_iperf3s_own_number)
{
	static const struct {
		const char *json, *said;
	} asked[] = {
		{ "{\"sctp\":true}", "fe 00000012 00000000" },
		{ "{\"tcp\":true,\"authtoken\":\"x\"}", "fe 0000008e 00000000" },
		{ "{\"tcp\":true,\"parallel\":65}", "fe 00000006 00000000" },
		{ "{\"tcp\":true,\"parallel\":0}", "fe 00000006 00000000" },
		{ "{\"tcp\":true,\"MSS\":9217}", "fe 0000000a 00000000" },
		{ "{\"udp\":true,\"len\":15}", "fe 00000014 00000000" },
		{ "{\"udp\":true,\"len\":65508}", "fe 00000014 00000000" },
		{ "{\"tcp\":true,\"congestion\":\"a name that is too long\"}", "fe 00000086 00000000" },
		{ "{\"tcp\":true,\"time\":86401}", "fe 00000072 00000000" },
		{ "{\"tcp\":true,\"omit\":86401}", "fe 00000072 00000000" },
		{ "{\"tcp\":true,\"time\":-1}", "fe 00000072 00000000" },
		{ "{\"tcp\":true,\"time\":\"1\"}", "fe 00000072 00000000" },
		{ "{\"tcp\":true,\"TOS\":256}", "fe 00000072 00000000" },
		{ "{\"reverse\":true,\"bidirectional\":true}", "fe 00000072 00000000" },
		{ "{\"tcp\":true", "fe 00000072 00000000" },
		{ "{\"tcp\":true}}", "fe 00000072 00000000" },
		{ "[]", "fe 00000072 00000000" },
	};

	for (usize i = 0; i < COUNT(asked); i += 1) {
		ask(asked[i].json);
		expect_said(asked[i].said, __LINE__);
		EXPECT(server.state == IPERF3_IPERF_DONE && server.end == IPERF3_REFUSED);
		EXPECT(server.error != IPERF3_IENONE);
	}
}

TEST(what_it_does_not_know_is_passed_over)
{
	ask("{\"new\":{\"parallel\":9,\"sctp\":true,\"a\":[{\"udp\":1}]},\"list\":[1,\"tcp\"],\"none\":null,"
	    "\"title\":\"x\","
	    "\"zerocopy\":1,\"parall\\u0065l\":3,\"sctp\":false,\"nodelay\":true,\"MSS\":1200,\"window\":"
	    "102400,\"TOS\":32,"
	    "\"bandwidth\":1e+10,\"congestion\":\"reno\",\"get_server_output\":1,\"omit\":1,\"time\":10}");
	EXPECT_SAID("0a");
	EXPECT_EQ(server.params.parallel, 3);
	EXPECT(!server.params.udp && server.params.no_delay && server.params.server_output &&
		!server.params.reverse);
	EXPECT_EQ(server.params.mss, 1200);
	EXPECT_EQ(server.params.window_bytes, 102400);
	EXPECT_EQ(server.params.tos, 32);
	EXPECT_EQ(server.params.rate_bits_per_s, 10000000000u);
	EXPECT_EQ(server.params.omit_ns, NS_PER_S);
	EXPECT_EQ(server.params.time_ns, 10 * NS_PER_S);
	EXPECT_VIEW(view_first(view_of(server.params.control), server.params.control_bytes), text("reno"));
}

TEST(a_json_longer_than_what_is_kept_is_refused_and_the_longest_is_not)
{
	static char json[IPERF3_JSON_BYTES + 2u];

	memset(json, ' ', sizeof json);
	memcpy(json, "{\"tcp\":true}", 12);
	json[IPERF3_JSON_BYTES] = 0;
	ask(json);
	EXPECT_SAID("0a");
	json[IPERF3_JSON_BYTES] = ' ';
	json[IPERF3_JSON_BYTES + 1u] = 0;
	ask(json);
	EXPECT_SAID("fe 00000072 00000000");
	ask("");
	EXPECT_SAID("fe 00000072 00000000");
}

TEST(garbage_is_answered_with_an_error_and_nothing_after_it)
{
	static u8 room[200];

	memset(room, 'G', sizeof room);
	iperf3_start(&server, 0);
	iperf3_rx(&server, view_of(room), 0);
	EXPECT_SAID("09 fe 00000072 00000000");
	EXPECT(server.end == IPERF3_REFUSED);
	iperf3_rx(&server, view_of(room), 0);
	iperf3_closed(&server);
	iperf3_refuse(&server, IPERF3_IEMESSAGE);
	EXPECT_SAID("");
	EXPECT(server.end == IPERF3_REFUSED && server.error == IPERF3_IERECVPARAMS);
}

TEST(a_message_at_the_wrong_time_is_refused)
{
	static const enum iperf3_message wrong[] = { 0, IPERF3_SAYS_TEST_START, IPERF3_SAYS_IPERF_DONE,
		IPERF3_SAYS_EXCHANGE_RESULTS, 99 };

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		run("{\"tcp\":true}");
		hear_message(wrong[i], 2 * NS_PER_S);
		EXPECT_SAID("fe 0000006e 00000000");
	}
	ask("{\"tcp\":true}");
	EXPECT_SAID("0a");
	hear_message(IPERF3_SAYS_TEST_END, 2);
	EXPECT_SAID("fe 0000006e 00000000");
	EXPECT_PANIC(iperf3_run(&server, text(""), 3));
}

TEST(results_that_make_no_sense_are_refused)
{
	static const char *const wrong[] = { "[]", "{\"streams\":[{\"bytes\":-1}]}",
		"{\"streams\":[{\"bytes\":\"1\"}]}", "{\"streams\":[}", "{} {}" };

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		run("{\"tcp\":true}");
		hear_message(IPERF3_SAYS_TEST_END, 2 * NS_PER_S);
		EXPECT_SAID("0d");
		iperf3_rx(&server, json_message(wrong[i]), 2 * NS_PER_S);
		EXPECT_SAID("fe 00000075 00000000");
	}
}

TEST(in_both_directions_the_first_half_of_the_streams_is_the_clients)
{
	run("{\"tcp\":true,\"parallel\":2,\"bidirectional\":true}");
	EXPECT_EQ(iperf3_streams(&server), 4);
	EXPECT(!iperf3_sends(&server, 1) && iperf3_sends(&server, 2));
	EXPECT_EQ(iperf3_send_at(&server, 1), TIME_NEVER);
	EXPECT_EQ(iperf3_send_at(&server, 2), NS_PER_S);
	EXPECT_EQ(iperf3_send_at(&server, 0xffffffffu), TIME_NEVER);
	iperf3_took(&server, 0, 10, NS_PER_S);
	iperf3_sent(&server, 3, 7, NS_PER_S);
	iperf3_retransmits(&server, 3, 5);
	EXPECT_EQ(iperf3_bytes(&server, false), 10);
	EXPECT_EQ(iperf3_bytes(&server, true), 7);
	end(2 * NS_PER_S);
	EXPECT(says(results(), "\"sender_has_retransmits\":1,"));
	EXPECT(says(results(), "{\"id\":1,\"bytes\":10,\"retransmits\":-1,"));
	EXPECT(says(results(), "{\"id\":3,\"bytes\":0,\"retransmits\":-1,"));
	EXPECT(says(results(), "{\"id\":4,\"bytes\":0,\"retransmits\":0,"));
	EXPECT(says(results(), "{\"id\":5,\"bytes\":7,\"retransmits\":5,"));
}

TEST(the_results_of_all_streams_fit_however_large_their_numbers_are)
{
	run("{\"udp\":true,\"parallel\":64,\"bidirectional\":true,\"get_server_output\":1,\"len\":1000}");
	for (u32 i = 0; i < IPERF3_STREAMS_BOTH; i += 1)
		server.streams[i] = (struct iperf3_stream){ .bytes = TIME_NEVER,
			.datagrams = TIME_NEVER,
			.errors = TIME_NEVER,
			.reordered = TIME_NEVER,
			.jitter_16ns = TIME_NEVER,
			.retransmits = 0xffffffffu };
	server.counted_ns = 0;
	server.news_ns = TIME_NEVER - 1u;
	end(TIME_NEVER - 1u);
	EXPECT(server.state == IPERF3_DISPLAY_RESULTS);
	EXPECT(says(results(), "{\"id\":129,"));
	EXPECT(says(results(), "\"server_output_text\":\"UDP, 64 received: "));
}

TEST(what_is_omitted_does_not_count_but_its_datagrams_have_numbers)
{
	u8 head[16] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5 };

	run("{\"tcp\":true,\"reverse\":true,\"omit\":1,\"time\":1}");
	EXPECT_EQ(iperf3_deadline(&server), 2 * NS_PER_S);
	iperf3_sent(&server, 0, 100, NS_PER_S);
	iperf3_retransmits(&server, 0, 4);
	iperf3_step(&server, 2 * NS_PER_S);
	iperf3_sent(&server, 0, 30, 2 * NS_PER_S);
	iperf3_retransmits(&server, 0, 6);
	end(3 * NS_PER_S);
	EXPECT(says(results(), "\"bytes\":30,\"retransmits\":2,"));
	EXPECT(says(results(), "\"end_time\":1.000000000}"));

	run("{\"udp\":true,\"omit\":1,\"time\":1}");
	iperf3_datagram(&server, 0, view_of(head), NS_PER_S);
	EXPECT_EQ(server.streams[0].errors, 4);
	end(3 * NS_PER_S); /* the end of the omitted part is noticed with it, if nobody came by */
	EXPECT(says(results(),
		"\"bytes\":0,\"retransmits\":-1,\"jitter\":0.000000000,\"errors\":4,\"packets\":5,"));
}

static void datagram(u32 number, u64 sent_us, u64 now)
{
	u8 room[100];
	struct writer w = writer_of(span_of(room));

	write_be32(&w, (u32)(sent_us / 1000000u));
	write_be32(&w, (u32)(sent_us % 1000000u));
	write_be32(&w, number);
	write_fill(&w, 0, 88);
	iperf3_datagram(&server, 0, write_done(&w), now);
}

TEST(datagrams_are_lost_until_they_come_late)
{
	run("{\"udp\":true}");
	datagram(1, 0, NS_PER_S);
	datagram(2, 0, NS_PER_S);
	datagram(6, 0, NS_PER_S);
	EXPECT_EQ(server.streams[0].errors, 3);
	datagram(4, 0, NS_PER_S);
	EXPECT_EQ(server.streams[0].errors, 2);
	EXPECT_EQ(server.streams[0].reordered, 1);
	EXPECT_EQ(server.streams[0].datagrams, 6);
	EXPECT_EQ(server.streams[0].bytes, 400);
	iperf3_datagram(&server, 0, text("shorthead"), NS_PER_S);
	EXPECT_EQ(server.streams[0].bytes, 400);
}

TEST(jitter_is_of_the_time_on_the_way_and_clocks_need_not_agree)
{
	run("{\"udp\":true}");
	datagram(1, 5000000, NS_PER_S); /* their clock is four seconds ahead */
	EXPECT_EQ(server.streams[0].jitter_16ns, 0);
	datagram(2, 5010000, NS_PER_S + 10 * NS_PER_MS); /* the same time on the way */
	EXPECT_EQ(server.streams[0].jitter_16ns, 0);
	datagram(3, 5020000, NS_PER_S + 36 * NS_PER_MS); /* 16 ms more */
	EXPECT_EQ(server.streams[0].jitter_16ns, 16 * NS_PER_MS);
	datagram(4, 5030000, NS_PER_S + 38 * NS_PER_MS); /* 8 ms less: J is 1 - 1/16 + 8/16 of them */
	EXPECT_EQ(server.streams[0].jitter_16ns, 15 * NS_PER_MS + 8 * NS_PER_MS);
	datagram(3, 5020000, NS_PER_S + 38 * NS_PER_MS); /* an earlier one again: 10 ms more */
	EXPECT_EQ(server.streams[0].jitter_16ns, 23 * NS_PER_MS - 23 * NS_PER_MS / 16 + 10 * NS_PER_MS);
}

TEST(datagrams_have_numbers_of_four_or_eight_bytes)
{
	u8 room[16];
	struct writer w = writer_of(span_of(room));
	char hex[64];

	run("{\"udp\":true,\"reverse\":true,\"len\":1000}");
	iperf3_sent(&server, 0, 1000, NS_PER_S);
	iperf3_write_head(&server, &w, 0, 3 * NS_PER_S + 5 * NS_PER_US);
	EXPECT_VIEW(write_done(&w), test_hex(span_make((u8 *)hex, sizeof hex), "00000003 00000005 00000002"));
	run("{\"udp\":true,\"reverse\":true,\"len\":1000,\"udp_counters_64bit\":1}");
	w = writer_of(span_of(room));
	iperf3_write_head(&server, &w, 0, 3 * NS_PER_S);
	EXPECT_VIEW(write_done(&w),
		test_hex(span_make((u8 *)hex, sizeof hex), "00000003 00000000 0000000000000001"));
	EXPECT(iperf3_is_hello(text("9876")) && !iperf3_is_hello(text("98765")));
	EXPECT_VIEW(iperf3_hello_answer(), text("6789"));
}

TEST(a_rate_is_kept_and_what_was_late_is_made_up_for)
{
	run("{\"udp\":true,\"reverse\":true,\"len\":1000,\"bandwidth\":8000000}");
	EXPECT_EQ(iperf3_portion(&server), 1000);
	EXPECT_EQ(iperf3_send_at(&server, 0), NS_PER_S);
	iperf3_sent(&server, 0, 1000, NS_PER_S + 5 * NS_PER_MS);
	EXPECT_EQ(iperf3_send_at(&server, 0), NS_PER_S + NS_PER_MS);
	EXPECT_EQ(server.streams[0].datagrams, 1);
	run("{\"tcp\":true,\"reverse\":true,\"bandwidth\":80000000,\"fqrate\":40000000}");
	EXPECT_EQ(server.params.rate_bits_per_s, 40000000);
	EXPECT_EQ(iperf3_portion(&server), 5000);
	run("{\"tcp\":true,\"reverse\":true,\"bandwidth\":8000}");
	EXPECT_EQ(iperf3_portion(&server), 1460);
	run("{\"tcp\":true,\"reverse\":true}");
	iperf3_sent(&server, 0, 1u << 20, NS_PER_S);
	EXPECT_EQ(iperf3_send_at(&server, 0), NS_PER_S);
	EXPECT_EQ(iperf3_portion(&server), 65536);
	end(2 * NS_PER_S);
	EXPECT_EQ(iperf3_send_at(&server, 0), TIME_NEVER);
	iperf3_sent(&server, 0, 1, 2 * NS_PER_S);
	EXPECT_EQ(iperf3_bytes(&server, true), 1u << 20);
}

TEST(a_client_that_says_nothing_is_given_up)
{
	iperf3_start(&server, 0);
	EXPECT_EQ(iperf3_deadline(&server), IPERF3_HELLO_NS);
	iperf3_step(&server, IPERF3_HELLO_NS - 1);
	EXPECT(server.state == IPERF3_IPERF_START);
	iperf3_rx(&server, view_first(cookie(), 3), IPERF3_HELLO_NS - 1);
	EXPECT_EQ(iperf3_deadline(&server), 2 * IPERF3_HELLO_NS - 1);
	iperf3_step(&server, 2 * IPERF3_HELLO_NS - 1);
	EXPECT(server.state == IPERF3_IPERF_DONE && server.end == IPERF3_SILENT);
	EXPECT_EQ(iperf3_deadline(&server), TIME_NEVER);

	run("{\"tcp\":true,\"time\":0}");
	iperf3_took(&server, 0, 1, 50 * NS_PER_S);
	EXPECT_EQ(iperf3_deadline(&server), 50 * NS_PER_S + IPERF3_SILENT_NS);
	iperf3_step(&server, 50 * NS_PER_S + IPERF3_SILENT_NS);
	EXPECT(server.end == IPERF3_SILENT);

	run("{\"tcp\":true,\"time\":10}");
	iperf3_took(&server, 0, 1, 12 * NS_PER_S);
	EXPECT_EQ(iperf3_deadline(&server), 11 * NS_PER_S + IPERF3_LATE_NS);
	iperf3_step(&server, 11 * NS_PER_S + IPERF3_LATE_NS);
	EXPECT(server.end == IPERF3_SILENT);

	ask("{\"tcp\":true}");
	EXPECT_SAID("0a");
	iperf3_opened(&server, 5 * NS_PER_S);
	EXPECT_EQ(iperf3_deadline(&server), 5 * NS_PER_S + IPERF3_SILENT_NS);
}

TEST(a_client_that_goes_is_gone_in_whatever_state)
{
	iperf3_start(&server, 0);
	iperf3_closed(&server);
	EXPECT(server.end == IPERF3_CLOSED && server.state == IPERF3_IPERF_DONE);
	run("{\"tcp\":true}");
	iperf3_closed(&server);
	EXPECT(server.end == IPERF3_CLOSED);
	run("{\"tcp\":true}");
	hear_message(IPERF3_SAYS_CLIENT_TERMINATE, 2 * NS_PER_S);
	EXPECT(server.end == IPERF3_TERMINATED);
	iperf3_closed(&server);
	EXPECT(server.end == IPERF3_TERMINATED);
}

TEST(nothing_of_a_test_is_left_for_the_next)
{
	run("{\"udp\":true,\"parallel\":3,\"reverse\":true,\"omit\":5,\"bandwidth\":1000}");
	iperf3_sent(&server, 0, 10, 0);
	hear_message(IPERF3_SAYS_CLIENT_TERMINATE, 0);
	ask("{\"tcp\":true}");
	EXPECT_SAID("0a");
	EXPECT_EQ(iperf3_streams(&server), 1);
	EXPECT(!server.params.udp && !iperf3_sends(&server, 0) && server.streams[0].bytes == 0 &&
		server.params.rate_bits_per_s == 0);
}

TEST(the_summary_is_a_line_for_people)
{
	u8 room[300];
	struct writer w = writer_of(span_of(room));

	run("{\"tcp\":true,\"parallel\":2,\"bidirectional\":true,\"time\":10}");
	iperf3_took(&server, 0, 1250000000, NS_PER_S);
	iperf3_sent(&server, 2, 12500000, NS_PER_S);
	iperf3_retransmits(&server, 2, 3);
	end(11 * NS_PER_S);
	iperf3_write_summary(&w, &server);
	EXPECT_VIEW(
		write_done(&w), text("TCP, 2 received: 1.2 GB in 10 s, 1000 Mbit/s, 2 sent: 12 MB in 10 s, "
				     "10.0 Mbit/s, 3 segments sent again"));
	run("{\"udp\":true}");
	datagram(1, 0, NS_PER_S);
	datagram(3, 0, NS_PER_S);
	end(3 * NS_PER_S);
	w = writer_of(span_of(room));
	iperf3_write_summary(&w, &server);
	EXPECT_VIEW(
		write_done(&w), text("UDP, 1 received: 200 B in 2.0 s, 0.8 kbit/s, 1 of 3 datagrams lost, "
				     "0 out of order, jitter 0 ns"));
}
