/* loop.c - see loop.h. */
#include "plat/linux/loop.h"
#include "base/format.h"
#include "dev/clock.h"
#include "dev/image.h"
#include "plat/linux/clock.h"
#include "plat/linux/console.h"
#include "plat/linux/disk.h"
#include "plat/linux/port.h"
#include "plat/linux/say.h"
#include "plat/linux/trail.h"
#include "plat/record/steps.h"

#define WAIT_MAX_S 1000000u /* a wait is never longer: it only costs a step */

static u64 memory_bytes;
static i32 statm = -1;
static bool left;
static u8 leave_status;

void image_leave(u8 status)
{
	record_leave(&trail_record, status);
	left = true;
	leave_status = status;
}

struct image_memory image_memory(void)
{
	u8 room[64];
	struct image_memory m = { 0, memory_bytes };
	long n = statm < 0 ? -1 : linux_pread(statm, span_of(room), 0);
	struct reader r = reader_of(view_make(room, n < 0 ? 0 : (usize)n));
	u64 size_pages, resident_pages;

	/* /proc/self/statm: size and resident, in pages */
	if (read_decimal(&r, BYTES_MAX, &size_pages) && read_literal(&r, text(" ")) &&
		read_decimal(&r, BYTES_MAX, &resident_pages))
		m.resident_bytes = resident_pages * 4096u;
	record_image_memory(&trail_record, m);
	return m;
}

static i32 wait_fd(const struct port *p)
{
	if (port_on_uring(p))
		return port_uring_fd();
	return p->kind == ATTACHED_NONE ? -1 : p->fd; /* a negative one is skipped by the kernel */
}

/* Until a device has something, room came back in one that was full, a stop is
 * asked for, or `wake`. Ports that have nothing are known to be dry: the step
 * need not ask them. */
static void wait_until(struct watch *w, u64 wake, u32 stops_seen)
{
	struct linux_pollfd fds[ATTACH_PORTS + 1];
	usize count = 0;
	bool alone = !console_wanted();
	u64 now = clock_read(CLOCK_IS_BOOTTIME);
	u64 ns = wake <= now ? 0 : wake - now;

	w->wait_for.s = (i64)(ns / NS_PER_S < WAIT_MAX_S ? ns / NS_PER_S : WAIT_MAX_S);
	w->wait_for.ns = (i64)(ns % NS_PER_S);
	if (w->stops != stops_seen)
		return;
	for (u32 i = 0; i < port_count; i += 1)
		alone = alone && (ports[i].kind == ATTACHED_NONE || port_on_uring(&ports[i]));
	if (image_parts.uring && port_uring_wait(&w->wait_for, alone))
		return;
	for (u32 i = 0; i < port_count; i += 1) {
		struct port *p = &ports[i];

		fds[count] = (struct linux_pollfd){ wait_fd(p), POLL_IN, 0 };
		if (net_stream_waits(&p->stream))
			fds[count].wanted = POLL_IN | POLL_OUT;
		count += 1;
	}
	if (console_wanted())
		fds[count++] = (struct linux_pollfd){ 0, POLL_IN, 0 };

	linux_ppoll(fds, count, &w->wait_for);
	for (u32 i = 0; i < port_count; i += 1)
		ports[i].dry = (fds[i].got & ~POLL_OUT) == 0;
	if (image_parts.uring)
		port_uring_look();
}

static _Noreturn void leave(int status)
{
	if (image_parts.uring)
		port_uring_look(); /* what is queued leaves */
	if (image_parts.recording)
		record_end(&trail_record, image_hash());
	linux_exit(status);
}

static u64 step(u64 now)
{
	u64 wake = steps_step(&trail_record, now);

	port_flush();
	trail_flush();
	return wake;
}

_Noreturn void loop_run(const struct loop *l)
{
	struct watch *w = l->watch;
	u64 now = clock_read(CLOCK_IS_BOOTTIME), wake = now, end = TIME_NEVER;
	u32 stops_seen = 0;

	memory_bytes = l->memory_bytes;
	statm = l->statm;
	steps_start(&trail_record, now);
	while (!left) {
		u32 asked = w->stops;

		if (asked != stops_seen) {
			stops_seen = asked;
			end = steps_stop(&trail_record, now, now + l->stop_ns);
		} else if (wake > now && !port_more() && !disk_more()) {
			wait_until(w, wake < end ? wake : end, asked);
		} else {
			port_look();
		}
		now = clock_read(CLOCK_IS_BOOTTIME);
		wake = step(now);
		if (!left && now >= end) {
			say(text("the image did not leave by its deadline: ended (--stop-after)"),
				view_none(), 0, view_none());
			leave(128 + SIGNAL_TERM);
		}
	}
	leave(leave_status);
}
