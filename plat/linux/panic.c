/* panic.c - see panic.h. */
#include "plat/linux/panic.h"
#include "lib/parts/parts.h"
#include "plat/linux/say.h"

static struct panic_place place;
static struct panic_end *end;

void panic_start(const struct panic_place *p, struct panic_end *e)
{
	place = *p;
	end = e;
}

static bool inside(const struct panic_place *p, u64 pc)
{
	return pc - p->base < p->bytes;
}

const struct panic_place *panic_here(void)
{
	return &place;
}

bool panic_inside(u64 pc)
{
	return inside(&place, pc);
}

void panic_write_place(struct writer *w, const struct panic_place *p, u64 pc)
{
	write_text(w, " at 0x");
	if (inside(p, pc)) {
		write_hex(w, pc - p->base);
		if (!image_parts.explanations)
			return;
		write_text(w, " of the image (llvm-symbolizer-19 --obj=");
		write_view(w, view_first(p->symbols, 256));
		write_text(w, " 0x");
		write_hex(w, pc - p->base);
		write_text(w, ")");
	} else {
		write_hex(w, pc);
		write_text(w, ", outside the image");
	}
}

void panic_begin(int status)
{
	if (end && end->begun != 0)
		linux_exit(status);
	if (end)
		end->begun = 1;
}

/* In spt `last` is a function of the image's and this is the tender's code:
 * control-flow integrity cannot know it. It may do no more than the image may. */
#ifdef __clang__
__attribute__((no_sanitize("cfi-icall")))
#endif
void panic_last(void)
{
	if (image_parts.recording && end && end->last)
		end->last();
}

struct last_lines *panic_lines(void)
{
	return end ? &end->lines : 0;
}

void panic_write_lines(void)
{
	struct view lines = image_parts.explanations && end ? last_of(&end->lines) : view_none();

	if (lines.n == 0)
		return;
	linux_write(2, text("fata: the last lines before:\n"));
	linux_write(2, lines);
	if (view_at(lines, lines.n - 1) != '\n')
		linux_write(2, text("\n"));
}

_Noreturn void panic_finish(struct writer *w, int status)
{
	linux_write(2, write_done(w));
	panic_write_lines();
	panic_last();
	linux_exit(status);
}

static _Noreturn void finish_at(struct writer *w, u64 pc)
{
	panic_write_place(w, &place, pc);
	write_text(w, "\n");
	panic_finish(w, STATUS_PANIC);
}

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));

	panic_begin(STATUS_PANIC);
	if (image_parts.explanations) {
		write_view(&w, view_first(zero_text(file), 128));
		write_text(&w, ":");
		write_decimal(&w, line);
		write_text(&w, ": panic: require(");
		write_view(&w, view_first(zero_text(what), 256));
		write_text(&w, ")");
	} else {
		write_text(&w, "fata: panic: line ");
		write_decimal(&w, line);
	}
	finish_at(&w, (u64)__builtin_return_address(0) - 1);
}

_Noreturn void __stack_chk_fail(void);

_Noreturn __attribute__((used)) void __stack_chk_fail(void)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));

	panic_begin(STATUS_PANIC);
	write_view(&w, image_parts.explanations ? text("fata: a function wrote past its local variables: "
						       "the stack protector's guard has changed")
						: text("fata: stack protector"));
	finish_at(&w, (u64)__builtin_return_address(0) - 1);
}
