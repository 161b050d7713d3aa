/* tcp_wire_test.c - headers and options, byte by byte. */
#include "lib/tcp/tcp.h"
#include "test/test.h"

/* ports 80 and 443, seq 1, ack 2 */
#define FRONT "0050 01bb 00000001 00000002 "
#define BACK  " ffff 0000 0000 "

static bool read_hex(const char *hex, struct tcp_segment *s)
{
	u8 room[200];
	struct reader r = reader_of(test_hex(span_of(room), hex));

	return tcp_read(&r, s);
}

TEST(a_header_without_options_is_read)
{
	struct tcp_segment s;

	EXPECT(read_hex("0050 01bb 01020304 05060708 50 18 1234 abcd 0000 | 616263", &s));
	EXPECT_EQ(s.from_port, 80);
	EXPECT_EQ(s.to_port, 443);
	EXPECT_EQ(s.seq, 0x01020304);
	EXPECT_EQ(s.ack, 0x05060708);
	EXPECT_EQ(s.flags, TCP_ACK | TCP_PSH);
	EXPECT_EQ(s.window, 0x1234);
	EXPECT_EQ(s.len, 3);
	EXPECT_EQ(s.opt.has, 0);
	EXPECT_EQ(s.opt.sacks, 0);
}

TEST(the_payload_is_what_the_reader_has_left)
{
	u8 room[64];
	struct tcp_segment s;
	struct reader r = reader_of(test_hex(span_of(room), FRONT "60 10" BACK "01010101 | 68656c6c6f"));

	EXPECT(tcp_read(&r, &s));
	EXPECT_VIEW(read_rest(&r), text("hello"));
}

TEST(the_options_of_a_syn_are_read)
{
	struct tcp_segment s;

	EXPECT(read_hex(FRONT "a0 02" BACK "020405b4 0402 080a 00000011 00000022 01 030307", &s));
	EXPECT_EQ(s.opt.has, TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_TIMESTAMP | TCP_HAS_WSCALE);
	EXPECT_EQ(s.opt.mss, 1460);
	EXPECT_EQ(s.opt.ts_value, 0x11);
	EXPECT_EQ(s.opt.ts_echo, 0x22);
	EXPECT_EQ(s.opt.wscale, 7);
	EXPECT_EQ(s.len, 0);
}

TEST(the_usual_timestamp_takes_the_short_way_to_the_same_answer)
{
	struct tcp_segment a, b;

	EXPECT(read_hex(FRONT "80 10" BACK "0101080a 00000011 00000022 | 00", &a));
	EXPECT(read_hex(FRONT "80 10" BACK "080a0000 00110000 00220101 | 00", &b));
	EXPECT_EQ(memcmp(&a, &b, sizeof a), 0);
	EXPECT_EQ(a.opt.has, TCP_HAS_TIMESTAMP);
	EXPECT_EQ(a.opt.ts_echo, 0x22);
}

TEST(sack_blocks_are_read)
{
	struct tcp_segment s;

	EXPECT(read_hex(FRONT "a0 10" BACK "0101 0512 00000001 00000002 00000005 00000009", &s));
	EXPECT_EQ(s.opt.sacks, 2);
	EXPECT_EQ(s.opt.sack[0].from, 1);
	EXPECT_EQ(s.opt.sack[1].to, 9);
}

TEST(unknown_options_and_known_ones_of_wrong_length_are_passed_over)
{
	struct tcp_segment s;

	EXPECT(read_hex(FRONT "80 02" BACK "fd041122 020305 020405b4 01", &s));
	EXPECT_EQ(s.opt.has, TCP_HAS_MSS);
	EXPECT_EQ(s.opt.mss, 1460);
	EXPECT(read_hex(FRONT "70 02" BACK "1c048005 020405b4", &s)); /* a user timeout (RFC 5482) */
	EXPECT_EQ(s.opt.has, TCP_HAS_MSS);
	EXPECT(read_hex(FRONT "70 02" BACK "0506 0000 0001 0101", &s)); /* 4 bytes are no SACK block */
	EXPECT_EQ(s.opt.sacks, 0);
	EXPECT(read_hex(FRONT "f0 10" BACK "052a 00000001 00000002 00000003 00000004 00000005 00000006 "
			      "00000007 00000008 00000009 0102",
		       &s) == false); /* five blocks do not fit a header */
}

TEST(a_fast_open_cookie_is_read_if_it_can_be_one)
{
	static const struct {
		const char *hex;
		u32 bytes; /* 99: not taken for one */
	} tries[] = {
		{ FRONT "60 02" BACK "2202 0101", 0 }, { FRONT "70 02" BACK "2206 a1a2a3a4 0101", 4 },
		{ FRONT "80 02" BACK "220a a1a2a3a4 a5a6a7a8 0101", 8 },
		{ FRONT "a0 02" BACK "2212 a1a2a3a4 a5a6a7a8 a9aaabac adaeafb0 0101", 16 },
		{ FRONT "60 02" BACK "2204 a1a2", 99 }, { FRONT "70 02" BACK "2207 a1a2a3a4a5 01", 99 },
		{ FRONT "a0 02" BACK "2214 a1a2a3a4 a5a6a7a8 a9aaabac adaeafb0 b1b2", 99 },
		{ FRONT "70 02" BACK "fe06 f989 a1a2 0101", 99 }, /* the experiment's (RFC 6994): never */
	};
	struct tcp_segment s;

	for (usize i = 0; i < COUNT(tries); i += 1) {
		EXPECT(read_hex(tries[i].hex, &s));
		EXPECT_EQ(s.opt.has, tries[i].bytes == 99 ? 0u : (u32)TCP_HAS_FAST_OPEN);
		EXPECT_EQ(s.opt.fast.bytes, tries[i].bytes == 99 ? 0u : tries[i].bytes);
		EXPECT_EQ(s.opt.fast.byte[3], s.opt.fast.bytes == 0 ? 0u : 0xa4u);
	}
	EXPECT(!read_hex(FRONT "60 02" BACK "220a a1a2", &s)); /* longer than the header */
}

TEST(nothing_counts_behind_the_end_of_options)
{
	struct tcp_segment s;

	EXPECT(read_hex(FRONT "70 02" BACK "00 020405b4 0000 00", &s));
	EXPECT_EQ(s.opt.has, 0);
}

TEST(what_is_no_tcp_header_is_refused)
{
	static const char *const bad[] = {
		"",
		"0050 01bb",
		"0050 01bb 00000001 00000002 5010 ffff 0000 00",
		FRONT "40 10" BACK "00000000", /* an offset of less than five words */
		FRONT "00 10" BACK,
		FRONT "60 10" BACK "0101", /* options beyond the segment's end */
		FRONT "f0 10" BACK "01010101",
		FRONT "60 10" BACK "01010102", /* a kind without length */
		FRONT "60 10" BACK "02000000", /* length zero */
		FRONT "60 10" BACK "02010000", /* length one */
		FRONT "60 10" BACK "01020405", /* longer than what is left */
		FRONT "60 10" BACK "fdff0000",
	};

	for (usize i = 0; i < COUNT(bad); i += 1) {
		struct tcp_segment s;

		if (read_hex(bad[i], &s))
			test_fail(__FILE__, __LINE__, "accepted: %s", bad[i]);
	}
}

static struct view write_segment(struct span room, const struct tcp_segment *s, u16 checksum)
{
	struct writer w = writer_of(room);

	tcp_write(&w, s, checksum);
	return write_done(&w);
}

TEST(a_header_is_written)
{
	u8 room[TCP_HEADER_MAX], want[TCP_HEADER_MAX];
	struct tcp_segment s = { .from_port = 80,
		.to_port = 443,
		.seq = 1,
		.ack = 2,
		.window = 0xffff,
		.flags = TCP_SYN | TCP_ACK };

	EXPECT_VIEW(write_segment(span_of(room), &s, 0xabcd),
		test_hex(span_of(want), FRONT "50 12 ffff abcd 0000"));
	s.opt = (struct tcp_options){ .has = TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_TIMESTAMP |
					     TCP_HAS_WSCALE,
		.mss = 1460,
		.wscale = 7,
		.ts_value = 0x11,
		.ts_echo = 0x22 };
	EXPECT_VIEW(write_segment(span_of(room), &s, 0),
		test_hex(span_of(want), FRONT "a0 12" BACK "020405b4 0402 080a 00000011 00000022 01 030307"));
	s.opt = (struct tcp_options){ .has = TCP_HAS_SACK_OK };
	EXPECT_VIEW(
		write_segment(span_of(room), &s, 0), test_hex(span_of(want), FRONT "60 12" BACK "0402 0101"));
	s.opt = (struct tcp_options){ .sacks = 1, .sack = { { 3, 4 } } };
	EXPECT_VIEW(write_segment(span_of(room), &s, 0),
		test_hex(span_of(want), FRONT "80 12" BACK "0101 050a 00000003 00000004"));
	s.opt = (struct tcp_options){ .has = TCP_HAS_FAST_OPEN };
	EXPECT_VIEW(
		write_segment(span_of(room), &s, 0), test_hex(span_of(want), FRONT "60 12" BACK "2202 0101"));
	s.opt.fast = (struct tcp_fast_cookie){ .bytes = 6, .byte = { 1, 2, 3, 4, 5, 6 } };
	EXPECT_VIEW(write_segment(span_of(room), &s, 0),
		test_hex(span_of(want), FRONT "70 12" BACK "2208 01020304 0506"));
}

TEST(whatever_is_written_reads_the_same)
{
	for (u32 has = 0; has < 32; has += 1) {
		for (u8 sacks = 0; sacks <= TCP_SACK_MAX; sacks += 1) {
			u8 room[TCP_HEADER_MAX];
			struct tcp_segment s = { .from_port = 1,
				.to_port = 2,
				.seq = 3,
				.ack = 4,
				.window = 5,
				.flags = 0xff },
					   back;
			struct reader r;

			s.opt.has = has;
			s.opt.mss = has & TCP_HAS_MSS ? 1400 : 0;
			s.opt.wscale = has & TCP_HAS_WSCALE ? 14 : 0;
			s.opt.ts_value = has & TCP_HAS_TIMESTAMP ? 77 : 0;
			s.opt.fast.bytes = has & TCP_HAS_FAST_OPEN ? 16 : 0;
			s.opt.sacks = sacks;
			for (u32 i = 0; i < sacks; i += 1)
				s.opt.sack[i] = (struct tcp_range){ 10 * i, 10 * i + 5 };
			r = reader_of(write_segment(span_of(room), &s, 0));
			EXPECT(tcp_read(&r, &back));
			EXPECT_EQ(read_left(&r), 0);
			EXPECT_EQ(back.opt.has, has);
			EXPECT(back.opt.sacks <= sacks);
			if (has == 0 || has == TCP_HAS_TIMESTAMP)
				EXPECT_EQ(back.opt.sacks, has == 0 || sacks < 3 ? sacks : 3);
			s.opt.sacks = back.opt.sacks;
			for (u32 i = s.opt.sacks; i < TCP_SACK_MAX; i += 1)
				s.opt.sack[i] = (struct tcp_range){ 0, 0 };
			EXPECT_EQ(memcmp(&s.opt, &back.opt, sizeof s.opt), 0);
		}
	}
}

TEST(a_writer_without_room_goes_bad)
{
	u8 room[19];
	struct writer w = writer_of(span_of(room));
	struct tcp_segment s = { .flags = TCP_SYN };

	tcp_write(&w, &s, 0);
	EXPECT(write_bad(&w));
}
