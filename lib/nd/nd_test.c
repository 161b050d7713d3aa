#include "lib/nd/nd.h"
#include "base/sum.h"
#include "lib/neigh/neigh.h"
#include "test/test.h"

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } }, them = { { 2, 0, 0, 0, 0, 2 } };
static const struct ip router = { 0xfe80000000000000ull, 0xf }, peer = { 0xfe80000000000000ull, 9 };
static const struct ip target = { 0xfe80000000000000ull, 0x12345678 };
static const struct ip all_nodes = { 0xff02000000000000ull, 1 }, none = { 0, 0 };
static struct nd m;

static enum nd_verdict read_from(struct ip from, struct ip to, u8 hop_limit, const char *hex)
{
	static u8 room[512];

	return nd_read(test_hex(span_of(room), hex), from, to, hop_limit, &m);
}

static enum nd_verdict read_hex(struct ip from, struct ip to, const char *hex)
{
	return read_from(from, to, 255, hex);
}

#define TARGET " fe800000000000000000000012345678"
#define SLLA   " 01 01 020000000002"
#define TLLA   " 02 01 020000000002"

TEST(a_solicitation_gives_its_target_and_its_sender)
{
	EXPECT_EQ(read_hex(peer, ip_solicited_of(target), "87 00 0000 00000000" TARGET SLLA), ND_OK);
	EXPECT(m.type == ND_NS && ip_equal(m.target, target) && mac_equal(m.link, them));
	EXPECT_EQ(read_hex(none, ip_solicited_of(target), "87 00 0000 00000000" TARGET), ND_OK);
	EXPECT(mac_is_none(m.link));
}

TEST(what_did_not_come_from_this_link_is_refused)
{
	EXPECT_EQ(read_from(peer, target, 254, "87 00 0000 00000000" TARGET SLLA), ND_BAD_HOP_LIMIT);
	EXPECT_EQ(read_from(peer, target, 64, "88 00 0000 60000000" TARGET TLLA), ND_BAD_HOP_LIMIT);
	EXPECT_EQ(read_from(router, all_nodes, 254, "86 00 0000 40 00 0708 00000000 00000000"),
		ND_BAD_HOP_LIMIT);
}

TEST(each_check_of_rfc4861_has_its_verdict)
{
	struct ip global = { 0x20010db800000000ull, 1 };
	const struct {
		struct ip from, to;
		const char *hex;
		enum nd_verdict want;
	} cases[] = {
		{ peer, target, "", ND_TRUNCATED },
		{ peer, target, "87 00 0000 00000000 fe80000000000000000000001234", ND_TRUNCATED },
		{ peer, target, "87 01 0000 00000000" TARGET, ND_BAD_CODE },
		{ peer, target, "8f 00 0000 00000000" TARGET, ND_BAD_TYPE },
		{ peer, target, "87 00 0000 00000000 ff020000000000000000000000000001", ND_BAD_ADDRESS },
		{ peer, target, "87 00 0000 00000000 00000000000000000000ffff0a000001", ND_TRUNCATED },
		{ none, target, "87 00 0000 00000000" TARGET,
			ND_BAD_ADDRESS }, /* 7.1.1: from :: to a group */
		{ none, ip_solicited_of(target), "87 00 0000 00000000" TARGET SLLA, ND_BAD_OPTION },
		{ peer, target, "87 00 0000 00000000" TARGET " 01 00", ND_BAD_OPTION }, /* length 0 */
		{ peer, target, "87 00 0000 00000000" TARGET " 01 02 02000000", ND_BAD_OPTION }, /* cut */
		{ peer, target, "87 00 0000 00000000" TARGET " 01", ND_BAD_OPTION },
		{ peer, target, "87 00 0000 00000000" TARGET " 01 01 ffffffffffff", ND_BAD_OPTION },
		{ peer, target, "87 00 0000 00000000" TARGET " 63 01 010203040506" SLLA,
			ND_OK }, /* unknown */
		{ peer, all_nodes, "88 00 0000 60000000" TARGET TLLA,
			ND_BAD_ADDRESS }, /* solicited, to a group */
		{ peer, all_nodes, "88 00 0000 20000000" TARGET TLLA, ND_OK },
		{ none, all_nodes, "85 00 0000 00000000" SLLA, ND_BAD_OPTION },
		{ none, all_nodes, "85 00 0000 00000000", ND_OK },
		{ global, all_nodes, "86 00 0000 40 00 0708 00000000 00000000", ND_BAD_ADDRESS }, /* 6.1.2 */
		{ router, all_nodes, "86 00 0000 40 00 0708 00000000 00000000", ND_OK },
		{ router, all_nodes, "86 00 0000 40 00 0708 00000000 000000", ND_TRUNCATED },
		{ global, target, "89 00 0000 00000000" TARGET " 20010db8000000000000000000000009",
			ND_BAD_ADDRESS },
		{ router, target, "89 00 0000 00000000" TARGET " 20010db8000000000000000000000009", ND_OK },
		{ router, target, "89 00 0000 00000000" TARGET " ff020000000000000000000000000009",
			ND_BAD_ADDRESS },
	};

	for (usize i = 0; i < COUNT(cases); i += 1) {
		enum nd_verdict got = read_hex(cases[i].from, cases[i].to, cases[i].hex);

		if (got != cases[i].want)
			test_fail(__FILE__, __LINE__, "%s: verdict %d, not %d", cases[i].hex, got,
				cases[i].want);
	}
}

#define PREFIX " 03 04 40 c0 00015180 00003840 00000000 20010db8000000000000000000000000"

TEST(a_router_advertisement_gives_its_options)
{
	EXPECT_EQ(read_hex(router, all_nodes,
			  "86 00 0000 40 88 0708 00007530 000003e8" SLLA " 05 01 0000 00000578" PREFIX
			  " 19 03 0000 00000e10 20010db8000000000000000000000053"),
		ND_OK);
	EXPECT(m.hop_limit == 64 && m.managed && !m.other && m.preference == 1 && m.lifetime_s == 1800);
	EXPECT(m.reachable_ms == 30000 && m.retrans_ms == 1000 && m.mtu == 1400 && mac_equal(m.link, them));
	EXPECT_EQ(m.prefixes, 1);
	EXPECT(m.prefix[0].on_link && m.prefix[0].autonomous && m.prefix[0].prefix.bits == 64);
	EXPECT(m.prefix[0].valid_s == 86400 && m.prefix[0].preferred_s == 14400);
	EXPECT(m.resolvers == 1 && m.resolver_s == 3600 && m.resolver[0].lo == 0x53);
}

#define RA  "86 00 0000 40 00 0708 00000000 00000000"
#define ORG "07 6578616d706c65 03 6f7267 00"
#define LAB "03 6c6162 00"

static struct nd_search list;

static bool tells(const char *hex)
{
	static u8 room[512];

	EXPECT_EQ(read_hex(router, all_nodes, hex), ND_OK);
	return nd_read_search(test_hex(span_of(room), hex), &list);
}

/* From radvd 2.19: RDNSS fd77::53 and DNSSL corp.example.org lab, for ten minutes. */
TEST(an_advertisement_of_radvd_gives_its_search_list)
{
	EXPECT(tells("86 00 ed92 40 00 000c 00000000 00000000 19 03 0000 00000258 "
		     "fd770000000000000000000000000053 1f 04 0000 00000258 04 636f7270 "
		     "07 6578616d706c65 03 6f7267 00 03 6c6162 00 00 01 01 c6e759999e09"));
	EXPECT(m.resolvers == 1 && list.lifetime_s == 600 && list.list.count == 2);
	EXPECT_VIEW(search_name(&list.list, 0), text("corp.example.org"));
	EXPECT_VIEW(search_name(&list.list, 1), text("lab"));
}

TEST(of_several_search_lists_the_shortest_lifetime_counts)
{
	EXPECT(tells(RA " 1f 03 0000 00000e10 " ORG " 000000 1f 02 0000 0000003c " LAB " 000000"));
	EXPECT(list.list.count == 2 && list.lifetime_s == 60);
	EXPECT(tells(RA " 1f 03 0000 00000000 " ORG " 000000 1f 02 0000 0000003c " LAB " 000000"));
	EXPECT(list.list.count == 1 && list.lifetime_s == 60); /* the first is withdrawn */
	EXPECT(tells(RA " 1f 03 0000 00000000 " ORG " 000000"));
	EXPECT(list.list.count == 0 && list.lifetime_s == 0);
}

/* RFC 8106 6.2: options are looked at one after the other. */
TEST(what_an_advertisement_says_last_of_a_search_domain_counts)
{
	EXPECT(tells(RA " 1f 03 0000 00000000 " ORG " 000000 1f 03 0000 00000e10 " ORG " 000000"));
	EXPECT(list.list.count == 1 && list.lifetime_s == 3600);
	EXPECT(tells(RA " 1f 03 0000 00000e10 " ORG " 000000 1f 03 0000 00000000 " ORG " 000000"));
	EXPECT(list.list.count == 0 && list.lifetime_s == 0);
	EXPECT(tells(RA " 1f 03 0000 00000e10 " ORG " 000000 1f 02 0000 0000003c " LAB
			" 000000 1f 03 0000 00000000 " ORG " 000000"));
	EXPECT(list.list.count == 1 && list.lifetime_s == 60);
	EXPECT_VIEW(search_name(&list.list, 0), text("lab"));
}

#define RDNSS(lifetime, last) " 19 03 0000 " lifetime " 20010db80000000000000000000000" last

TEST(what_an_advertisement_says_last_of_a_resolver_counts)
{
	(void)tells(RA RDNSS("00000000", "53") RDNSS("00000e10", "53"));
	EXPECT(m.tells_resolvers && m.resolvers == 1 && m.resolver_s == 3600);
	(void)tells(RA RDNSS("00000e10", "53") RDNSS("00000000", "53"));
	EXPECT(m.tells_resolvers && m.resolvers == 0 && m.resolver_s == 0);
	(void)tells(RA RDNSS("00000000", "53"));
	EXPECT(m.tells_resolvers && m.resolvers == 0);
	(void)tells(RA RDNSS("00000e10", "53") RDNSS("00000000", "54"));
	EXPECT(m.resolvers == 1 && m.resolver_s == 3600 && m.resolver[0].lo == 0x53);
	(void)tells(RA RDNSS("00000000", "53") RDNSS("0000003c", "54"));
	EXPECT(m.resolvers == 1 && m.resolver_s == 60 && m.resolver[0].lo == 0x54);
	(void)tells(RA RDNSS("00000e10", "53") RDNSS("00000e10", "54") RDNSS("00000e10", "55")
			RDNSS("0000003c", "56") RDNSS("00000000", "53") RDNSS("00000e10", "57"));
	EXPECT(m.resolvers == 3 && m.resolver[0].lo == 0x54 && m.resolver[1].lo == 0x55);
	EXPECT_EQ(m.resolver[2].lo, 0x57); /* for 56 there was no room, and for this there was */
	(void)tells(RA RDNSS("00000e10", "53") RDNSS("0000003c", "53"));
	EXPECT(m.resolvers == 1 && m.resolver_s == 60); /* twice is once */
	(void)tells(RA);
	EXPECT(!m.tells_resolvers);
	(void)tells(RA " 19 03 0000 00000000 ff020000000000000000000000000001");
	EXPECT(!m.tells_resolvers); /* a group is nobody */
}

TEST(a_search_list_that_is_not_well_formed_is_ignored_and_the_rest_counts)
{
	static const char *const wrong[] = {
		"", " 1f 01 0000 00000e10",                 /* no room for a name (5.2) */
		" 1f 02 0000 00000e10 03 6c6162 c000 0000", /* compressed */
		" 1f 02 0000 00000e10 07 6c616262626262",   /* no end */
		" 1f 02 0000 00000e10 09 6c616262626262",   /* longer than the option */
	};
	static u8 room[512];

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		char hex[512] = RA;

		strcat(strcat(hex, wrong[i]), " 05 01 0000 00000578");
		if (tells(hex) || list.list.count != 0 || m.mtu != 1400)
			test_fail(__FILE__, __LINE__, "%s", wrong[i]);
		strcat(hex, " 1f 02 0000 00000e10 " LAB " 000000");
		EXPECT(tells(hex) && list.list.count == 1);
	}
	EXPECT(!nd_read_search(
		test_hex(span_of(room), /* in a solicitation it means nothing */
			"87 00 0000 00000000 00000000 00000000 1f 02 0000 00000e10 " LAB " 000000"),
		&list));
}

TEST(a_prefix_that_cannot_be_one_is_left_out)
{
	static const char *const wrong[] = {
		" 03 04 40 c0 00015180 00003840 00000000 "
		"fe800000000000000000000000000000", /* link-local */
		" 03 04 08 c0 00015180 00003840 00000000 "
		"ff000000000000000000000000000000", /* a group */
		" 03 04 81 c0 00015180 00003840 00000000 "
		"20010db8000000000000000000000000", /* 129 bits */
		" 03 04 40 c0 00003840 00015180 00000000 "
		"20010db8000000000000000000000000", /* preferred > valid */
		" 03 04 60 c0 00015180 00003840 00000000 "
		"00000000000000000000ffff0a000000",                         /* IPv4-mapped */
		" 03 03 40 c0 00015180 00003840 00000000 20010db800000000", /* short */
	};

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		char hex[512] = "86 00 0000 40 00 0708 00000000 00000000";

		strcat(hex, wrong[i]);
		EXPECT_EQ(read_hex(router, all_nodes, hex), ND_OK);
		EXPECT_EQ(m.prefixes, 0);
	}
	char hex[1024] = "86 00 0000 40 00 0708 00000000 00000000";
	for (u32 i = 0; i < ND_PREFIXES + 2; i += 1)
		strcat(hex, PREFIX);
	EXPECT_EQ(read_hex(router, all_nodes, hex), ND_OK);
	EXPECT_EQ(m.prefixes, ND_PREFIXES);
}

#define RA "86 00 0000 40 00 0708 00000000 00000000"

/* RFC 4191 2.3. */
TEST(routes_of_a_router_come_with_as_many_bytes_as_their_bits_need)
{
	EXPECT_EQ(read_hex(router, all_nodes,
			  RA " 18 01 00 08 00000e10 18 02 20 18 ffffffff 20010db800000000"
			     " 18 03 7f 00 00000000 20010db8000000000000000000000010"),
		ND_OK);
	EXPECT_EQ(m.routes, 3);
	EXPECT(m.route[0].to.bits == 0 && ip_is_none(m.route[0].to.ip) && m.route[0].preference == 1);
	EXPECT(m.route[0].lifetime_s == 3600 && m.route[1].lifetime_s == ND_FOREVER);
	EXPECT(m.route[1].to.bits == 32 && m.route[1].to.ip.hi == 0x20010db800000000ull);
	EXPECT(m.route[1].preference == -1 && m.route[2].preference == 0);
	EXPECT(m.route[2].to.bits == 127 && m.route[2].to.ip.lo == 0x10);
}

TEST(a_route_that_cannot_be_one_is_left_out)
{
	static const char *const wrong[] = {
		" 18 01 01 00 00000e10",                                  /* a bit, and no byte */
		" 18 02 41 00 00000e10 20010db800000000",                 /* 65 bits in 8 bytes */
		" 18 03 81 00 00000e10 20010db8000000000000000000000010", /* 129 bits */
		" 18 02 20 10 00000e10 20010db800000000",                 /* preference 10: reserved */
		" 18 02 20 00 00000e10 ff02000000000000",                 /* groups */
		" 18 02 20 00 00000e10 fe80000000000000",                 /* the link */
		" 18 03 80 00 00000e10 00000000000000000000ffff0a000000", /* IPv4-mapped */
		" 18 04 20 00 00000e10 20010db8000000000000000000000000 0000000000000000", /* too long */
	};

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		char hex[512] = RA;

		strcat(hex, wrong[i]);
		EXPECT_EQ(read_hex(router, all_nodes, hex), ND_OK);
		EXPECT_EQ(m.routes, 0);
	}
	char hex[1024] = RA;
	for (u32 i = 0; i < ND_ROUTES + 2; i += 1)
		strcat(hex, " 18 02 20 00 00000e10 20010db800000000");
	EXPECT_EQ(read_hex(router, all_nodes, hex), ND_OK);
	EXPECT_EQ(m.routes, ND_ROUTES);
}

static const struct search nothing = { .count = 0 };

static void write_message(struct writer *w, struct ip from, struct ip to, const struct nd *in)
{
	if (in->type == ND_RA || in->type == ND_REDIRECT)
		nd_write_router(w, from, to, in, &nothing);
	else
		nd_write(w, from, to, in);
}

static void goes_round(const struct nd *in, struct ip from, struct ip to)
{
	u8 room[ND_ROUTER_BYTES_MAX];
	struct writer w = writer_of(span_of(room));

	write_message(&w, from, to, in);
	struct view v = write_done(&w);
	EXPECT(v.n > 0);
	EXPECT_EQ(sum_finish(sum_bytes(ip_pseudo_sum(from, to, IP_ICMP6, (u32)v.n), v)), 0);
	EXPECT_EQ(nd_read(v, from, to, 255, &m), ND_OK);
	EXPECT(m.type == in->type && mac_equal(m.link, in->link) && ip_equal(m.target, in->target));
	EXPECT(m.router == in->router && m.solicited == in->solicited && m.override == in->override);
}

TEST(a_router_tells_the_search_list_that_it_is_given)
{
	static const char *const names[] = { "example.org", "lab", "a.b.c.d.e.f.example.com" };
	struct search s = { .count = 0 };
	struct nd ra = { .type = ND_RA, .link = us, .lifetime_s = 99, .resolver_s = 1800 };
	u8 room[ND_ROUTER_BYTES_MAX];

	for (u32 i = 0; i < COUNT(names); i += 1) {
		struct writer w = writer_of(span_of(room));

		EXPECT(search_add(&s, view_make(names[i], strlen(names[i]))));
		nd_write_router(&w, router, all_nodes, &ra, &s);
		EXPECT_EQ(nd_read(write_done(&w), router, all_nodes, 255, &m), ND_OK);
		EXPECT(nd_read_search(write_done(&w), &list) && list.lifetime_s == 1800 &&
			list.list.count == i + 1);
		EXPECT_VIEW(search_name(&list.list, i), search_name(&s, i));
	}
}

TEST(what_is_written_has_a_right_checksum_and_reads_back)
{
	struct nd ra = { .type = ND_RA,
		.link = us,
		.managed = true,
		.preference = -1,
		.hop_limit = 7,
		.lifetime_s = 99,
		.reachable_ms = 1,
		.retrans_ms = 2,
		.mtu = 1300,
		.prefixes = ND_PREFIXES,
		.routes = ND_ROUTES,
		.route = { { { { 0, 0 }, 0 }, 1, 9 }, { { { 0x20010db800000000ull, 0 }, 33 }, -1, 8 },
			{ { { 0x20010db800000000ull, 0x100000000ull }, 96 }, 0, ND_FOREVER } },
		.resolvers = ND_RESOLVERS,
		.resolver_s = 77 };
	struct nd ns = nd_solicit(us, target), na = nd_advertise(us, target, peer),
		  rs = { .type = ND_RS, .link = us };
	struct nd shout = nd_announce(us, target);
	struct nd redirect = { .type = ND_REDIRECT, .link = us, .target = target, .destination = peer };

	for (u32 i = 0; i < ND_PREFIXES; i += 1)
		ra.prefix[i] = (struct nd_prefix){ { { 0x20010db800000000ull + i, 0 }, 64 }, i % 2 == 0,
			i % 2 != 0, 100 + i, 50 + i };
	for (u32 i = 0; i < ND_RESOLVERS; i += 1)
		ra.resolver[i] = (struct ip){ 0x20010db800000000ull, 0x50 + i };
	goes_round(&ns, peer, ip_solicited_of(target));
	goes_round(&na, target, nd_advertise_to(peer));
	goes_round(&shout, target, nd_advertise_to(none));
	goes_round(&rs, peer, nd_all_routers());
	goes_round(&redirect, router, peer);
	goes_round(&ra, router, all_nodes);
	EXPECT(m.managed && !m.other && m.preference == -1 && m.hop_limit == 7 && m.lifetime_s == 99);
	EXPECT(m.mtu == 1300 && m.prefixes == ND_PREFIXES && m.resolvers == ND_RESOLVERS &&
		m.resolver_s == 77);
	for (u32 i = 0; i < ND_PREFIXES; i += 1)
		EXPECT(m.prefix[i].valid_s == 100 + i && m.prefix[i].on_link == (i % 2 == 0) &&
			m.prefix[i].autonomous == (i % 2 != 0));
	EXPECT_EQ(m.resolver[2].lo, 0x52);
	EXPECT_EQ(m.routes, ND_ROUTES);
	for (u32 i = 0; i < ND_ROUTES; i += 1)
		EXPECT(m.route[i].to.bits == ra.route[i].to.bits &&
			ip_equal(m.route[i].to.ip, ra.route[i].to.ip) &&
			m.route[i].preference == ra.route[i].preference &&
			m.route[i].lifetime_s == ra.route[i].lifetime_s);
}

TEST(an_answer_is_solicited_only_if_somebody_asked)
{
	struct nd asked = nd_advertise(us, target, peer), unasked = nd_advertise(us, target, none);

	EXPECT(asked.solicited && !unasked.solicited && asked.override);
	EXPECT(ip_equal(nd_advertise_to(peer), peer) && ip_equal(nd_advertise_to(none), all_nodes));
	EXPECT_EQ(nd_learn(&asked), NEIGH_SOLICITED | NEIGH_OVERRIDE);
	EXPECT_EQ(nd_learn(&unasked), NEIGH_OVERRIDE);
	asked.override = false;
	EXPECT_EQ(nd_learn(&asked), NEIGH_SOLICITED);
}
