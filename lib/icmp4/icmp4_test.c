#include "lib/icmp4/icmp4.h"
#include "lib/ip4/ip4.h"
#include "test/test.h"

static struct icmp4 m;
static struct view body;

static enum icmp4_verdict read_hex(const char *hex, bool verified)
{
	static u8 room[128];

	return icmp4_read(test_hex(span_of(room), hex), verified, &m, &body);
}

TEST(an_echo_is_answered_with_the_same_numbers_and_bytes)
{
	u8 room[64], again[64];
	struct writer w = writer_of(span_of(room)), w2 = writer_of(span_of(again));
	struct icmp4 echo = { .type = ICMP4_ECHO, .code = 0, .id = 0x1234, .seq = 7 };

	icmp4_write(&w, &echo, text("payload"));
	EXPECT_EQ(icmp4_read(write_done(&w), false, &m, &body), ICMP4_OK);
	struct icmp4 reply = icmp4_reply(&m);
	icmp4_write(&w2, &reply, body);
	EXPECT_EQ(icmp4_read(write_done(&w2), false, &m, &body), ICMP4_OK);
	EXPECT(m.type == ICMP4_ECHO_REPLY && m.id == 0x1234 && m.seq == 7);
	EXPECT_VIEW(body, text("payload"));
}

TEST(each_type_gives_the_fields_it_has)
{
	EXPECT_EQ(read_hex("03 04 0000 0000 05dc 45", true), ICMP4_OK);
	EXPECT(m.mtu == 1500 && m.id == 0 && body.n == 1);
	EXPECT_EQ(read_hex("03 03 0000 0000 05dc", true), ICMP4_OK);
	EXPECT_EQ(m.mtu, 0);
	EXPECT_EQ(read_hex("0b 00 0000 0000 0000", true), ICMP4_OK);
	EXPECT_EQ(read_hex("0c 00 0000 1400 0000", true), ICMP4_OK);
	EXPECT_EQ(m.pointer, 0x14);
	EXPECT_EQ(read_hex("08 00 0000 0001 0002", true), ICMP4_OK);
	EXPECT(m.id == 1 && m.seq == 2);
	EXPECT_EQ(read_hex("0d 00 0000 0001 0002", true), ICMP4_UNKNOWN);
	EXPECT_EQ(body.n, 0);
}

TEST(a_short_or_damaged_message_is_refused)
{
	EXPECT_EQ(read_hex("08 00 f7fd 0001", false), ICMP4_TRUNCATED);
	EXPECT_EQ(read_hex("08 00 f7fc 0001 0002", false), ICMP4_OK);
	EXPECT_EQ(read_hex("08 00 f7fb 0001 0002", false), ICMP4_BAD_CHECKSUM);
	EXPECT_EQ(read_hex("08 00 f7fb 0001 0002", true), ICMP4_OK);
}

TEST(what_is_written_reads_back_for_every_error)
{
	static const struct icmp4 cases[] = { { .type = ICMP4_UNREACHABLE, .code = ICMP4_PORT },
		{ .type = ICMP4_UNREACHABLE, .code = ICMP4_TOO_BIG, .mtu = 1280 },
		{ .type = ICMP4_TIME_EXCEEDED, .code = 1 }, { .type = ICMP4_PARAMETER, .pointer = 20 } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		u8 room[64];
		struct writer w = writer_of(span_of(room));

		icmp4_write(&w, &cases[i], text("quoted packet"));
		EXPECT_EQ(icmp4_read(write_done(&w), false, &m, &body), ICMP4_OK);
		EXPECT(m.type == cases[i].type && m.code == cases[i].code);
		EXPECT(m.mtu == cases[i].mtu && m.pointer == cases[i].pointer);
		EXPECT_VIEW(body, text("quoted packet"));
	}
}

static bool quote(const char *hex, struct icmp_quote *q)
{
	static u8 room[128];

	return icmp4_quote(test_hex(span_of(room), hex), q);
}

TEST(a_quoted_packet_tells_which_flow_it_was_of)
{
	struct icmp_quote q;

	/* Cut after 8 bytes of TCP, total length of the whole, checksum of another TTL. */
	EXPECT(quote("4500 05dc 0001 4000 01 06 dead 0a000001 0a000002 | 1f90 c001 01020304", &q));
	EXPECT(q.protocol == IP_TCP && q.from_port == 8080 && q.to_port == 0xc001 && q.seq == 0x01020304);
	EXPECT(ip_equal(q.from, ip_from4(0x0a000001)) && ip_equal(q.to, ip_from4(0x0a000002)));
	EXPECT(quote("4600 05dc 0001 4000 01 11 dead 0a000001 0a000002 01010101 | 0035 c001 00080000", &q));
	EXPECT(q.protocol == IP_UDP && q.from_port == 53 && q.seq == 0);
	EXPECT_EQ(q.bytes, 0x5dc);
	EXPECT(quote("4500 001c 0001 4000 01 01 dead 0a000001 0a000002", &q));
	EXPECT(!quote("4500 05dc 0001 4000 01 06 dead 0a000001 0a000002 | 1f90 c001 0102", &q));
	EXPECT(!quote("4500 05dc 0001 4001 01 06 dead 0a000001 0a000002 | 1f90 c001 01020304", &q));
	EXPECT(!quote("6500 05dc 0001 4000 01 06 dead 0a000001 0a000002 | 1f90 c001 01020304", &q));
	EXPECT(!quote("4400 05dc 0001 4000 01 06 dead 0a000001 0a000002 | 1f90 c001 01020304", &q));
	EXPECT(!quote("", &q));
}

TEST(an_error_quotes_no_more_than_fits_576_bytes)
{
	static u8 packet[2000];

	EXPECT_EQ(icmp4_quoted(view_of(packet)).n + ICMP4_HEADER_BYTES + IP4_HEADER_BYTES, 576);
	EXPECT_EQ(icmp4_quoted(text("short")).n, 5);
}

TEST(an_error_means_the_same_in_both_families)
{
	static const struct {
		u8 type, code;
		bool is;
		enum icmp_trouble trouble;
	} table[] = { { ICMP4_UNREACHABLE, ICMP4_NET, true, ICMP_NO_NETWORK },
		{ ICMP4_UNREACHABLE, ICMP4_HOST, true, ICMP_NO_WAY },
		{ ICMP4_UNREACHABLE, ICMP4_PROTOCOL, true, ICMP_NO_PROTOCOL },
		{ ICMP4_UNREACHABLE, ICMP4_PORT, true, ICMP_NO_PORT },
		{ ICMP4_UNREACHABLE, ICMP4_TOO_BIG, true, ICMP_TOO_BIG },
		{ ICMP4_UNREACHABLE, 5, true, ICMP_NO_WAY }, /* source route failed */
		{ ICMP4_UNREACHABLE, ICMP4_NET_UNKNOWN, true, ICMP_NO_NETWORK },
		{ ICMP4_UNREACHABLE, 7, true, ICMP_NO_WAY }, { ICMP4_UNREACHABLE, 8, true, ICMP_NO_WAY },
		{ ICMP4_UNREACHABLE, ICMP4_NET_REFUSED, true, ICMP_NO_NETWORK },
		{ ICMP4_UNREACHABLE, 10, true, ICMP_NO_WAY },
		{ ICMP4_UNREACHABLE, ICMP4_NET_SERVICE, true, ICMP_NO_NETWORK },
		{ ICMP4_UNREACHABLE, 12, true, ICMP_NO_WAY },
		{ ICMP4_UNREACHABLE, ICMP4_PROHIBITED, true, ICMP_FORBIDDEN },
		{ ICMP4_UNREACHABLE, 14, true, ICMP_NO_WAY }, { ICMP4_UNREACHABLE, 255, true, ICMP_NO_WAY },
		{ ICMP4_TIME_EXCEEDED, 0, true, ICMP_NO_WAY },
		{ ICMP4_PARAMETER, 0, true, ICMP_NOT_UNDERSTOOD },
		{ ICMP4_ECHO_REPLY, 0, false, ICMP_NO_WAY }, { ICMP4_REDIRECT, 0, false, ICMP_NO_WAY } };

	for (u32 i = 0; i < COUNT(table); i += 1) {
		enum icmp_trouble t;

		EXPECT_EQ(icmp4_trouble(&(struct icmp4){ .type = table[i].type, .code = table[i].code }, &t),
			table[i].is);
		EXPECT_EQ(t, table[i].trouble);
	}
}
