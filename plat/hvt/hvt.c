/* hvt.c - the loop of dev/image.h in a guest without privileges: step while there is something to do, else rest. */
#include "base/mem.h"
#include "dev/image.h"
#include "plat/hvt/bytes.h"
#include "plat/hvt/clock.h"
#include "plat/hvt/disk.h"
#include "plat/hvt/pages.h"
#include "plat/hvt/port.h"
#include "plat/record/steps.h"

#define STEPS_MOST 8u /* without a call: what is sent must leave at some time */

/* Compared by every function's epilogue (-mstack-protector-guard=global). */
u64 __stack_chk_guard __attribute__((used));

static bool left;
static u8 leave_status;

void hvt_entry(const struct hvt_host *host);
static _Noreturn void run(const struct hvt_host *host);

/* The guard changes here, so no function that compares it may be on the stack.
 * Its first byte is zero so that no string function can carry it over itself. */
__attribute__((used, no_stack_protector)) void hvt_entry(const struct hvt_host *host)
{
	u64 guard = 0;

	for (u32 i = 0; i < 7; i += 1)
		guard = (guard + host->seed[i]) * 256u;
	__stack_chk_guard = guard;
	run(host);
}

void image_leave(u8 status)
{
	record_leave(&hvt_record, status);
	left = true;
	leave_status = status;
}

struct view image_platform(void)
{
	return text("hvt");
}

/* Words each ended by a zero byte; only read. */
struct view image_argument(usize i)
{
	struct view words = view_make((const void *)hvt_host->arguments, hvt_host->argument_bytes);

	for (; words.n > 0; i -= 1) {
		usize n = view_find(words, 0);

		if (i == 0)
			return view_first(words, n);
		words = view_from(words, n + 1);
	}
	return view_none();
}

struct image_memory image_memory(void)
{
	struct image_memory m = { 0, hvt_host->memory_bytes };

	record_image_memory(&hvt_record, m);
	return m;
}

static _Noreturn void leave(u32 status)
{
	record_end(&hvt_record, image_hash());
	hvt_end(status);
}

static _Noreturn void run(const struct hvt_host *host)
{
	u32 stops_seen = 0, steps = 0;

	hvt_pages(host);
	bytes_start();
	port_start();
	if (host->log.at != 0) {
		record_begin(&hvt_record, image_name(), view_none(), image_platform());
		for (usize i = 0; image_argument(i).n > 0; i += 1)
			record_argument(&hvt_record, image_argument(i));
	}

	u64 now = clock_read(), wake = now, end = TIME_NEVER;

	steps_start(&hvt_record, now);
	while (!left) {
		u32 asked = hvt_host->stops;

		if (asked != stops_seen) {
			stops_seen = asked;
			end = steps_stop(&hvt_record, now, hvt_host->stop_deadline_ns);
		} else if ((!port_more() && !disk_more()) || steps == STEPS_MOST) {
			hvt_rest(wake < end ? wake : end);
			steps = 0;
		}
		steps += 1;
		now = clock_read();
		wake = steps_step(&hvt_record, now);
		if (!left && now >= end) {
			console_write(text(
				"fata: the image did not leave by its deadline: ended (--stop-after)\n"));
			leave(128 + 15);
		}
	}
	leave(leave_status);
}
