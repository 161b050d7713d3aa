#include "lib/arp/arp.h"
#include "lib/neigh/neigh.h"
#include "test/test.h"

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } }, them = { { 2, 0, 0, 0, 0, 2 } };

static struct ip ip(u32 last)
{
	return ip_from4(0x0a000000u + last);
}

static bool reads(const char *hex, struct arp *a)
{
	u8 room[64];
	struct reader r = reader_of(test_hex(span_of(room), hex));

	return arp_read(&r, a);
}

TEST(a_request_reads_as_it_was_meant)
{
	struct arp a;

	EXPECT(reads("0001 0800 06 04 0001 020000000002 0a000002 000000000000 0a000001", &a));
	EXPECT_EQ(a.op, ARP_REQUEST);
	EXPECT(mac_equal(a.sender_mac, them) && ip_equal(a.sender_ip, ip(2)) && ip_equal(a.target_ip, ip(1)));
	EXPECT(arp_asks_for(&a, ip(1)) && !arp_asks_for(&a, ip(2)));
}

TEST(what_is_not_arp_for_ipv4_over_ethernet_is_refused)
{
	static const char *const wrong[] = {
		"0001 0800 06 04 0001 020000000002 0a000002 000000000000 0a0000",   /* short */
		"0006 0800 06 04 0001 020000000002 0a000002 000000000000 0a000001", /* hardware */
		"0001 86dd 06 04 0001 020000000002 0a000002 000000000000 0a000001", /* protocol */
		"0001 0800 08 04 0001 020000000002 0a000002 000000000000 0a000001", /* lengths */
		"0001 0800 06 10 0001 020000000002 0a000002 000000000000 0a000001",
		"0001 0800 06 04 0003 020000000002 0a000002 000000000000 0a000001", /* RARP */
		"0001 0800 06 04 0000 020000000002 0a000002 000000000000 0a000001",
		"0001 0800 06 04 0001 030000000002 0a000002 000000000000 0a000001", /* a group's address */
		"0001 0800 06 04 0001 ffffffffffff 0a000002 000000000000 0a000001",
		"0001 0800 06 04 0001 000000000000 0a000002 000000000000 0a000001",
		"0001 0800 06 04 0001 020000000002 ffffffff 000000000000 0a000001", /* nobody's address */
		"0001 0800 06 04 0001 020000000002 e0000001 000000000000 0a000001",
		"0001 0800 06 04 0001 020000000002 7f000001 000000000000 0a000001",
		"0001 0800 06 04 0001 020000000002 00000001 000000000000 0a000001",
		"0001 0800 06 04 0002 020000000002 00000000 020000000001 0a000001", /* a reply from nobody */
	};
	struct arp a;

	for (usize i = 0; i < COUNT(wrong); i += 1)
		if (reads(wrong[i], &a))
			test_fail(__FILE__, __LINE__, "reads: %s", wrong[i]);
}

TEST(what_is_written_is_read_back)
{
	struct arp asked = arp_request(them, ip(2), ip(1)), a = arp_reply(&asked, us), b;
	u8 room[ARP_BYTES];
	struct writer w = writer_of(span_of(room));

	arp_write(&w, &a);
	EXPECT_EQ(write_len(&w), ARP_BYTES);
	struct reader r = reader_of(write_done(&w));
	EXPECT(arp_read(&r, &b));
	EXPECT_EQ(b.op, ARP_REPLY);
	EXPECT(mac_equal(b.sender_mac, us) && ip_equal(b.sender_ip, ip(1)));
	EXPECT(mac_equal(b.target_mac, them) && ip_equal(b.target_ip, ip(2)));
}

TEST(a_probe_has_no_sender_address_so_that_nobody_learns_it)
{
	struct arp a = arp_probe(us, ip(5)), b;
	u8 room[ARP_BYTES];
	struct writer w = writer_of(span_of(room));

	arp_write(&w, &a);
	struct reader r = reader_of(write_done(&w));
	EXPECT(arp_read(&r, &b) && ip_is_none(b.sender_ip));
	EXPECT_EQ(arp_learn(&b, ip(5)), 0);
	EXPECT(arp_asks_for(&b, ip(5)));
}

TEST(only_who_speaks_to_us_is_worth_a_new_entry)
{
	struct arp to_us = arp_request(them, ip(2), ip(1)), to_other = arp_request(them, ip(2), ip(3));
	struct arp answer = arp_reply(&(struct arp){ ARP_REQUEST, us, ip(1), mac_none(), ip(2) }, them);
	struct arp gratuitous = { ARP_REPLY, them, ip(2), mac_broadcast(), ip(2) };
	struct arp thief = arp_announcement(them, ip(1));

	EXPECT_EQ(arp_learn(&to_us, ip(1)), NEIGH_CREATE | NEIGH_OVERRIDE);
	EXPECT_EQ(arp_learn(&to_other, ip(1)), NEIGH_OVERRIDE);
	EXPECT_EQ(arp_learn(&answer, ip(1)), NEIGH_SOLICITED | NEIGH_OVERRIDE);
	EXPECT_EQ(arp_learn(&gratuitous, ip(1)), NEIGH_OVERRIDE);
	EXPECT_EQ(arp_learn(&thief, ip(1)), 0);
}

/* Runs a claim until it has nothing more to do by itself; returns what it sent. */
static u32 run(struct arp_claim *c, u64 *now, u64 end)
{
	struct arp a;
	u32 sent = 0;

	for (;;) {
		while (arp_claim_due(c, *now, &a))
			sent = sent * 10 + (ip_is_none(a.sender_ip) ? 1 : 2);
		u64 next = arp_claim_deadline(c);
		if (next == TIME_NEVER || next > end)
			return sent;
		*now = next > *now ? next : *now;
	}
}

TEST(a_claim_probes_three_times_announces_twice_and_then_defends)
{
	struct arp_claim c;
	u64 now = 5 * NS_PER_S;

	arp_claim_start(&c, us, ip(1), true, 12345, now);
	EXPECT_EQ(run(&c, &now, TIME_NEVER), 11122);
	EXPECT_EQ(c.state, ARP_CLAIM_DEFEND);
	EXPECT(arp_claim_holds(&c));
	/* 0 to 1 s, two waits of 1 to 2 s, 2 s, 2 s. */
	EXPECT(now >= 11 * NS_PER_S && now <= 14 * NS_PER_S);
}

TEST(an_address_is_not_held_before_the_probes_went_unanswered)
{
	struct arp_claim c;
	u64 now = 0;

	arp_claim_start(&c, us, ip(1), true, 1, now);
	(void)run(&c, &now, 3 * NS_PER_S);
	EXPECT_EQ(c.state, ARP_CLAIM_PROBE);
	EXPECT(!arp_claim_holds(&c));
}

TEST(a_claim_without_probes_announces_at_once)
{
	struct arp_claim c;
	struct arp a;

	arp_claim_start(&c, us, ip(1), false, 0, 0);
	EXPECT(arp_claim_due(&c, 0, &a) && ip_equal(a.sender_ip, ip(1)) && ip_equal(a.target_ip, ip(1)));
	EXPECT(arp_claim_holds(&c));
	EXPECT(!arp_claim_due(&c, NS_PER_S, &a));
	EXPECT(arp_claim_due(&c, 2 * NS_PER_S, &a));
	EXPECT_EQ(arp_claim_deadline(&c), TIME_NEVER);
}

TEST(an_owner_or_another_probe_ends_the_probing)
{
	struct arp owner = arp_request(them, ip(1), ip(9)), rival = arp_probe(them, ip(1));
	struct arp own_echo = arp_probe(us, ip(1));
	struct arp_claim c;

	arp_claim_start(&c, us, ip(1), true, 7, 0);
	EXPECT(!arp_claim_receive(&c, &own_echo, 0));
	EXPECT(arp_claim_receive(&c, &owner, 0));
	EXPECT_EQ(c.state, ARP_CLAIM_LOST);
	arp_claim_start(&c, us, ip(1), true, 7, 0);
	EXPECT(arp_claim_receive(&c, &rival, 0));
	EXPECT_EQ(c.state, ARP_CLAIM_LOST);
	EXPECT_EQ(arp_claim_deadline(&c), TIME_NEVER);
}

TEST(one_conflict_is_defended_and_the_second_within_ten_seconds_loses)
{
	struct arp thief = arp_announcement(them, ip(1)), probe = arp_probe(them, ip(1)), a;
	struct arp_claim c;
	u64 now = 0;

	arp_claim_start(&c, us, ip(1), false, 7, 0);
	(void)run(&c, &now, TIME_NEVER);
	EXPECT(!arp_claim_receive(&c, &probe, now)); /* answered as a request, no conflict */
	EXPECT(!arp_claim_due(&c, now, &a));
	EXPECT(!arp_claim_receive(&c, &thief, now));
	EXPECT_EQ(arp_claim_deadline(&c), 0);
	EXPECT(arp_claim_due(&c, now, &a) && ip_equal(a.sender_ip, ip(1)));
	EXPECT(!arp_claim_due(&c, now, &a));
	EXPECT(!arp_claim_receive(&c, &thief, now + 10 * NS_PER_S));
	EXPECT(arp_claim_receive(&c, &thief, now + 19 * NS_PER_S));
	EXPECT(!arp_claim_holds(&c));
	EXPECT(!arp_claim_due(&c, now + 20 * NS_PER_S, &a));
}
