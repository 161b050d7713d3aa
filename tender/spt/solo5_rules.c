#include "tender/spt/solo5_rules.h"

enum { SET_FS = 0x1002, STANDARD_OUT = 1, STANDARD_ERROR = 2 };

static struct filter_rule on(u32 call, i32 fd, enum filter_use use)
{
	return (struct filter_rule){
		.call = call, .use = (u8)use, .checks = 1, .check = { { 0, FILTER_EQUAL, true, (u64)fd } }
	};
}

/* One block at a time, and none behind the end: a file would grow. */
static struct filter_rule block_on(u32 call, const struct solo5_device *d)
{
	struct filter_rule r = on(call, d->fd, FILTER_DISK);

	r.check[1] = (struct filter_check){ 2, FILTER_EQUAL, false, d->block_bytes };
	r.check[2] = (struct filter_check){ 3, FILTER_AT_MOST, false, d->capacity - d->block_bytes };
	r.checks = 3;
	return r;
}

static struct filter_rule with(u32 call, u64 first, enum filter_use use)
{
	return (struct filter_rule){
		.call = call, .use = (u8)use, .checks = 1, .check = { { 0, FILTER_EQUAL, false, first } }
	};
}

usize solo5_rules(const struct solo5_manifest *m, const struct solo5_boot *boot,
	struct filter_rule rules[static FILTER_RULES])
{
	usize n = 0;

	require(m->count * 2u + 9u <= FILTER_RULES);
	for (u32 i = 1; i < m->count; i += 1) {
		const struct solo5_device *d = &m->device[i];

		rules[n++] =
			d->kind == SOLO5_NET ? on(CALL_READ, d->fd, FILTER_PORT) : block_on(CALL_PREAD, d);
		rules[n++] =
			d->kind == SOLO5_NET ? on(CALL_WRITE, d->fd, FILTER_PORT) : block_on(CALL_PWRITE, d);
	}
	rules[n++] = on(CALL_EPOLL_PWAIT, boot->epoll_fd, FILTER_WAIT);
	rules[n++] = on(CALL_TIMERFD_SETTIME, boot->timer_fd, FILTER_WAIT);
	rules[n++] = with(CALL_CLOCK_GETTIME, CLOCK_IS_MONOTONIC, FILTER_CLOCK);
	rules[n++] = with(CALL_CLOCK_GETTIME, CLOCK_IS_REALTIME, FILTER_CLOCK);
	rules[n++] = on(CALL_WRITE, STANDARD_OUT, FILTER_CONSOLE);
	rules[n++] = on(CALL_WRITE, STANDARD_ERROR, FILTER_CONSOLE); /* the report of a fault */
	rules[n++] = with(CALL_ARCH_PRCTL, SET_FS, FILTER_MEMORY);
	rules[n++] = (struct filter_rule){ .call = CALL_EXIT_GROUP, .use = FILTER_END };
	return n;
}
