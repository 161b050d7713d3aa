/* say.c - see say.h. */
#include "plat/linux/say.h"
#include "base/writer.h"
#include "base/format.h"
#include "lib/parts/parts.h"

struct view zero_text(const char *zero_ended)
{
	usize n = 0;

	while (zero_ended[n])
		n += 1;
	return view_make(zero_ended, n);
}

bool zero_string(struct span to, struct view v)
{
	if (v.n >= to.n || view_find(v, 0) < v.n)
		return false;
	copy(to, v);
	span_set(to, v.n, 0);
	return true;
}

void say(struct view what, struct view which, long error, struct view advice)
{
	u8 room[1024];
	struct writer w = writer_of(span_of(room));

	write_text(&w, "fata: ");
	write_view(&w, what);
	if (which.n > 0) {
		write_text(&w, " ");
		write_view(&w,
			view_first(which, sizeof room / 2)); /* of a name longer than any line its start */
	}
	if (error != 0) {
		struct view reason = image_parts.explanations ? linux_error_text(error) : view_none();

		write_text(&w, ": ");
		if (reason.n > 0) {
			write_view(&w, reason);
		} else {
			write_text(&w, "error ");
			write_decimal(&w, (u64)(error < 0 ? -error : error));
		}
	}
	if (image_parts.advice && advice.n > 0) {
		write_text(&w, "\n      ");
		write_view(&w, advice);
	}

	write_text(&w, "\n");
	linux_write(2, write_done(&w));
}

_Noreturn void die(struct view what, struct view which, long error, struct view advice)
{
	say(what, which, error, advice);
	linux_exit(STATUS_BAD_USE);
}
