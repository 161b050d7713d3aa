#include "lib/ip/ip.h"
#include "base/sum.h"
#include "test/test.h"

static struct ip parse(const char *s)
{
	struct reader r = reader_of(view_make(s, strlen(s)));
	struct ip a;

	if (!ip_read_text(&r, &a) || !read_finished(&r))
		test_fail(__FILE__, __LINE__, "does not read: %s", s);
	return a;
}

static bool reads(const char *s)
{
	struct reader r = reader_of(view_make(s, strlen(s)));
	struct ip a;

	return ip_read_text(&r, &a) && read_finished(&r);
}

static void writes(const char *in, const char *want)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));

	ip_write_text(&w, parse(in));
	EXPECT_VIEW(write_done(&w), view_make(want, strlen(want)));
}

TEST(addresses_are_written_as_rfc5952_says)
{
	writes("192.0.2.1", "192.0.2.1");
	writes("0.0.0.0", "0.0.0.0");
	writes("::", "::");
	writes("::1", "::1");
	writes("1::", "1::");
	writes("2001:0db8:0000:0000:0000:ff00:0042:8329", "2001:db8::ff00:42:8329");
	writes("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* 4.2.2: one group is not shortened */
	writes("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");          /* 4.2.3: the longest run */
	writes("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");    /* 4.2.3: the first of equals */
	writes("2001:DB8::A", "2001:db8::a");                   /* 4.3: lower case */
	writes("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
	writes("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
	writes("::ffff:192.0.2.1", "192.0.2.1");
	writes("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
}

TEST(what_is_no_address_is_not_read_as_one)
{
	static const char *const wrong[] = { "", ".", ":", ":::", "1", "1.2.3", "1.2.3.", "1.2.3.256",
		"1.2.3.04", "01.2.3.4", "0x1.2.3.4", "1.2.3.1111", "1..2.3", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7::8:9", "1:2:3:4:5:6:7:1.2.3.4",
		"::1.2.3", ":1", "1:", "1.2.3.-4", "::1%eth0", " ::1" };

	for (usize i = 0; i < COUNT(wrong); i += 1)
		if (reads(wrong[i]))
			test_fail(__FILE__, __LINE__, "reads: %s", wrong[i]);
}

TEST(what_follows_an_address_is_left_to_the_caller)
{
	struct reader r = reader_of(text("192.0.2.1:80"));
	struct ip a;

	EXPECT(ip_read_text(&r, &a));
	EXPECT_VIEW(read_rest(&r), text(":80"));
	r = reader_of(text("::1]"));
	EXPECT(ip_read_text(&r, &a));
	EXPECT_VIEW(read_rest(&r), text("]"));
}

TEST(a_prefix_is_an_address_and_a_length_that_fits_it)
{
	static const struct {
		const char *in;
		int bits; /* -1: refused */
	} cases[] = { { "10.0.0.0/8", 8 }, { "10.0.0.1", 32 }, { "::/0", 0 }, { "2001:db8::/128", 128 },
		{ "fe80::1", 128 }, { "10.0.0.0/33", -1 }, { "::/129", -1 }, { "10.0.0.0/", -1 },
		{ "10.0.0.0/08", -1 } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		struct reader r = reader_of(view_make(cases[i].in, strlen(cases[i].in)));
		struct ip_prefix p;
		bool ok = ip_prefix_read_text(&r, &p);

		EXPECT_EQ(ok ? p.bits : -1, cases[i].bits);
	}
}

TEST(an_address_is_in_the_networks_of_its_own_family)
{
	struct ip_prefix ten = { parse("10.0.0.0"), 8 }, all4 = { ip_from4(0), 0 }, all6 = { ip_none(), 0 };
	struct ip_prefix doc = { parse("2001:db8::"), 33 }, deep = { parse("2001:db8::8000:0:0:0"), 65 };

	EXPECT(ip_in(parse("10.255.0.1"), ten));
	EXPECT(!ip_in(parse("11.0.0.1"), ten));
	EXPECT(ip_in(parse("1.2.3.4"), all4));
	EXPECT(!ip_in(parse("::1"), all4));
	EXPECT(ip_in(parse("::1"), all6));
	EXPECT(!ip_in(parse("1.2.3.4"), all6));
	EXPECT(ip_in(parse("2001:db8:7fff::1"), doc));
	EXPECT(!ip_in(parse("2001:db8:8000::1"), doc));
	EXPECT(ip_in(parse("2001:db8::8000:0:0:1"), deep));
	EXPECT(!ip_in(parse("2001:db8::1"), deep));
	EXPECT(ip_in(parse("10.0.0.1"), (struct ip_prefix){ parse("10.0.0.1"), 32 }));
	EXPECT(!ip_in(parse("10.0.0.2"), (struct ip_prefix){ parse("10.0.0.1"), 32 }));
}

TEST(addresses_are_of_the_kinds_the_registries_say)
{
	EXPECT(ip_is_multicast(parse("224.0.0.1")) && ip_is_multicast(parse("239.255.255.255")));
	EXPECT(!ip_is_multicast(parse("240.0.0.1")) && !ip_is_multicast(parse("223.255.255.255")));
	EXPECT(ip_is_multicast(parse("ff02::1")) && !ip_is_multicast(parse("fe80::1")));
	EXPECT(ip_is_loopback(parse("127.1.2.3")) && ip_is_loopback(parse("::1")) &&
		!ip_is_loopback(parse("::")));
	EXPECT(ip_is_link_local(parse("fe80::1")) && ip_is_link_local(parse("febf::1")));
	EXPECT(!ip_is_link_local(parse("fec0::1")) && ip_is_link_local(parse("169.254.9.9")));
	EXPECT(ip_is_broadcast4(parse("255.255.255.255")) && !ip_is_broadcast4(parse("255.255.255.254")));
	EXPECT(ip_is4(parse("0.0.0.0")) && !ip_is_none(parse("0.0.0.0")) && !ip_is4(parse("::")));
}

TEST(a_network_has_a_directed_broadcast_unless_it_is_too_small)
{
	EXPECT(ip_equal(ip_broadcast_of((struct ip_prefix){ parse("192.0.2.7"), 24 }), parse("192.0.2.255")));
	EXPECT(ip_equal(ip_broadcast_of((struct ip_prefix){ parse("192.0.2.7"), 30 }), parse("192.0.2.7")));
	EXPECT(ip_is_none(ip_broadcast_of((struct ip_prefix){ parse("192.0.2.7"), 31 })));
	EXPECT(ip_is_none(ip_broadcast_of((struct ip_prefix){ parse("2001:db8::1"), 64 })));
}

static void mac_is(struct mac m, const char *want)
{
	u8 room[32];
	struct writer w = writer_of(span_of(room));

	mac_write_text(&w, m);
	EXPECT_VIEW(write_done(&w), view_make(want, strlen(want)));
}

TEST(groups_and_identifiers_are_made_from_addresses)
{
	struct mac m = { { 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde } };

	/* RFC 2464 4 */
	EXPECT(ip_equal(ip_link_local_of(m), parse("fe80::3656:78ff:fe9a:bcde")));
	/* RFC 4291 2.7.1 */
	EXPECT(ip_equal(ip_solicited_of(parse("4037::01:800:200e:8c6c")), parse("ff02::1:ff0e:8c6c")));
	mac_is(ip_multicast_mac(parse("ff02::1:ff0e:8c6c")), "33:33:ff:0e:8c:6c");
	mac_is(ip_multicast_mac(parse("224.128.0.251")), "01:00:5e:00:00:fb");
	mac_is(ip_multicast_mac(parse("255.255.255.255")), "ff:ff:ff:ff:ff:ff");
}

TEST(hardware_addresses_are_read_whole_or_not_at_all)
{
	static const char *const wrong[] = { "", "02:00:00:00:00", "02:00:00:00:00:0", "02-00-00-00-00-01",
		"2:0:0:0:0:1", "02:00:00:00:00:gg" };
	struct reader r = reader_of(text("02:00:00:aB:cD:01"));
	struct mac m;

	EXPECT(mac_read_text(&r, &m));
	mac_is(m, "02:00:00:ab:cd:01");
	for (usize i = 0; i < COUNT(wrong); i += 1) {
		r = reader_of(view_make(wrong[i], strlen(wrong[i])));
		EXPECT(!mac_read_text(&r, &m));
	}
}

TEST(the_pseudo_header_is_summed_as_it_would_lie_in_memory)
{
	u8 room[64];
	struct view four = test_hex(span_of(room), "c0000201 c6336407 00 11 0123");

	EXPECT_EQ(sum_fold(ip_pseudo_sum(parse("192.0.2.1"), parse("198.51.100.7"), 17, 0x123)),
		sum_fold(sum_bytes(0, four)));
	struct view six =
		test_hex(span_of(room), "20010db8000000000000000000000001 fe8000000000000002000000000000ff"
					"00010203 000000 3a");
	EXPECT_EQ(sum_fold(ip_pseudo_sum(parse("2001:db8::1"), parse("fe80::200:0:0:ff"), 58, 0x10203)),
		sum_fold(sum_bytes(0, six)));
}

TEST(every_address_reads_back_as_it_was_written)
{
	u64 x = 88172645463325252ull;

	for (u32 i = 0; i < 20000; i += 1) {
		u8 room[64];
		struct writer w = writer_of(span_of(room));
		struct ip a, b;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		a.hi = x;
		a.lo = x * 31;
		for (u32 g = 0; g < 4; g += 1) { /* sprinkle zero groups */
			a.hi &= (x >> g) % 3 ? ~0ull : ~(0xffffull << (16 * g));
			a.lo &= (x >> (g + 9)) % 3 ? ~0ull : ~(0xffffull << (16 * g));
		}
		ip_write_text(&w, a);
		struct reader r = reader_of(write_done(&w));
		EXPECT(ip_read_text(&r, &b) && read_finished(&r) && ip_equal(a, b));
	}
}
