/* sim_queue_test.c - what happens first, and luck that can be had again. */
#include "plat/sim/sim_queue.h"
#include "plat/sim/sim_dice.h"
#include "test/test.h"

TEST(events_come_out_by_time_and_then_by_order_of_arrival)
{
	struct sim_queue q = { 0 };
	struct dice d = dice_make(1, text("queue"));
	struct sim_event last = { 0 };
	u32 n = 0;

	EXPECT_EQ(queue_when(&q), TIME_NEVER);
	for (u32 i = 0; i < 20000; i += 1)
		queue_put(&q, dice_below(&d, 500), i, NULL, NULL);
	/* some come while others leave */
	for (u64 now = 0; q.count > 0; now = queue_when(&q)) {
		struct sim_event e = queue_take(&q);

		if (n > 0)
			EXPECT(e.at > last.at || (e.at == last.at && e.order > last.order));
		last = e;
		n += 1;
		if (n % 4 == 0 && n < 20000)
			queue_put(&q, e.at + dice_below(&d, 100), n, NULL, NULL);
		(void)now;
	}
	EXPECT_EQ(n, 20000 + 20000 / 4 - 1);
	queue_free(&q);
}

TEST(taking_from_an_empty_queue_is_a_bug)
{
	struct sim_queue q = { 0 };

	EXPECT_PANIC(queue_take(&q));
}

TEST(dice_repeat_for_the_same_seed_and_name_only)
{
	struct dice a = dice_make(7, text("web")), b = dice_make(7, text("web"));
	struct dice c = dice_make(8, text("web")), d = dice_make(7, text("wec"));
	u32 same_c = 0, same_d = 0;

	for (u32 i = 0; i < 1000; i += 1) {
		u64 roll = dice_roll(&a);

		EXPECT(roll == dice_roll(&b));
		same_c += roll == dice_roll(&c);
		same_d += roll == dice_roll(&d);
	}
	EXPECT_EQ(same_c, 0);
	EXPECT_EQ(same_d, 0);
}

TEST(dice_are_fair)
{
	struct dice d = dice_make(3, text("fair"));
	u32 counts[10] = { 0 }, hits = 0;

	for (u32 i = 0; i < 100000; i += 1) {
		u64 n = dice_below(&d, 10);

		EXPECT(n < 10);
		counts[n < 10 ? n : 0] += 1;
		hits += dice_chance(&d, DICE_ALWAYS / 20);
	}
	for (u32 i = 0; i < 10; i += 1)
		EXPECT(counts[i] > 9600 && counts[i] < 10400); /* four standard deviations */
	EXPECT(hits > 4700 && hits < 5300);
	EXPECT_EQ(dice_below(&d, 0), 0);
	EXPECT(!dice_chance(&d, 0));
	EXPECT(dice_chance(&d, DICE_ALWAYS));
}
