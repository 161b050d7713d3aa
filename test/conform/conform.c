#include "test/conform/conform.h"
#include "dev/console.h"
#include "dev/image.h"

static u32 kept_count, broken_count;

void conform(bool kept, struct view promise, u64 seen)
{
	u8 room[256];
	struct writer w = writer_of(span_of(room));

	if (kept) {
		kept_count += 1;
		write_text(&w, "ok ");
		write_view(&w, promise);
	} else {
		broken_count += 1;
		write_text(&w, "not ok ");
		write_view(&w, promise);
		write_text(&w, ": ");
		write_decimal(&w, seen);
	}
	write_text(&w, "\n");
	console_write(write_done(&w));
}

void conform_end(void)
{
	image_leave(broken_count > 0 || kept_count == 0);
}

void conform_fill(struct span s, u32 seed)
{
	for (usize i = 0; i < s.n; i += 1)
		span_set(s, i, conform_byte(seed, i));
}

bool conform_filled(struct view v, u32 seed)
{
	for (usize i = 0; i < v.n; i += 1)
		if (view_at(v, i) != conform_byte(seed, i))
			return false;
	return true;
}
