#include "lib/icmp6/icmp6.h"
#include "lib/ip6/ip6.h"
#include "test/test.h"

static struct icmp6 m;
static struct view body;
static const struct ip us = { 0x20010db800000000ull, 1 }, them = { 0x20010db800000000ull, 2 };

static enum icmp6_verdict read_hex(const char *hex, bool verified)
{
	static u8 room[128];

	return icmp6_read(them, us, test_hex(span_of(room), hex), verified, &m, &body);
}

TEST(an_echo_is_answered_with_the_same_numbers_and_bytes)
{
	u8 room[64], again[64];
	struct writer w = writer_of(span_of(room)), w2 = writer_of(span_of(again));
	struct icmp6 echo = { .type = ICMP6_ECHO, .code = 0, .id = 0x1234, .seq = 7 };

	icmp6_write(&w, them, us, &echo, text("payload"));
	EXPECT_EQ(icmp6_read(them, us, write_done(&w), false, &m, &body), ICMP6_OK);
	struct icmp6 reply = icmp6_reply(&m);
	icmp6_write(&w2, us, them, &reply, body);
	EXPECT_EQ(icmp6_read(us, them, write_done(&w2), false, &m, &body), ICMP6_OK);
	EXPECT(m.type == ICMP6_ECHO_REPLY && m.id == 0x1234 && m.seq == 7);
	EXPECT_VIEW(body, text("payload"));
}

TEST(the_checksum_covers_the_addresses)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));
	struct icmp6 echo = { .type = ICMP6_ECHO };
	struct ip other = us;

	icmp6_write(&w, them, us, &echo, text("x"));
	other.lo += 1;
	EXPECT_EQ(icmp6_read(them, other, write_done(&w), false, &m, &body), ICMP6_BAD_CHECKSUM);
	EXPECT_EQ(icmp6_read(them, other, write_done(&w), true, &m, &body), ICMP6_OK);
	room[8] ^= 1;
	EXPECT_EQ(icmp6_read(them, us, write_done(&w), false, &m, &body), ICMP6_BAD_CHECKSUM);
}

TEST(each_type_gives_the_fields_it_has)
{
	EXPECT_EQ(read_hex("02 00 0000 00000500 60", true), ICMP6_OK);
	EXPECT(m.mtu == 1280 && m.id == 0 && body.n == 1);
	EXPECT_EQ(read_hex("04 01 0000 00000028", true), ICMP6_OK);
	EXPECT(m.pointer == 40 && m.code == ICMP6_NEXT_HEADER);
	EXPECT_EQ(read_hex("01 04 0000 00000000", true), ICMP6_OK);
	EXPECT_EQ(read_hex("87 00 0000 00000000", true), ICMP6_OK);
	EXPECT_EQ(m.type, 135);
	EXPECT_EQ(read_hex("01 04 0000 000000", true), ICMP6_TRUNCATED);
}

TEST(an_unknown_error_goes_up_and_an_unknown_question_is_dropped)
{
	EXPECT_EQ(read_hex("64 00 0000 00000000 60", true), ICMP6_UNKNOWN_ERROR);
	EXPECT_EQ(body.n, 1);
	EXPECT_EQ(read_hex("c8 00 0000 00000000 60", true), ICMP6_UNKNOWN);
	EXPECT_EQ(body.n, 0);
	EXPECT_EQ(read_hex("84 00 0000 00000000 60", true), ICMP6_UNKNOWN);
	EXPECT_EQ(read_hex("8a 00 0000 00000000 60", true), ICMP6_UNKNOWN);
}

TEST(what_is_written_reads_back_for_every_error)
{
	static const struct icmp6 cases[] = { { .type = ICMP6_UNREACHABLE, .code = ICMP6_PORT },
		{ .type = ICMP6_TOO_BIG, .mtu = 1400 }, { .type = ICMP6_TIME_EXCEEDED, .code = 1 },
		{ .type = ICMP6_PARAMETER, .code = ICMP6_OPTION, .pointer = 0x12345 } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		u8 room[64];
		struct writer w = writer_of(span_of(room));

		icmp6_write(&w, them, us, &cases[i], text("quoted packet"));
		EXPECT_EQ(icmp6_read(them, us, write_done(&w), false, &m, &body), ICMP6_OK);
		EXPECT(m.type == cases[i].type && m.code == cases[i].code);
		EXPECT(m.mtu == cases[i].mtu && m.pointer == cases[i].pointer);
		EXPECT_VIEW(body, text("quoted packet"));
	}
}

static bool quote(const char *hex, struct icmp_quote *q)
{
	static u8 room[128];

	return icmp6_quote(test_hex(span_of(room), hex), q);
}

#define A " 20010db8000000000000000000000001"
#define B " 20010db8000000000000000000000002"

TEST(a_quoted_packet_tells_which_flow_it_was_of)
{
	struct icmp_quote q;

	EXPECT(quote("60000000 05a0 06 01" A B "1f90 c001 01020304", &q));
	EXPECT(q.protocol == IP_TCP && q.from_port == 8080 && q.to_port == 0xc001 && q.seq == 0x01020304);
	EXPECT(q.from.lo == 1 && q.to.lo == 2);
	EXPECT(quote("60000000 0008 11 01" A B "0035 c001 00080000", &q));
	EXPECT(q.protocol == IP_UDP && q.from_port == 53 && q.seq == 0);
	EXPECT_EQ(q.bytes, 8 + 40);
	EXPECT(quote("60000000 05a0 2c 01" A B "1100 0001 deadbeef | 0035 c001 00080000", &q));
	EXPECT(q.protocol == IP_UDP && q.from_port == 0x35);
	EXPECT(!quote("60000000 05a0 2c 01" A B "1100 0009 deadbeef | 0035 c001 00080000", &q));
	EXPECT(!quote("60000000 05a0 06 01" A B "1f90 c001 010203", &q));
	EXPECT(!quote("40000000 05a0 06 01" A B "1f90 c001 01020304", &q));
	EXPECT(!quote("", &q));
}

TEST(an_error_never_exceeds_the_least_mtu)
{
	static u8 packet[2000];

	EXPECT_EQ(icmp6_quoted(view_of(packet)).n + ICMP6_HEADER_BYTES + IP6_HEADER_BYTES, IP6_MIN_MTU);
}

TEST(an_error_means_the_same_in_both_families)
{
	static const struct {
		u8 type, code;
		bool is;
		enum icmp_trouble trouble;
	} table[] = { { ICMP6_UNREACHABLE, ICMP6_NO_ROUTE, true, ICMP_NO_NETWORK },
		{ ICMP6_UNREACHABLE, ICMP6_PROHIBITED, true, ICMP_FORBIDDEN },
		{ ICMP6_UNREACHABLE, 2, true, ICMP_NO_WAY }, /* beyond the scope of its source */
		{ ICMP6_UNREACHABLE, ICMP6_ADDRESS, true, ICMP_NO_WAY },
		{ ICMP6_UNREACHABLE, ICMP6_PORT, true, ICMP_NO_PORT },
		{ ICMP6_UNREACHABLE, ICMP6_SOURCE_REFUSED, true, ICMP_FORBIDDEN },
		{ ICMP6_UNREACHABLE, ICMP6_ROUTE_REJECTED, true, ICMP_FORBIDDEN },
		{ ICMP6_UNREACHABLE, 7, true, ICMP_NO_WAY }, { ICMP6_UNREACHABLE, 255, true, ICMP_NO_WAY },
		{ ICMP6_TOO_BIG, 0, true, ICMP_TOO_BIG }, { ICMP6_TIME_EXCEEDED, 0, true, ICMP_NO_WAY },
		{ ICMP6_PARAMETER, ICMP6_NEXT_HEADER, true, ICMP_NOT_UNDERSTOOD },
		{ ICMP6_ECHO_REPLY, 0, false, ICMP_NO_WAY }, { 0, 0, false, ICMP_NO_WAY },
		{ 5, 0, false, ICMP_NO_WAY }, { ICMP6_ND_LAST, 0, false, ICMP_NO_WAY } };

	for (u32 i = 0; i < COUNT(table); i += 1) {
		enum icmp_trouble t;

		EXPECT_EQ(icmp6_trouble(&(struct icmp6){ .type = table[i].type, .code = table[i].code }, &t),
			table[i].is);
		EXPECT_EQ(t, table[i].trouble);
	}
}
