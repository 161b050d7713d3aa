#include "lib/ip4/ip4.h"
#include "base/sum.h"
#include "test/test.h"

static struct ip4 h;
static struct view payload;

static enum ip4_verdict read_hex(const char *hex, bool verified)
{
	static u8 room[128];
	struct reader r = reader_of(test_hex(span_of(room), hex));
	enum ip4_verdict v = ip4_read(&r, verified, &h, &payload);

	EXPECT_EQ(read_left(&r), 0);
	return v;
}

TEST(a_packet_reads_field_by_field_and_its_padding_is_cut_off)
{
	EXPECT_EQ(read_hex("45b8 0018 1234 4000 40 11 0000 c0000201 c0000202 | 61626364 0000", true), IP4_OK);
	EXPECT_EQ(h.tos, 0xb8);
	EXPECT_EQ(h.total_bytes, 24);
	EXPECT_EQ(h.id, 0x1234);
	EXPECT_EQ(h.ttl, 64);
	EXPECT_EQ(h.protocol, IP_UDP);
	EXPECT(h.dont_fragment && !h.more_fragments);
	EXPECT_EQ(ip_to4(h.from), 0xc0000201);
	EXPECT_EQ(ip_to4(h.to), 0xc0000202);
	EXPECT_VIEW(payload, text("abcd"));
}

TEST(the_header_checksum_must_be_right_unless_the_host_has_seen_to_it)
{
	/* The example that everybody uses. */
	EXPECT_EQ(read_hex("4500 0073 0000 4000 40 11 b861 c0a80001 c0a800c7", false), IP4_TRUNCATED);
	EXPECT_EQ(read_hex("4500 0014 0000 4000 40 11 b8c0 c0a80001 c0a800c7", false), IP4_OK);
	EXPECT_EQ(read_hex("4500 0014 0000 4000 40 11 b8c1 c0a80001 c0a800c7", false), IP4_BAD_CHECKSUM);
	EXPECT_EQ(read_hex("4500 0014 0000 4000 40 11 b8c1 c0a80001 c0a800c7", true), IP4_OK);
}

TEST(each_thing_that_can_be_wrong_has_its_verdict)
{
	static const struct {
		const char *hex;
		enum ip4_verdict want;
	} cases[] = {
		{ "", IP4_TRUNCATED }, { "4500 0014 0000 0000 40 06 0000 0a000001 0a0000", IP4_TRUNCATED },
		{ "6500 0014 0000 0000 40 06 0000 0a000001 0a000002", IP4_BAD_VERSION },
		{ "4400 0014 0000 0000 40 06 0000 0a000001 0a000002", IP4_BAD_LENGTH },
		{ "4500 0013 0000 0000 40 06 0000 0a000001 0a000002", IP4_BAD_LENGTH },
		{ "4500 0015 0000 0000 40 06 0000 0a000001 0a000002", IP4_TRUNCATED },
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002", IP4_TRUNCATED },
		{ "4500 0014 0000 0000 40 06 0000 e0000001 0a000002", IP4_BAD_ADDRESS }, /* from a group */
		{ "4500 0014 0000 0000 40 06 0000 ffffffff 0a000002", IP4_BAD_ADDRESS },
		{ "4500 0014 0000 0000 40 06 0000 7f000001 0a000002", IP4_BAD_ADDRESS },
		{ "4500 0014 0000 0000 40 06 0000 00000001 0a000002", IP4_BAD_ADDRESS },
		{ "4500 0014 0000 0000 40 06 0000 0a000001 00000000", IP4_BAD_ADDRESS },
		{ "4500 0014 0000 0000 40 06 0000 0a000001 7f000001", IP4_BAD_ADDRESS },
		{ "4500 0014 0000 0000 40 11 0000 00000000 ffffffff", IP4_OK }, /* DHCP */
		{ "4500 0014 0000 0000 40 02 0000 0a000001 e0000001", IP4_OK },
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 94040000", IP4_OK }, /* router alert */
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 01010100", IP4_OK }, /* NOPs, end */
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 44000000",
			IP4_BAD_OPTION }, /* length 0 */
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 44010000", IP4_BAD_OPTION },
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 44050000",
			IP4_BAD_OPTION }, /* too long */
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 01010144", IP4_BAD_OPTION },
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 83030400",
			IP4_BAD_OPTION }, /* source route */
		{ "4600 0018 0000 0000 40 06 0000 0a000001 0a000002 89030400", IP4_BAD_OPTION },
		{ "4500 0014 0000 2000 40 06 0000 0a000001 0a000002", IP4_FRAGMENT },
		{ "4500 0014 0000 0001 40 06 0000 0a000001 0a000002", IP4_FRAGMENT },
		{ "4500 0018 0000 1fff 40 01 0000 0a000001 0a000002 00000000",
			IP4_BAD_LENGTH }, /* ping of death */
	};

	for (usize i = 0; i < COUNT(cases); i += 1) {
		enum ip4_verdict got = read_hex(cases[i].hex, true);

		if (got != cases[i].want)
			test_fail(__FILE__, __LINE__, "%s: verdict %d, not %d", cases[i].hex, got,
				cases[i].want);
		if (got > IP4_FRAGMENT)
			EXPECT_EQ(payload.n, 0);
	}
}

TEST(a_fragment_is_given_with_its_place)
{
	EXPECT_EQ(read_hex("4500 0018 beef 20b9 40 01 0000 0a000001 0a000002 61626364", true), IP4_FRAGMENT);
	EXPECT_EQ(h.offset_bytes, 0xb9 * 8);
	EXPECT(h.more_fragments);
	EXPECT_VIEW(payload, text("abcd"));
}

TEST(what_is_written_has_a_right_checksum_and_reads_back)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));
	struct ip4 p = ip4_packet(ip_from4(0xc0000201), ip_from4(0xc6336407), IP_TCP, 4);

	p.tos = 3;
	p.id = 0xffff;
	ip4_write(&w, &p);
	EXPECT_EQ(write_len(&w), IP4_HEADER_BYTES);
	EXPECT_EQ(sum_finish(sum_bytes(0, write_done(&w))), 0);
	write_view(&w, text("abcd"));
	struct reader r = reader_of(write_done(&w));
	EXPECT_EQ(ip4_read(&r, false, &h, &payload), IP4_OK);
	EXPECT_VIEW(payload, text("abcd"));
	EXPECT(h.tos == 3 && h.id == 0xffff && h.dont_fragment && h.ttl == IP4_TTL);
	EXPECT(ip_equal(h.from, p.from) && ip_equal(h.to, p.to));
}

TEST(a_fragment_is_written_with_its_place)
{
	u8 room[20];
	struct writer w = writer_of(span_of(room));
	struct ip4 p = ip4_packet(ip_from4(0xc0000201), ip_from4(0xc6336407), IP_TCP, 0);

	p.dont_fragment = false;
	p.more_fragments = true;
	p.offset_bytes = 1480;
	ip4_write(&w, &p);
	struct reader r = reader_of(write_done(&w));
	EXPECT_EQ(ip4_read(&r, false, &h, &payload), IP4_FRAGMENT);
	EXPECT(h.offset_bytes == 1480 && h.more_fragments && !h.dont_fragment);
}

TEST(both_broadcasts_are_known)
{
	struct ip_prefix net = { ip_from4(0x0a000001), 24 };

	EXPECT(ip4_is_broadcast(ip_from4(0xffffffff), net));
	EXPECT(ip4_is_broadcast(ip_from4(0x0a0000ff), net));
	EXPECT(!ip4_is_broadcast(ip_from4(0x0a0000fe), net));
	EXPECT(!ip4_is_broadcast(ip_none(), (struct ip_prefix){ ip_none(), 0 }));
}

TEST(a_router_alert_is_an_option_that_is_read_over)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));
	struct ip4 packet = ip4_packet(
			   ip_from4(0x0a000001), ip_from4(0xe0000016), 2, 8 + IP4_ROUTER_ALERT_BYTES),
		   back;
	struct view body;
	struct reader in;

	ip4_write_router_alert(&w, &packet);
	EXPECT_EQ(write_len(&w), 24);
	write_view(&w, text("12345678"));
	in = reader_of(write_done(&w));
	EXPECT_EQ(ip4_read(&in, false, &back, &body), IP4_OK);
	EXPECT_EQ(back.header_bytes, 24);
	EXPECT_VIEW(body, text("12345678"));
}
