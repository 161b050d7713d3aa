/* console.c - see console.h. */
#include "plat/linux/console.h"
#include "base/mem.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "plat/linux/linux.h"
#include "plat/linux/panic.h"
#include "plat/linux/trail.h"

enum { PIPE_BYTES = 4096 }; /* a pipe that says it is writable takes so much at once */

static u8 typed[1024];
static usize typed_bytes;
static bool reads, ended;

/* Never waits, and does not make the descriptor non-blocking: that would change
 * it for everybody who shares it (a terminal's shell, for one). */
void console_write(struct view v)
{
	volatile struct linux_timespec now = { 0, 0 };

	record_console_write(&trail_record, v);
	if (image_parts.explanations && panic_lines())
		last_keep(panic_lines(), v);
	while (v.n > 0) {
		struct linux_pollfd out = { 1, POLL_OUT, 0 };
		struct view part = view_first(v, PIPE_BYTES);

		if (linux_ppoll(&out, 1, &now) != 1 || (out.got & POLL_OUT) == 0)
			return;

		long n = linux_write(1, part);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return;
		v = view_from(v, (usize)n);
	}
}

/* Input is touched only when an image asks for it: most never do, and must
 * not take what was typed for somebody else. */
bool console_wanted(void)
{
	return reads && !ended && typed_bytes < sizeof typed;
}

struct view console_rx(void)
{
	volatile struct linux_timespec now = { 0, 0 };
	struct linux_pollfd in = { 0, POLL_IN, 0 };

	reads = true;
	if (console_wanted() && linux_ppoll(&in, 1, &now) == 1) {
		long n = linux_read(0, span_from(span_of(typed), typed_bytes));

		if (n > 0)
			typed_bytes += (usize)n;
		else if (n != -ERROR_INTR && n != -ERROR_AGAIN)
			ended = true; /* closed, or a terminal we are in the background of */
	}
	record_console_rx(&trail_record, view_make(typed, typed_bytes));
	return view_make(typed, typed_bytes);
}

void console_rx_done(usize n)
{
	require(n <= typed_bytes);
	record_console_rx_done(&trail_record, n);
	typed_bytes = slide(span_make(typed, typed_bytes), n);
}

enum entropy_source entropy_seed(struct span out)
{
	enum entropy_source source = ENTROPY_HOST;
	struct span rest = out;

	while (rest.n > 0) {
		long n = cpu_call3(CALL_GETRANDOM, (long)rest.p, (long)rest.n, GETRANDOM_NONBLOCK);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0) { /* the machine has just started and knows nothing unpredictable yet */
			fill(out, 0);
			source = ENTROPY_NONE;
			break;
		}
		rest = span_from(rest, (usize)n);
	}
	record_entropy_seed(&trail_record, source, source == ENTROPY_NONE ? view_none() : span_view(out));
	return source;
}

/* A process is not cloned or restored under the image's feet: the kernel's
 * generator reseeds itself when its machine was. */
u64 entropy_generation(void)
{
	record_entropy_generation(&trail_record, 0);
	return 0;
}
