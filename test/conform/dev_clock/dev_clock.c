/* dev_clock.c - time never goes back, steps come when they were asked for and not long after. */
#include "image.h"
#include "dev/clock.h"
#include "dev/image.h"
#include "test/conform/conform.h"

#define READS    10000u
#define PAUSE_NS (30 * NS_PER_MS)
#define LATE_NS  (2 * NS_PER_S) /* a loaded machine; a forgotten deadline would be late for ever */
#define YEAR2020 (1577836800ull * NS_PER_S)
#define YEAR2200 (7258118400ull * NS_PER_S)

static u64 last_now, asked;
static u32 steps, backwards, early, future;
static bool too_late;

void app_start(struct app *app)
{
	u64 before = clock_monotonic(), wall = clock_wall(), back = 0;

	(void)app;
	for (u32 i = 0; i < READS; i += 1) {
		u64 now = clock_monotonic();

		back += now < before;
		before = now;
	}
	conform(back == 0, text("the_monotonic_clock_never_goes_back"), back);
	conform(wall == 0 || (wall > YEAR2020 && wall < YEAR2200),
		text("the_wall_clock_is_absent_or_plausible"), wall);
}

static u64 report(void)
{
	u64 wall = clock_wall();

	conform(backwards == 0, text("a_steps_time_is_never_before_the_last_ones"), backwards);
	conform(future == 0, text("a_steps_time_is_not_in_the_clocks_future"), future);
	conform(early == 0, text("without_devices_no_step_comes_before_its_time"), early);
	conform(!too_late, text("a_step_comes_soon_after_the_time_asked_for"), 0);
	conform(clock_wall() >= wall, text("the_wall_clock_goes_forward_while_nobody_sets_it"), wall);
	conform_end();
	return TIME_NEVER;
}

u64 app_step(struct app *app, u64 now)
{
	(void)app;
	backwards += now < last_now;
	future += clock_monotonic() < now;
	early += asked != 0 && now < asked;
	too_late = too_late || (asked != 0 && now > asked + LATE_NS);
	last_now = now;
	steps += 1;
	if (steps == 10)
		return report();
	asked = now + PAUSE_NS;
	return asked;
}
