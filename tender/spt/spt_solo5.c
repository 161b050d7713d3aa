#include "tender/spt/spt_solo5.h"
#include "base/format.h"
#include "plat/linux/say.h"
#include "plat/linux/watch.h"
#include "tender/solo5.h"
#include "tender/spt/solo5_rules.h"
#include "tender/confine.h"

enum { PAGE = SOLO5_PAGE_BYTES, EPOLL_ADD = 1, EPOLL_READABLE = 1 };

static struct solo5_guest guest;
static struct watch watch;
static struct panic_place place;
static u8 signal_stack[WATCH_STACK_BYTES] __attribute__((aligned(64)));
static struct linux_bpf code[FILTER_CODE];

/* ---- what it finds ---- */

struct epoll_event {
	u32 events;
	u64 data;
} __attribute__((packed));

static void watch_descriptor(i32 set, i32 fd, u64 data)
{
	struct epoll_event e = { EPOLL_READABLE, data };
	long error = cpu_call6(CALL_EPOLL_CTL, set, EPOLL_ADD, fd, (long)&e, 0, 0);

	if (error < 0)
		die(text("cannot wait for a port"), view_none(), error, view_none());
}

static void make_waits(struct solo5_boot *boot)
{
	long set = cpu_call3(CALL_EPOLL_CREATE, 0, 0, 0);
	long timer = cpu_call3(CALL_TIMERFD_CREATE, CLOCK_IS_MONOTONIC, OPEN_NONBLOCK, 0);

	if (set < 0 || timer < 0)
		die(text("no epoll set or no timer"), view_none(), set < 0 ? set : timer, view_none());
	boot->epoll_fd = (i32)set;
	boot->timer_fd = (i32)timer;
	watch_descriptor(boot->epoll_fd, boot->timer_fd, SOLO5_TIMER_DATA);
	for (u32 i = 1; i < guest.manifest.count; i += 1)
		if (guest.manifest.device[i].kind == SOLO5_NET)
			watch_descriptor(boot->epoll_fd, guest.manifest.device[i].fd, i);
}

/* The guest's addresses are this process's: memory begins at the lowest that a
 * process may have, where ours is not, because we lie where the kernel put us. */
static void map_memory(void)
{
	long at = linux_map(SOLO5_LOW, (usize)(guest.memory_bytes - SOLO5_LOW), PROTECT_READ | PROTECT_WRITE,
		MAP_NORESERVE | MAP_FIXED_NOREPLACE);

	if (at != SOLO5_LOW)
		die(text("no memory at address 64 K for the image"), view_none(), at < 0 ? at : 0,
			text("sysctl vm.mmap_min_addr must be 65536 or less"));
}

/* Nothing that was ever writable becomes executable: code comes straight from the file. */
static void protect(const struct solo5_segment *s)
{
	u64 bytes = s->address + s->file_bytes - s->from;
	long error = 0;

	if (s->execute && (s->offset % PAGE != s->address % PAGE || s->file_bytes != s->memory_bytes))
		die(text("this image for Solo5 cannot be run:"), guest.name, 0,
			text("its code does not lie in the file as it lies in memory"));
	if (s->execute)
		error = cpu_call6(CALL_MMAP, (long)s->from, (long)bytes, PROTECT_READ | PROTECT_EXEC,
			MAP_PRIVATE | MAP_FIXED, guest.fd, (long)(s->offset - (s->address - s->from)));
	else if (!s->write)
		error = cpu_call3(CALL_MPROTECT, (long)s->from, (long)(s->to - s->from), PROTECT_READ);
	if (error < 0 && error > -PAGE)
		die(text("cannot protect the image's memory"), view_none(), error, view_none());
}

static void watch_over(void)
{
	struct fault_stack stack = { 1ull << 62, 0 }; /* where its stack ends only the image knows */

	place = (struct panic_place){ 0, guest.file.end, guest.name };
	panic_start(&place, &watch.end);
	watch_start(&watch, &stack, span_of(signal_stack));
	watch.stops = 1; /* the next one is the second: it ends the program */
}

static void give_up(const struct solo5_boot *boot, bool verbose)
{
	i32 keep[SOLO5_HANDLES + 2];
	usize n = 0;

	for (u32 i = 1; i < guest.manifest.count; i += 1)
		keep[n++] = guest.manifest.device[i].fd;
	keep[n++] = boot->epoll_fd;
	keep[n++] = boot->timer_fd;
	confine(keep, n, verbose);
}

static u64 megabytes(struct view v)
{
	struct reader r = reader_of(v);
	u64 n = 0;

	if (v.n > 0 && (!read_decimal(&r, 1u << 20, &n) || !read_finished(&r) || n == 0))
		die(text("--mem"), v, 0, text("give megabytes, as in --mem 64"));
	return n << 20;
}

void spt_solo5(const struct command *o)
{
	static struct filter_rule rules[FILTER_RULES];
	struct solo5_boot boot = { 0 };

	if (!solo5_open(&guest, o->image, SOLO5_SPT, megabytes(o->value)))
		return;
	solo5_attach(&guest, o);
	make_waits(&boot);
	map_memory();
	solo5_place(&guest, 0);
	for (u32 i = 0; i < guest.file.segments; i += 1)
		protect(&guest.file.segment[i]);
	linux_close(guest.fd);
	(void)solo5_tell(&guest, 0, SOLO5_SPT_BOOT, SOLO5_SPT, &boot, o);
	cpu_call3(CALL_MPROTECT, SOLO5_LOW, SOLO5_BASE - SOLO5_LOW, PROTECT_READ);
	watch_over();

	usize n = filter_code(rules, solo5_rules(&guest.manifest, &boot, rules), code);

	give_up(&boot, o->flag);
	confine_calls(code, n);
	cpu_continue(guest.file.entry, guest.memory_bytes, SOLO5_SPT_BOOT); /* less 8: as if it were called */
}
