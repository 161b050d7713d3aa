/* dev_console.c - writes lines of many lengths, then reads one line and says it back.
 *
 * Half of the promise is seen from outside: the script that runs it compares
 * the output byte for byte, and types "hello console\n".
 */
#include "image.h"
#include "dev/console.h"
#include "test/conform/conform.h"

#define LINES   64u
#define WAIT_NS (5 * NS_PER_S)

static u64 until;

void app_start(struct app *app)
{
	(void)app;
	console_write(view_none());
	for (u32 n = 0; n < LINES; n += 1) {
		u8 line[LINES + 2];
		struct writer w = writer_of(span_of(line));

		write_fill(&w, '#', n);
		write_text(&w, "\n");
		console_write(write_done(&w));
	}
}

u64 app_step(struct app *app, u64 now)
{
	const struct view wanted = text("hello console\n");
	struct view v = console_rx();

	(void)app;
	if (until == 0)
		until = now + WAIT_NS;
	if (v.n < wanted.n && now < until)
		return until;
	conform(view_starts(v, wanted), text("what_was_typed_comes_in"), v.n);
	conform(view_equal(console_rx(), v), text("what_is_not_taken_stays"), console_rx().n);
	console_rx_done(v.n < 6 ? v.n : 6);
	conform(view_starts(console_rx(), text("console\n")), text("what_is_taken_is_gone"), console_rx().n);
	console_rx_done(console_rx().n);
	conform_end();
	return TIME_NEVER;
}
