/* spt_entry.c - where the tender jumps to, and what only an image in spt has: all it may use was given to it. */
#include "base/mem.h"
#include "dev/image.h"
#include "lib/parts/parts.h"
#include "plat/linux/attach.h"
#include "plat/linux/call_name.h"
#include "plat/linux/clock.h"
#include "plat/linux/disk.h"
#include "plat/linux/loop.h"
#include "plat/linux/port.h"
#include "plat/linux/room.h"
#include "plat/linux/say.h"
#include "plat/linux/trail.h"
#include "plat/spt/spt_boot.h"

/* The platform's note (lib/note/note.h): NOTE_PLATFORM, version SPT_VERSION. */
__asm__(".pushsection .note.fata,\"a\",@note\n"
	"	.p2align 2\n"
	"	.long 5, 8, 3\n"
	"	.asciz \"fata\"\n"
	"	.p2align 2\n"
	"	.long 3\n"
	"	.byte 3\n"
	"	.ascii \"spt\"\n"
	"	.popsection\n");
_Static_assert(SPT_VERSION == 3, "the note says another version");

/* Compared by every function's epilogue (-mstack-protector-guard=global). */
u64 __stack_chk_guard __attribute__((used));

static const struct spt_boot *boot;
static u64 room_used;

static struct view boot_text(struct spt_text t)
{
	return view_make((const u8 *)boot + t.at, t.bytes);
}

struct view image_argument(usize i)
{
	return i < boot->arguments ? boot_text(boot->argument[i]) : view_none();
}

struct view image_platform(void)
{
	return text("spt");
}

u64 room_map(usize bytes)
{
	u64 at = boot->room + room_used;

	room_used += (bytes + SPT_PAGE - 1) / SPT_PAGE * SPT_PAGE;
	require(room_used <= boot->room_bytes);
	return at;
}

struct view watch_call_name(u64 number)
{
	return call_name(number);
}

static _Noreturn void start(void)
{
	struct watch *watch = (struct watch *)boot->watch;
	struct panic_place place = { boot->image, boot->image_bytes, boot_text(boot->symbols) };
	struct fault_stack stack = { boot->stack_bottom, boot->stack_bytes };
	struct loop loop = {
		.watch = watch,
		.stop_ns = boot->stop_ns,
		.memory_bytes = boot->memory_bytes,
		.statm = boot->statm,
	};

	require(boot->magic == SPT_MAGIC && boot->version == SPT_VERSION);
	if (!image_parts.uring && boot->attached.uring.at != 0)
		attach_without(text("--io"));
	watch->end.last = trail_last;
	panic_start(&place, &watch->end);
	watch_know(watch, &stack);
	clock_start(boot->vdso);
	port_start(&boot->attached);
	disk_start(&boot->attached);
	trail_start(&boot->attached);
	loop_run(&loop);
}

_Noreturn void spt_entry(const struct spt_boot *b);

_Noreturn __attribute__((used, no_stack_protector)) void spt_entry(const struct spt_boot *b)
{
	__stack_chk_guard = b->guard;
	boot = b;
	start();
}
