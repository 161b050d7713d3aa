/* unix.c - the Unix target: one process, one thread, no C library; it attaches its own devices and runs the loop.
 *
 * The kernel starts it with a bare stack, plat/linux makes a program of it
 * (entry.h), and everything else that any Linux process of ours needs is
 * plat/linux too. Here is what only an image that is a program by itself has:
 * its command line, and memory taken from the kernel as it is needed. Device
 * memory is mapped once, before image_start, for the ports that exist; nothing
 * is allocated afterwards.
 */
#include "dev/image.h"
#include "lib/parts/parts.h"
#include "plat/linux/attach.h"
#include "plat/linux/clock.h"
#include "plat/linux/disk.h"
#include "plat/linux/entry.h"
#include "plat/linux/loop.h"
#include "plat/linux/port.h"
#include "plat/linux/room.h"
#include "plat/linux/say.h"
#include "plat/linux/trail.h"
#include "plat/linux/uring.h"

static const char help[] = "options of the platform (unix); all others are the image's: --help\n"
			   "\n" COMMAND_HELP COMMAND_HELP_IO COMMAND_HELP_END;

static struct command options;
static struct watch watch;
static u64 bill_bytes; /* all the memory this process will use */
static u8 signal_stack[WATCH_STACK_BYTES] __attribute__((aligned(64)));
static char symbols[512];

struct view image_argument(usize i)
{
	return i < options.arguments ? options.argument[i] : view_none();
}

struct view image_platform(void)
{
	return text("unix");
}

u64 room_map(usize bytes)
{
	long at = linux_map(0, bytes, PROTECT_READ | PROTECT_WRITE, MAP_NORESERVE);

	if (at < 0 && at > -4096)
		die(text("no memory for the devices"), view_none(), at,
			text("is there a limit (ulimit -v)?"));
	bill_bytes += bytes;
	return (u64)at;
}

struct view watch_call_name(u64 number)
{
	(void)number; /* only a filter that somebody put around us refuses calls */
	return view_none();
}

static void name_devices(struct attach_names *names)
{
	*names = (struct attach_names){ .image = image_name() };
	while (image_port_name(names->ports).n > 0 && names->ports < ATTACH_PORTS) {
		names->port[names->ports] = image_port_name(names->ports);
		names->ports += 1;
	}
	while (image_parts.disks && image_disk_name(names->disks).n > 0 && names->disks < ATTACH_DISKS) {
		names->disk[names->disks] = image_disk_name(names->disks);
		names->disks += 1;
	}
	require(image_port_name(names->ports).n == 0); /* a manifest has fewer: tool/manifest.h */
}

/* What is mapped now is all there will be; a page of the stack may still come.
 * It keeps mistakes small and not attackers out: root may raise its limits again. */
static void limit_memory(i32 statm)
{
	u8 room[64];
	long n = statm < 0 ? -1 : linux_pread(statm, span_of(room), 0);
	struct reader r = reader_of(view_make(room, n < 0 ? 0 : (usize)n));
	u64 pages;

	if (!read_decimal(&r, BYTES_MAX, &pages))
		return; /* there is no /proc */

	struct linux_rlimit limit = { pages * 4096u + ENTRY_STACK_BYTES, pages * 4096u + ENTRY_STACK_BYTES };

	cpu_call6(CALL_PRLIMIT, 0, RLIMIT_ADDRESSES, (long)&limit, 0, 0, 0);
}

static void watch_over(const struct entry *e)
{
	struct writer w = writer_of(span_of(symbols));
	struct fault_stack stack = { e->stack_bottom, e->stack_bytes };

	if (image_parts.explanations && e->arguments[0])
		write_view(&w, view_first(zero_text(e->arguments[0]), sizeof symbols - 16));
	if (image_parts.explanations)
		write_text(&w, ".symbols");

	struct panic_place place = { e->base, e->end - e->base, write_done(&w) };

	watch.end.last = trail_last;
	panic_start(&place, &watch.end);
	watch_start(&watch, &stack, span_of(signal_stack));
}

_Noreturn void entry_main(const struct entry *e)
{
	static const struct command_kind helpful = { .help = { (const u8 *)help, sizeof help - 1 },
		.io = TEXT("--io") };
	static const struct command_kind brief = { .help = TEXT(""), .io = TEXT("--io") };
	struct attach_names names;
	struct attached attached;

	bill_bytes = e->image_bytes + ENTRY_STACK_BYTES;
	entry_seal(e);
	watch_over(e);
	clock_start(e->vdso);
	command_read(&options, image_parts.advice ? &helpful : &brief,
		e->arguments[0] ? e->arguments + 1 : e->arguments);
	name_devices(&names);
	attach(&attached, &names, &options);
	if (image_parts.uring && options.uring)
		uring_attach(&attached, room_map(URING_ROOM_BYTES));
	port_start(&attached);
	if (image_parts.disks)
		disk_start(&attached);
	trail_start(&attached);

	struct loop loop = {
		.watch = &watch,
		.stop_ns = options.stop_ns,
		.memory_bytes = bill_bytes,
		.statm = (i32)linux_open("/proc/self/statm", OPEN_RDONLY, 0),
	};

	limit_memory(loop.statm);
	loop_run(&loop);
}
