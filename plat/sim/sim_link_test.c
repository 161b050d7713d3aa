/* sim_link_test.c - a wire loses, delays and harms as often as it was told to. */
#include "plat/sim/sim_link.h"
#include "base/sum.h"
#include "test/test.h"

#define PERCENT (DICE_ALWAYS / 100)
#define FRAMES  100000u

static struct sim_link wire(struct sim_link_model model)
{
	return (struct sim_link){ .model = model, .dice = dice_make(42, text("wire")) };
}

TEST(a_perfect_wire_delivers_at_once)
{
	struct sim_link l = wire((struct sim_link_model){ 0 });
	struct sim_arrival a[2];

	EXPECT_EQ(link_pass(&l, 60, 5, a), 1);
	EXPECT_EQ(a[0].at, 5);
	EXPECT_EQ(a[0].burst, 0);
}

TEST(frames_are_lost_duplicated_harmed_and_held_back_as_often_as_asked)
{
	struct sim_link l = wire((struct sim_link_model){ .loss = 3 * PERCENT,
		.duplicate = 2 * PERCENT,
		.corrupt = 1 * PERCENT,
		.reorder = 5 * PERCENT,
		.delay_ns = NS_PER_MS });
	u32 none = 0, two = 0, harmed = 0, late = 0;

	for (u64 i = 0; i < FRAMES; i += 1) {
		struct sim_arrival a[2];
		u32 n = link_pass(&l, 100, i * NS_PER_US, a);

		none += n == 0;
		two += n == 2;
		harmed += n > 0 && a[0].burst > 0;
		late += n > 0 && a[0].at > i * NS_PER_US + NS_PER_MS;
	}
	EXPECT(none > 2750 && none < 3250);
	EXPECT(two > 1750 && two < 2150);
	EXPECT(harmed > 820 && harmed < 1120);
	EXPECT(late > 4500 && late < 5200);
	EXPECT_EQ(l.counts.lost, none);
	EXPECT_EQ(l.counts.duplicated, two);
	EXPECT_EQ(l.counts.corrupted, harmed);
	EXPECT_EQ(l.counts.reordered, late);
	EXPECT_EQ(l.counts.frames, FRAMES);
}

TEST(jitter_delays_but_keeps_the_order)
{
	struct sim_link l =
		wire((struct sim_link_model){ .delay_ns = 5 * NS_PER_MS, .jitter_ns = 2 * NS_PER_MS });
	u64 last = 0, least = TIME_NEVER, most = 0;

	for (u64 i = 0; i < 10000; i += 1) {
		struct sim_arrival a[2];
		u64 now = i * 10 * NS_PER_MS;

		EXPECT_EQ(link_pass(&l, 100, now, a), 1);
		EXPECT(a[0].at >= last);
		last = a[0].at;
		least = a[0].at - now < least ? a[0].at - now : least;
		most = a[0].at - now > most ? a[0].at - now : most;
	}
	EXPECT(least >= 5 * NS_PER_MS && least < 5 * NS_PER_MS + 10 * NS_PER_US);
	EXPECT(most < 7 * NS_PER_MS && most > 7 * NS_PER_MS - 10 * NS_PER_US);
	for (u64 i = 0; i < 1000; i += 1) { /* so close that jitter alone would mix them */
		struct sim_arrival a[2];

		link_pass(&l, 100, last, a);
		EXPECT(a[0].at >= l.last_at || a[0].at == l.last_at);
	}
}

TEST(a_rate_spaces_frames_and_a_full_queue_drops_them)
{
	struct sim_link l =
		wire((struct sim_link_model){ .rate_bits = 8000000, .queue_bytes = 5000 }); /* 1 MB/s */
	struct sim_arrival a[2];
	u32 passed = 0;

	for (u32 i = 0; i < 100; i += 1) {
		u32 n = link_pass(&l, 1000, 0, a);

		if (n > 0)
			EXPECT_EQ(a[0].at, (passed + 1) * NS_PER_MS);
		passed += n;
	}
	EXPECT_EQ(passed, 6); /* one on the wire, five waiting; more than 5000 bytes is too much */
	EXPECT_EQ(l.counts.overflowed, 94);
	EXPECT_EQ(link_backlog_bytes(&l, 0), 6000);
	EXPECT_EQ(link_backlog_bytes(&l, 2 * NS_PER_MS), 4000);
	EXPECT_EQ(link_backlog_bytes(&l, 7 * NS_PER_MS), 0);
	EXPECT_EQ(link_backlog_below(&l, 4000, 0), 2 * NS_PER_MS);
	EXPECT_EQ(link_backlog_below(&l, 4000, 3 * NS_PER_MS), 3 * NS_PER_MS);
	EXPECT_EQ(link_pass(&l, 1000, 10 * NS_PER_MS, a), 1);
	EXPECT_EQ(a[0].at, 11 * NS_PER_MS);
}

TEST(frames_over_the_mtu_do_not_pass)
{
	struct sim_link l = wire((struct sim_link_model){ .mtu = 1280 });
	struct sim_arrival a[2];

	EXPECT_EQ(link_pass(&l, 1294, 0, a), 1);
	EXPECT_EQ(link_pass(&l, 1299, 0, a), 0);
	EXPECT_EQ(l.counts.oversized, 1);
}

TEST(a_checksum_notices_every_burst)
{
	struct sim_link l = wire((struct sim_link_model){ 0 });
	struct dice d = dice_make(1, text("frame"));

	for (u32 round = 0; round < 20000; round += 1) {
		u32 burst = 1 + round % 15;
		u8 frame[64], was[64];
		usize first = 64 * 8, last = 0;

		for (u32 i = 0; i < sizeof frame; i += 1)
			frame[i] = was[i] = (u8)dice_roll(&d);
		link_flip(&l, span_of(frame), burst);
		EXPECT(sum_fold(sum_bytes(0, view_of(frame))) != sum_fold(sum_bytes(0, view_of(was))));
		for (usize bit = 0; bit < 64 * 8; bit += 1) {
			if (((frame[bit / 8] ^ was[bit / 8]) & 0x80u >> bit % 8) == 0)
				continue;
			first = bit < first ? bit : first;
			last = bit;
		}
		EXPECT_EQ(last - first + 1, burst);
	}
}

TEST(the_same_seed_gives_the_same_arrivals)
{
	struct sim_link_model m = { .loss = 10 * PERCENT, .jitter_ns = NS_PER_MS, .duplicate = 10 * PERCENT };
	struct sim_link l = wire(m), k = wire(m);

	for (u64 i = 0; i < 1000; i += 1) {
		struct sim_arrival a[2] = { 0 }, b[2] = { 0 };

		EXPECT_EQ(link_pass(&l, 100, i, a), link_pass(&k, 100, i, b));
		EXPECT(memcmp(a, b, sizeof a) == 0);
	}
}
