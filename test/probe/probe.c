/* probe.c - does what --try names, and says how it went if it comes back. */
#include "image.h"
#include "base/format.h"
#include "dev/console.h"
#include "dev/image.h"
#include "test/probe/probe.h"

static const struct {
	struct view name;
	struct outcome (*run)(void);
} probes[] = {
	{ TEXT("write-text"), try_write_text },
	{ TEXT("write-rodata"), try_write_rodata },
	{ TEXT("write-relro"), try_write_relro },
	{ TEXT("read-text"), try_read_text },
	{ TEXT("execute-data"), try_execute_data },
	{ TEXT("execute-bss"), try_execute_bss },
	{ TEXT("execute-stack"), try_execute_stack },
	{ TEXT("execute-rodata"), try_execute_rodata },
	{ TEXT("read-null"), try_read_null },
	{ TEXT("write-null"), try_write_null },
	{ TEXT("jump-null"), try_jump_null },
	{ TEXT("wild-pointer"), try_wild_pointer },
	{ TEXT("far-pointer"), try_far_pointer },
	{ TEXT("past-the-end"), try_past_the_end },
	{ TEXT("stack-overflow"), try_stack_overflow },
	{ TEXT("lost-stack"), try_lost_stack },
	{ TEXT("array-bounds"), try_array_bounds },
	{ TEXT("view-bounds"), try_view_bounds },
	{ TEXT("pointer-bounds"), try_pointer_bounds },
	{ TEXT("overflow-index"), try_overflow_index },
	{ TEXT("shift-too-far"), try_shift_too_far },
	{ TEXT("divide-by-zero"), try_divide_by_zero },
	{ TEXT("divide-overflow"), try_divide_overflow },
	{ TEXT("bool-of-two"), try_bool_of_two },
	{ TEXT("call-wrong-type"), try_call_wrong_type },
	{ TEXT("stack-smash"), try_stack_smash },
	{ TEXT("return-address"), try_return_address },
	{ TEXT("uninitialised-local"), try_uninitialised_local },
	{ TEXT("stale-handle"), try_stale_handle },
	{ TEXT("stale-pointer"), try_stale_pointer },
	{ TEXT("failed-require"), try_failed_require },
	{ TEXT("undefined-instruction"), try_undefined_instruction },
	{ TEXT("privileged-instruction"), try_privileged_instruction },
	{ TEXT("page-tables"), try_page_tables },
	{ TEXT("exception-table"), try_exception_table },
	{ TEXT("hypercall"), try_hypercall },
	{ TEXT("port-io"), try_port_io },
	{ TEXT("breakpoint"), try_breakpoint },
	{ TEXT("thread-local"), try_thread_local },
	{ TEXT("sse-exception"), try_sse_exception },
	{ TEXT("x87-exception"), try_x87_exception },
	{ TEXT("system-call"), try_system_call },
	{ TEXT("open-file"), try_open_file },
	{ TEXT("descriptor"), try_descriptor },
	{ TEXT("more-memory"), try_more_memory },
	{ TEXT("make-executable"), try_make_executable },
	{ TEXT("make-writable"), try_make_writable },
	{ TEXT("undeclared-port"), try_undeclared_port },
	{ TEXT("undeclared-disk"), try_undeclared_disk },
	{ TEXT("guess-address"), try_guess_address },
	{ TEXT("guess-guard"), try_guess_guard },
};

static u64 at;

u64 probe_at(void)
{
	return at;
}

struct outcome probe_again(u64 number)
{
	static u8 room[64];
	struct writer w = writer_of(span_of(room));

	write_text(&w, "again: --at=");
	write_hex(&w, number);
	return nothing(write_done(&w));
}

static void say(struct view before, struct view v)
{
	u8 room[160];
	struct writer w = writer_of(span_of(room));

	write_view(&w, before);
	write_view(&w, v);
	write_text(&w, "\n");
	console_write(write_done(&w));
}

static void list(void)
{
	for (usize i = 0; i < COUNT(probes); i += 1)
		say(view_none(), probes[i].name);
	image_leave(0);
}

void app_start(struct app *app)
{
	struct reader r = reader_of(app->at);

	if (app->at.n > 0 && !(read_hex(&r, &at) && read_finished(&r))) {
		say(text("--at: this is no number: "), app->at);
		image_leave(2);
		return;
	}
	if (view_equal(app->try, text("list"))) {
		list();
		return;
	}
	for (usize i = 0; i < COUNT(probes); i += 1) {
		if (!view_equal(app->try, probes[i].name))
			continue;
		say(text("trying "), probes[i].name);
		struct outcome o = probes[i].run();
		say(view_none(), o.text);
		image_leave(o.status);
		return;
	}
	say(text("--try: there is no such probe: "), app->try);
	image_leave(2);
}
