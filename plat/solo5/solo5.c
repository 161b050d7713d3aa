/* solo5.c - the loop of dev/image.h over a tender's calls, and what an image may ask of its platform. */
#include "plat/solo5/solo5.h"
#include "plat/solo5/cpu.h"

struct guest guest;

static bool left;
static u8 leave_status;

/* Compared by every function's epilogue (-mstack-protector-guard=global). */
u64 __stack_chk_guard __attribute__((used));

/* ---- what the tender has said ---- */

void guest_told(const struct solo5_boot *boot)
{
	const u8 *line = (const u8 *)boot->command_line;
	struct view head = view_make((const u8 *)boot->manifest, 8);
	struct reader r = reader_of(view_from(head, 4));
	usize n = 0;
	u32 count = read_le32(&r);

	guest.memory_bytes = boot->memory_bytes;
	while (n < SOLO5_COMMAND_BYTES && line[n] != 0)
		n += 1;
	guest.command_line = view_make(line, n);
	require(count <= SOLO5_HANDLES);
	require(solo5_manifest_read(view_make((const u8 *)boot->manifest, 8 + count * SOLO5_ENTRY_BYTES),
			&guest.manifest) == SOLO5_OK);
}

u32 guest_device(enum solo5_kind kind, u32 n)
{
	for (u32 i = 1; i < guest.manifest.count; i += 1) {
		const struct solo5_device *d = &guest.manifest.device[i];

		if (d->kind != kind)
			continue;
		if (n == 0)
			return d->attached ? i : 0;
		n -= 1;
	}
	return 0;
}

/* The tender joins the arguments by spaces and no quoting survives it. Words for
 * Solo5's own library ("--solo5:quiet") are not the image's. */
struct view image_argument(usize i)
{
	struct view rest = guest.command_line;

	while (rest.n > 0) {
		struct view word = view_first(rest, view_find(rest, ' '));

		rest = view_from(rest, word.n + 1);
		if (word.n == 0 || view_starts(word, text("--solo5:")))
			continue;
		if (i == 0)
			return word;
		i -= 1;
	}
	return view_none();
}

struct view image_platform(void)
{
	return tender_name();
}

/* Where the linker put the image (tool/solo5.ld). */
extern const u8 guest_begin[], guest_end[];

struct image_memory image_memory(void)
{
	u64 bytes = (u64)guest_end - (u64)guest_begin;

	return (struct image_memory){ .resident_bytes = 0, .limit_bytes = bytes };
}

/* ---- the end ---- */

void image_leave(u8 status)
{
	left = true;
	leave_status = status;
}

_Noreturn void guest_abort(struct writer *why)
{
	write_text(why, "\n");
	tender_write(write_done(why));
	tender_exit(SOLO5_EXIT_ABORT);
}

static struct view text_of(const char *zero_ended, usize most)
{
	usize n = 0;

	while (n < most && zero_ended[n])
		n += 1;
	return view_make(zero_ended, n);
}

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));

	write_view(&w, text_of(file, 128));
	write_text(&w, ":");
	write_decimal(&w, line);
	write_text(&w, ": panic: require(");
	write_view(&w, text_of(what, 256));
	write_text(&w, ")");
	guest_abort(&w);
}

_Noreturn void __stack_chk_fail(void);

_Noreturn __attribute__((used)) void __stack_chk_fail(void)
{
	u8 room[256];
	struct writer w = writer_of(span_of(room));

	write_text(&w, "fata: a function wrote past its local variables: the stack protector's guard has "
		       "changed at 0x");
	write_hex(&w, (u64)__builtin_return_address(0));
	guest_abort(&w);
}

/* ---- the loop ---- */

_Noreturn void solo5_main(void)
{
	u64 now = tender_monotonic(), wake = now;

	guest_net_start();
	guest_block_start();
	image_start(now);
	while (!left) {
		if (wake > now && !guest_net_more() && !guest_block_more())
			guest_net_ready(tender_wait(now, wake));
		else
			guest_net_look();
		now = tender_monotonic();
		wake = image_step(now);
	}
	tender_exit(leave_status);
}
