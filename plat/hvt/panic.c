/* panic.c - the image finds that it is wrong: last words to the tender, and the status that tells.
 * What the processor finds is the tender's to report: no code of the image takes part. */
#include "base/format.h"
#include "plat/hvt/pages.h"

enum { STATUS_PANIC = 134 };

static bool dying;

static struct view zero_text(const char *s, usize most)
{
	usize n = 0;

	while (n < most && s[n])
		n += 1;
	return view_make(s, n);
}

/* pc: where it was; the tender says what that is. */
static _Noreturn void end_with(const struct writer *w, const void *pc)
{
	struct view words = write_done(w);

	for (usize i = 0; i < words.n && i < HVT_WORDS; i += 1)
		hvt_guest->words[i] = view_at(words, i);
	hvt_guest->words_bytes = (u32)words.n;
	hvt_guest->words_pc = (u64)pc - 1; /* of the call, not behind it */
	if (!dying) {
		dying = true;
		record_flush(&hvt_record);
	}
	hvt_end(STATUS_PANIC);
}

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	u8 room[HVT_WORDS];
	struct writer w = writer_of(span_of(room));

	write_view(&w, zero_text(file, 128));
	write_text(&w, ":");
	write_decimal(&w, line);
	write_text(&w, ": panic: require(");
	write_view(&w, zero_text(what, 256));
	write_text(&w, ")");
	end_with(&w, __builtin_return_address(0));
}

_Noreturn void __stack_chk_fail(void);

_Noreturn __attribute__((used)) void __stack_chk_fail(void)
{
	u8 room[HVT_WORDS];
	struct writer w = writer_of(span_of(room));

	write_text(&w,
		"fata: a function wrote past its local variables: the stack protector's guard has changed");
	end_with(&w, __builtin_return_address(0));
}
