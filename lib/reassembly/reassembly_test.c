#include "lib/reassembly/reassembly.h"
#include "test/test.h"

#define S        NS_PER_S
#define SLOTS    4u
#define DATAGRAM 4096u

static struct reassembly r;
static struct reassembled got;
static u8 memory[REASSEMBLY_MEMORY(32, DATAGRAM)];
static u8 sent[8192];

static struct ip host(u32 family, u32 i)
{
	return family == 4 ? ip_from4(0x0a000000u + i) : (struct ip){ 0x20010db800000000ull, i };
}

static void start(void)
{
	reassembly_init(&r, SLOTS, DATAGRAM);
	for (usize i = 0; i < sizeof sent; i += 1)
		sent[i] = (u8)(i * 7u + i / 256u);
}

/* Bytes [from, to) of datagram `id` of host `i`, as that family does. */
static enum reassembly_verdict piece(u32 family, u32 i, u32 id, u32 from, u32 to, bool more, u64 now)
{
	static const u8 head[40] = { 0x45, 1, 2, 3 };
	struct fragment f = { host(family, i), host(family, 99), id, (u16)from, IP_UDP, more };

	return reassembly_add(&r, span_of(memory), &f, view_first(view_of(head), family == 4 ? 20 : 40),
		view_first(view_from(view_of(sent), from), to - from), now, &got);
}

static void expect_whole(usize n)
{
	EXPECT_VIEW(reassembly_payload(view_of(memory), &got), view_first(view_of(sent), n));
}

TEST(pieces_in_order_become_the_datagram)
{
	for (u32 family = 4; family <= 6; family += 2) {
		start();
		EXPECT_EQ(piece(family, 1, 7, 0, 1480, true, 0), REASSEMBLY_MORE);
		EXPECT_EQ(piece(family, 1, 7, 1480, 2960, true, 0), REASSEMBLY_MORE);
		EXPECT_EQ(piece(family, 1, 7, 2960, 3001, false, 0), REASSEMBLY_WHOLE);
		expect_whole(3001);
		EXPECT_EQ(got.protocol, IP_UDP);
		EXPECT_EQ(got.head_bytes, family == 4 ? 20 : 40);
		EXPECT_EQ(view_at(reassembly_quoted(view_of(memory), &got), 0), 0x45);
		EXPECT_EQ(r.used, 0);
	}
}

TEST(pieces_in_any_order_become_the_datagram)
{
	static const u8 orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
		{ 2, 1, 0 } };

	for (u32 o = 0; o < 6; o += 1) {
		start();
		for (u32 k = 0; k < 3; k += 1) {
			u32 p = orders[o][k];

			EXPECT_EQ(piece(6, 1, o, p * 800, p == 2 ? 2001 : p * 800 + 800, p != 2, 0),
				k == 2 ? REASSEMBLY_WHOLE : REASSEMBLY_MORE);
		}
		expect_whole(2001);
	}
}

TEST(datagrams_are_told_apart_by_source_and_identification_and_for_ipv4_by_protocol)
{
	struct fragment f = { host(4, 1), host(4, 99), 5, 8, IP_TCP, false };

	start();
	reassembly_init(&r, 16, DATAGRAM);
	EXPECT_EQ(piece(4, 1, 5, 0, 8, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 2, 5, 8, 16, false, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 6, 8, 16, false, 0), REASSEMBLY_MORE);
	EXPECT_EQ(reassembly_add(&r, span_of(memory), &f, view_none(), view_first(view_of(sent), 8), 0, &got),
		REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 5, 8, 16, false, 0), REASSEMBLY_WHOLE);
	/* RFC 8200 4.5: of IPv6's next headers only the first fragment's counts. */
	start();
	f = (struct fragment){ host(6, 1), host(6, 99), 5, 8, IP_TCP, false };
	EXPECT_EQ(reassembly_add(&r, span_of(memory), &f, view_none(),
			  view_from(view_first(view_of(sent), 16), 8), 0, &got),
		REASSEMBLY_MORE);
	EXPECT_EQ(piece(6, 1, 5, 0, 8, true, 0), REASSEMBLY_WHOLE);
	EXPECT_EQ(got.protocol, IP_UDP);
}

TEST(an_overlap_ends_the_datagram_and_all_that_comes_of_it)
{
	for (u32 family = 4; family <= 6; family += 2) {
		start();
		EXPECT_EQ(piece(family, 1, 1, 0, 800, true, 0), REASSEMBLY_MORE);
		EXPECT_EQ(piece(family, 1, 1, 792, 1600, true, 0), REASSEMBLY_OVERLAP);
		EXPECT_EQ(piece(family, 1, 1, 800, 1600, false, 0), REASSEMBLY_REFUSED);
		EXPECT_EQ(piece(family, 1, 1, 0, 800, true, S), REASSEMBLY_REFUSED);
		/* ... and it goes without a word. */
		EXPECT(!reassembly_expired(&r, 61 * S, &got));
		EXPECT_EQ(r.used, 0);
	}
}

TEST(a_piece_that_changes_bytes_is_an_overlap_one_that_repeats_them_is_harmless)
{
	start();
	EXPECT_EQ(piece(4, 1, 1, 0, 800, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 1, 0, 800, true, 0), REASSEMBLY_DUPLICATE);
	EXPECT_EQ(piece(4, 1, 1, 8, 80, true, 0), REASSEMBLY_DUPLICATE);
	sent[9] ^= 1;
	EXPECT_EQ(piece(4, 1, 1, 0, 800, true, 0), REASSEMBLY_OVERLAP);
}

TEST(lengths_that_cannot_be_are_refused)
{
	start();
	EXPECT_EQ(piece(4, 1, 1, 0, 801, true, 0), REASSEMBLY_BAD_LENGTH);
	EXPECT_EQ(piece(4, 1, 2, 8, 8, false, 0), REASSEMBLY_BAD_LENGTH);
	EXPECT_EQ(piece(4, 1, 3, 8, 100, false, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 3, 104, 200, false, 0), REASSEMBLY_BAD_LENGTH); /* another end */
	start();
	EXPECT_EQ(piece(4, 1, 4, 800, 1600, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 4, 0, 800, false, 0), REASSEMBLY_BAD_LENGTH); /* the end before what is there */
	start();
	EXPECT_EQ(piece(4, 1, 5, 0, 0, true, 0), REASSEMBLY_BAD_LENGTH);
	EXPECT_EQ(piece(4, 1, 6, 4088, 4104, false, 0), REASSEMBLY_TOO_LONG);
}

TEST(what_is_not_whole_in_time_is_told_if_its_first_piece_came)
{
	start();
	EXPECT_EQ(reassembly_deadline(&r), TIME_NEVER);
	(void)piece(4, 1, 1, 0, 800, true, 0);
	(void)piece(6, 1, 1, 800, 1600, true, 0);
	EXPECT_EQ(reassembly_deadline(&r), 30 * S);
	EXPECT(!reassembly_expired(&r, 30 * S - 1, &got));
	EXPECT(reassembly_expired(&r, 30 * S, &got));
	EXPECT_EQ(got.head_bytes, 20);
	EXPECT_EQ(got.bytes, 800);
	EXPECT(ip_equal(got.from, host(4, 1)));
	EXPECT(!reassembly_expired(&r, 30 * S, &got));
	EXPECT_EQ(reassembly_deadline(&r), 60 * S);
	EXPECT(reassembly_expired(&r, 60 * S, &got));
	EXPECT_EQ(got.head_bytes, 0);
	EXPECT_EQ(reassembly_deadline(&r), 60 * S);
	EXPECT(!reassembly_expired(&r, 60 * S, &got));
	EXPECT_EQ(reassembly_deadline(&r), TIME_NEVER);
}

TEST(a_source_that_floods_pushes_out_only_its_own)
{
	start();
	EXPECT_EQ(piece(4, 1, 1, 0, 8, true, 0), REASSEMBLY_MORE);
	for (u32 id = 0; id < 1000; id += 1)
		(void)piece(4, 2, id, 0, 8, true, id);
	EXPECT_EQ(r.used, 3);
	EXPECT_EQ(r.evicted, 998);
	EXPECT_EQ(piece(4, 1, 1, 8, 16, false, 2000), REASSEMBLY_WHOLE);
}

TEST(when_all_slots_are_taken_who_has_the_most_loses_its_oldest)
{
	start();
	(void)piece(4, 1, 1, 0, 8, true, 0);
	(void)piece(4, 2, 1, 0, 8, true, 1);
	(void)piece(4, 2, 2, 0, 8, true, 2);
	(void)piece(4, 3, 1, 0, 8, true, 3);
	EXPECT_EQ(piece(4, 4, 1, 0, 8, true, 4), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 1, 1, 8, 16, false, 5), REASSEMBLY_WHOLE);
	EXPECT_EQ(piece(4, 2, 2, 8, 16, false, 5), REASSEMBLY_WHOLE);
	EXPECT_EQ(piece(4, 3, 1, 8, 16, false, 5), REASSEMBLY_WHOLE);
	EXPECT_EQ(piece(4, 2, 1, 8, 16, false, 5), REASSEMBLY_MORE);
}

TEST(every_other_piece_first_is_held_and_more_is_torn)
{
	start();
	for (u32 i = 0; i < REASSEMBLY_RUNS; i += 1)
		EXPECT_EQ(piece(6, 1, 1, i * 16 + 8, i * 16 + 16, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(6, 1, 1, 2000, 2008, true, 0), REASSEMBLY_TORN);
	for (u32 i = 0; i < REASSEMBLY_RUNS; i += 1)
		EXPECT_EQ(piece(6, 1, 1, i * 16, i * 16 + 8, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(6, 1, 1, REASSEMBLY_RUNS * 16, REASSEMBLY_RUNS * 16 + 5, false, 0), REASSEMBLY_WHOLE);
	expect_whole(REASSEMBLY_RUNS * 16 + 5);
}

TEST(without_slots_everything_is_refused_and_one_slot_serves_one_at_a_time)
{
	reassembly_init(&r, 0, DATAGRAM);
	EXPECT_EQ(piece(4, 1, 1, 0, 8, true, 0), REASSEMBLY_REFUSED);
	EXPECT_EQ(reassembly_deadline(&r), TIME_NEVER);
	reassembly_init(&r, 1, DATAGRAM);
	EXPECT_EQ(piece(4, 1, 1, 0, 8, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 2, 1, 0, 8, true, 0), REASSEMBLY_MORE);
	EXPECT_EQ(piece(4, 2, 1, 8, 9, false, 0), REASSEMBLY_WHOLE);
	EXPECT_EQ(r.evicted, 1);
}

TEST(more_slots_or_bytes_than_there_can_be_are_the_callers_bug)
{
	EXPECT_PANIC(reassembly_init(&r, REASSEMBLY_SLOTS_MAX + 1u, DATAGRAM));
	EXPECT_PANIC(reassembly_init(&r, 1, REASSEMBLY_BYTES_MAX + 1u));
}
