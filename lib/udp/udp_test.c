#include "lib/udp/udp.h"
#include "base/sum.h"
#include "test/test.h"

static struct udp u;
static struct view payload;

static struct ip four(u32 n)
{
	return ip_from4(0xc0000200u + n);
}

static struct ip six(u64 n)
{
	return (struct ip){ 0x20010db800000000ull, n };
}

static enum udp_verdict read_hex(struct ip from, struct ip to, const char *hex, bool verified)
{
	static u8 room[64];

	return udp_read(from, to, test_hex(span_of(room), hex), verified, &u, &payload);
}

TEST(a_datagram_is_as_long_as_it_says)
{
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 000b 0000 616263 ffff", true), UDP_OK);
	EXPECT(u.from_port == 0x1234 && u.to_port == 53 && u.len_bytes == 3);
	EXPECT_VIEW(payload, text("abc"));
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 0008 0000", true), UDP_OK);
	EXPECT_EQ(payload.n, 0);
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 0007 0000", true), UDP_TRUNCATED);
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 0009 0000", true), UDP_TRUNCATED);
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 0008 00", true), UDP_TRUNCATED);
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0000 0008 0000", true), UDP_BAD_PORT);
}

TEST(no_checksum_is_allowed_on_ipv4_only)
{
	EXPECT_EQ(read_hex(four(1), four(2), "1234 0035 0008 0000", false), UDP_OK);
	EXPECT_EQ(read_hex(six(1), six(2), "1234 0035 0008 0000", false), UDP_BAD_CHECKSUM);
	EXPECT_EQ(read_hex(six(1), six(2), "1234 0035 0008 0000", true), UDP_BAD_CHECKSUM);
}

static void goes_round(struct ip from, struct ip to, struct view data)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));
	struct udp out = { 4000, 53, (u16)data.n };

	udp_write(&w, &out, udp_checksum(from, to, &out, data));
	write_view(&w, data);
	EXPECT_EQ(udp_read(from, to, write_done(&w), false, &u, &payload), UDP_OK);
	EXPECT_VIEW(payload, data);
	room[1] ^= 1;
	EXPECT_EQ(udp_read(from, to, write_done(&w), false, &u, &payload), UDP_BAD_CHECKSUM);
	EXPECT_EQ(udp_read(from, to, write_done(&w), true, &u, &payload), UDP_OK);
	room[1] ^= 1;
	/* The addresses are covered. Swapping them is not: sums do not know order. */
	struct ip other = to;
	other.lo += 1;
	EXPECT_EQ(udp_read(from, other, write_done(&w), false, &u, &payload), UDP_BAD_CHECKSUM);
}

TEST(what_is_written_with_its_checksum_reads_back_in_both_families)
{
	goes_round(four(1), four(2), text("odd"));
	goes_round(six(1), six(2), text("odd"));
	goes_round(four(1), four(2), text(""));
	goes_round(six(1), six(2), text("even"));
}

TEST(a_checksum_of_zero_is_sent_as_all_ones)
{
	struct udp out = { 0, 1, 2 };
	u8 data[2];
	u32 found = 0;

	for (u32 i = 0; i < 0x10000; i += 1) { /* some payload makes the sum come out as zero */
		data[0] = (u8)(i >> 8);
		data[1] = (u8)i;
		u16 sum = udp_checksum(six(1), six(2), &out, view_of(data));
		EXPECT(sum != 0);
		if (sum == 0xffff) {
			u8 room[10];
			struct writer w = writer_of(span_of(room));

			udp_write(&w, &out, sum);
			write_view(&w, view_of(data));
			EXPECT_EQ(udp_read(six(1), six(2), write_done(&w), false, &u, &payload), UDP_OK);
			found += 1;
		}
	}
	EXPECT(found >= 1);
}

TEST(a_port_that_completes_the_partial_sum_gets_the_whole_one)
{
	u8 room[16];
	struct writer w = writer_of(span_of(room));
	struct udp out = { 4000, 53, 5 };

	udp_write(&w, &out, udp_partial(six(1), six(2), &out));
	write_view(&w, text("hello"));
	EXPECT_EQ(
		sum_finish(sum_bytes(0, write_done(&w))), udp_checksum(six(1), six(2), &out, text("hello")));
}
