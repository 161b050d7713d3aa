#include "lib/ip6/ip6.h"
#include "test/test.h"

#define FROM " fe800000000000000000000000000001"
#define TO   " fe800000000000000000000000000002"

static struct ip6 h;
static struct view payload;

static enum ip6_verdict read_hex(const char *hex)
{
	static u8 room[512];
	struct reader r = reader_of(test_hex(span_of(room), hex));
	enum ip6_verdict v = ip6_read(&r, &h, &payload);

	EXPECT_EQ(read_left(&r), 0);
	return v;
}

TEST(a_packet_reads_field_by_field_and_its_padding_is_cut_off)
{
	EXPECT_EQ(read_hex("6ab12345 0004 11 40" FROM TO "61626364 0000"), IP6_OK);
	EXPECT_EQ(h.traffic_class, 0xab);
	EXPECT_EQ(h.flow_label, 0x12345);
	EXPECT_EQ(h.protocol, IP_UDP);
	EXPECT_EQ(h.hop_limit, 64);
	EXPECT_EQ(h.header_bytes, 40);
	EXPECT(h.from.hi == 0xfe80000000000000ull && h.from.lo == 1 && h.to.lo == 2);
	EXPECT_VIEW(payload, text("abcd"));
	EXPECT(h.problem.code == 1 && h.problem.pointer == 6);
}

TEST(each_thing_that_can_be_wrong_with_the_fixed_header_has_its_verdict)
{
	EXPECT_EQ(read_hex(""), IP6_TRUNCATED);
	EXPECT_EQ(read_hex("60000000 0000 3b 40" FROM " fe80000000000000000000000000"), IP6_TRUNCATED);
	EXPECT_EQ(read_hex("40000000 0000 11 40" FROM TO), IP6_BAD_VERSION);
	EXPECT_EQ(read_hex("60000000 0001 11 40" FROM TO), IP6_TRUNCATED);
	EXPECT_EQ(read_hex("60000000 0000 11 40 ff020000000000000000000000000001" TO), IP6_BAD_ADDRESS);
	EXPECT_EQ(read_hex("60000000 0000 11 40 00000000000000000000000000000001" TO), IP6_BAD_ADDRESS);
	EXPECT_EQ(read_hex("60000000 0000 11 40" FROM "00000000000000000000000000000000"), IP6_BAD_ADDRESS);
	EXPECT_EQ(read_hex("60000000 0000 11 40" FROM "00000000000000000000000000000001"), IP6_BAD_ADDRESS);
	EXPECT_EQ(read_hex("60000000 0000 11 40 00000000000000000000000000000000" TO), IP6_OK);
}

TEST(an_ipv4_mapped_address_on_the_wire_does_not_become_an_ipv4_one)
{
	EXPECT_EQ(read_hex("60000000 0000 11 40 00000000000000000000ffff0a000001" TO), IP6_BAD_ADDRESS);
	EXPECT_EQ(read_hex("60000000 0000 11 40" FROM "00000000000000000000ffff0a000001"), IP6_BAD_ADDRESS);
}

/* The payload begins with the extension headers; its length is put in. */
static enum ip6_verdict walk(u8 next, const char *hex)
{
	u8 body[400];
	u8 room[500];
	struct view b = test_hex(span_of(body), hex);
	struct writer w = writer_of(span_of(room));
	struct ip6 p = ip6_packet((struct ip){ 0xfe80000000000000ull, 1 },
		(struct ip){ 0xfe80000000000000ull, 2 }, next, (u16)b.n);

	ip6_write(&w, &p);
	write_view(&w, b);
	struct reader r = reader_of(write_done(&w));
	return ip6_read(&r, &h, &payload);
}

TEST(extension_headers_are_walked_to_the_upper_layer)
{
	EXPECT_EQ(walk(0, "11 00 0104 00000000 | 6162"), IP6_OK); /* hop-by-hop with PadN */
	EXPECT_EQ(h.protocol, IP_UDP);
	EXPECT_EQ(h.header_bytes, 48);
	EXPECT_EQ(payload.n, 2);
	EXPECT_EQ(h.problem.pointer, 40);
	EXPECT_EQ(walk(0, "3c 00 0502 0000 0100 | 2b 00 0104 00000000 | 3a 00 00 00 00000000 | 80"), IP6_OK);
	EXPECT(h.router_alert);
	EXPECT_EQ(h.protocol, IP_ICMP6);
	EXPECT_EQ(h.header_bytes, 64);
	EXPECT_EQ(walk(60, "06 01 010c 00000000 00000000 00000000 | 99"), IP6_OK);
	EXPECT_EQ(payload.n, 1);
	EXPECT_EQ(walk(59, "616263"), IP6_NOTHING);
	EXPECT_EQ(walk(60, "3b 00 00 00 00 00 00 00"), IP6_NOTHING);
	EXPECT_EQ(walk(50, "616263"), IP6_OK); /* ESP: the caller does not know it */
	EXPECT_EQ(h.protocol, 50);
}

TEST(an_extension_header_beyond_the_payload_is_refused)
{
	EXPECT_EQ(walk(0, ""), IP6_BAD_LENGTH); /* so is a jumbogram */
	EXPECT_EQ(walk(0, "11"), IP6_BAD_LENGTH);
	EXPECT_EQ(walk(0, "11 01 0104 00000000"), IP6_BAD_LENGTH);
	EXPECT_EQ(walk(60, "11 00 0105 00000000"), IP6_BAD_LENGTH); /* an option past the header */
	EXPECT_EQ(walk(60, "11 00 0000 00000001"), IP6_BAD_LENGTH);
	EXPECT_EQ(walk(43, "11 00 0000"), IP6_BAD_LENGTH);
	EXPECT_EQ(walk(44, "11 00 0000 000000"), IP6_BAD_LENGTH);
}

TEST(an_unknown_option_is_treated_as_its_two_high_bits_say)
{
	EXPECT_EQ(walk(60, "11 00 3e04 00000000"), IP6_OK);
	EXPECT_EQ(walk(60, "11 00 7e04 00000000"), IP6_BAD_EXTENSION);
	EXPECT_EQ(walk(60, "11 00 00be 03000000"), IP6_PARAMETER);
	EXPECT(h.problem.code == 2 && h.problem.pointer == 43 && h.problem.even_multicast);
	EXPECT_EQ(walk(60, "11 00 fe04 00000000"), IP6_PARAMETER);
	EXPECT(h.problem.code == 2 && h.problem.pointer == 42 && !h.problem.even_multicast);
}

TEST(hop_by_hop_stands_first_or_nowhere)
{
	EXPECT_EQ(walk(60, "00 00 0104 00000000 | 11 00 0104 00000000"), IP6_PARAMETER);
	EXPECT(h.problem.code == 1 && h.problem.pointer == 40);
	EXPECT_EQ(walk(0, "00 00 0104 00000000 | 11 00 0104 00000000"), IP6_PARAMETER);
}

TEST(a_route_with_stops_left_is_refused_and_a_finished_one_stepped_over)
{
	EXPECT_EQ(walk(43, "11 02 00 01 00000000 20010db8000000000000000000000001"), IP6_PARAMETER);
	EXPECT(h.problem.code == 0 && h.problem.pointer == 42);
	EXPECT_EQ(walk(43, "11 02 00 00 00000000 20010db8000000000000000000000001 61"), IP6_OK);
	EXPECT_EQ(payload.n, 1);
}

TEST(a_fragment_is_given_with_its_place_and_an_atomic_one_is_whole)
{
	EXPECT_EQ(walk(44, "11 00 0000 deadbeef | 6162"), IP6_OK);
	EXPECT_EQ(payload.n, 2);
	EXPECT_EQ(walk(44, "11 00 0001 deadbeef | 6162636465666768"), IP6_FRAGMENT);
	EXPECT(h.more_fragments && h.offset_bytes == 0 && h.id == 0xdeadbeef && h.protocol == IP_UDP);
	EXPECT_EQ(payload.n, 8);
	EXPECT_EQ(walk(44, "11 00 05a8 deadbeef | 61"), IP6_FRAGMENT);
	EXPECT(!h.more_fragments && h.offset_bytes == 1448);
	EXPECT_EQ(walk(44, "11 00 0001 deadbeef | 61"), IP6_PARAMETER); /* not a multiple of 8 */
	EXPECT(h.problem.code == 0 && h.problem.pointer == 4);
	EXPECT_EQ(walk(44, "11 00 fff8 deadbeef | 6162636465666768"), IP6_PARAMETER); /* past 65,535 */
	EXPECT(h.problem.code == 0 && h.problem.pointer == 42);
	EXPECT_EQ(walk(44, "2c 00 0000 deadbeef | 11 00 0000 deadbeef"), IP6_BAD_EXTENSION);
}

TEST(a_fragment_header_is_written_as_it_is_read)
{
	u8 room[48];
	struct writer w = writer_of(span_of(room));
	struct ip6 packet = ip6_packet((struct ip){ 1, 2 }, (struct ip){ 3, 4 }, IP6_FRAGMENT_HEADER, 8);
	struct reader r;

	ip6_write(&w, &packet);
	ip6_write_fragment(&w, IP_UDP, 0xdeadbeef, 1448, true);
	r = reader_of(write_done(&w));
	EXPECT_EQ(ip6_read(&r, &h, &payload), IP6_FRAGMENT);
	EXPECT(h.offset_bytes == 1448 && h.more_fragments && h.id == 0xdeadbeef && h.protocol == IP_UDP);
	EXPECT_PANIC(ip6_write_fragment(&w, IP_UDP, 1, 4, true));
}

TEST(what_was_put_together_may_have_more_headers)
{
	static u8 room[64];

	h = (struct ip6){ .protocol = IP6_DESTINATION };
	EXPECT_EQ(ip6_read_reassembled(test_hex(span_of(room), "11 00 0104 00000000 | 6162"), &h, &payload),
		IP6_OK);
	EXPECT_EQ(h.protocol, IP_UDP);
	EXPECT_VIEW(payload, text("ab"));
	h = (struct ip6){ .protocol = IP6_FRAGMENT_HEADER };
	EXPECT_EQ(ip6_read_reassembled(test_hex(span_of(room), "11 00 0000 00000000 | 6162"), &h, &payload),
		IP6_BAD_EXTENSION);
	h = (struct ip6){ .protocol = IP6_HOP_BY_HOP };
	EXPECT_EQ(ip6_read_reassembled(test_hex(span_of(room), "11 00 0104 00000000 | 6162"), &h, &payload),
		IP6_BAD_EXTENSION);
	EXPECT_EQ(payload.n, 0);
}

TEST(there_are_limits_on_headers_and_options)
{
	char hex[400] = "";

	for (u32 i = 0; i < IP6_EXTENSIONS_MAX; i += 1)
		strcat(hex, i + 1 < IP6_EXTENSIONS_MAX ? "3c00010400000000 " : "1100010400000000 ");
	EXPECT_EQ(walk(60, hex), IP6_OK);
	memcpy(strstr(hex, "11"), "3c", 2);
	strcat(hex, "1100010400000000");
	EXPECT_EQ(walk(60, hex), IP6_BAD_EXTENSION);

	strcpy(hex, "1107");
	for (u32 i = 0; i < 31; i += 1)
		strcat(hex, "0100");
	EXPECT_EQ(walk(60, hex), IP6_OK);
	strcpy(hex, "1108");
	for (u32 i = 0; i < 35; i += 1)
		strcat(hex, "0100");
	EXPECT_EQ(walk(60, hex), IP6_BAD_EXTENSION);
}
