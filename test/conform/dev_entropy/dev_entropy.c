/* dev_entropy.c - seeds come whole or not at all, and no two are alike. */
#include "image.h"
#include "dev/entropy.h"
#include "test/conform/conform.h"

#define TRIES      1000u
#define SEED_BYTES 256u

static u32 tries;

void app_start(struct app *app)
{
	(void)app;
}

static u32 distinct_bytes(struct view v)
{
	bool seen[256] = { false };
	u32 n = 0;

	for (usize i = 0; i < v.n; i += 1) {
		n += !seen[view_at(v, i)];
		seen[view_at(v, i)] = true;
	}
	return n;
}

static void check(struct view first, enum entropy_source source)
{
	u8 second[SEED_BYTES] = { 0 }, odd[7] = { 0 };
	u64 generation = entropy_generation();

	conform(source <= ENTROPY_REPLAYED, text("the_source_is_named"), source);
	conform(entropy_seed(span_of(second)) != ENTROPY_NONE, text("once_there_is_entropy_there_is_more"),
		0);
	conform(!view_equal(first, view_of(second)), text("two_seeds_differ"), 0);
	/* 256 random bytes have about 162 different values; below 100 is no accident */
	conform(distinct_bytes(first) > 100, text("the_whole_seed_is_filled"), distinct_bytes(first));
	conform(entropy_seed(span_first(span_of(odd), 6)) != ENTROPY_NONE && odd[6] == 0,
		text("not_a_byte_more_is_filled"), odd[6]);
	conform(entropy_generation() == generation, text("the_generation_stays_while_nothing_is_cloned"),
		generation);
	conform_end();
}

u64 app_step(struct app *app, u64 now)
{
	u8 first[SEED_BYTES] = { 0 };
	enum entropy_source source = entropy_seed(span_of(first));

	(void)app;
	if (source == ENTROPY_NONE) {
		tries += 1;
		if (distinct_bytes(view_of(first)) != 1 || tries == TRIES) {
			conform(tries < TRIES, text("entropy_comes_in_the_end"), tries);
			conform(distinct_bytes(view_of(first)) == 1,
				text("without_entropy_nothing_is_written"), 0);
			conform_end();
			return TIME_NEVER;
		}
		return now + 10 * NS_PER_MS;
	}
	check(view_of(first), source);
	return TIME_NEVER;
}
