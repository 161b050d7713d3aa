/* probe.h - attempts at what must not be possible, one function each.
 *
 * doc/hardening.md has a row for every one of them: what it tries, and for each
 * target what must stop it and what is said then. `fata check probes` runs them
 * and compares. The function for the row "write-text" is try_write_text(), and a
 * report must name it as the place where it happened.
 *
 * An attempt that is stopped does not come back. One that does says how it went:
 * it was not stopped (the image leaves with 0), it was refused or came to nothing
 * (3, and a sentence), or there was nothing to try it on (4).
 */
#ifndef TEST_PROBE_H
#define TEST_PROBE_H

#include "base/view.h"

struct outcome {
	u8 status;
	struct view text;
};

enum { OUTCOME_NOT_STOPPED = 0, OUTCOME_NOTHING = 3, OUTCOME_NOT_HERE = 4 };

static inline struct outcome not_stopped(void)
{
	return (struct outcome){ OUTCOME_NOT_STOPPED, text("not stopped") };
}

/* It came to nothing, because of this. */
static inline struct outcome nothing(struct view text)
{
	return (struct outcome){ OUTCOME_NOTHING, text };
}

/* This target has no such thing. */
static inline struct outcome not_here(struct view text)
{
	return (struct outcome){ OUTCOME_NOT_HERE, text };
}

/* What --at says: a number from an earlier run of this probe; 0: this is the first run. */
u64 probe_at(void);

/* Asks for a second run with this number, in another process: the first has only looked. */
struct outcome probe_again(u64 at);

/* ---- memory.c ---- */
struct outcome try_write_text(void);
struct outcome try_write_rodata(void);
struct outcome try_write_relro(void);
struct outcome try_read_text(void);
struct outcome try_execute_data(void);
struct outcome try_execute_bss(void);
struct outcome try_execute_stack(void);
struct outcome try_execute_rodata(void);
struct outcome try_read_null(void);
struct outcome try_write_null(void);
struct outcome try_jump_null(void);
struct outcome try_wild_pointer(void);
struct outcome try_far_pointer(void);
struct outcome try_past_the_end(void);
struct outcome try_stack_overflow(void);
struct outcome try_lost_stack(void);

/* ---- language.c ---- */
struct outcome try_array_bounds(void);
struct outcome try_view_bounds(void);
struct outcome try_pointer_bounds(void);
struct outcome try_overflow_index(void);
struct outcome try_shift_too_far(void);
struct outcome try_divide_by_zero(void);
struct outcome try_divide_overflow(void);
struct outcome try_bool_of_two(void);
struct outcome try_call_wrong_type(void);
struct outcome try_stack_smash(void);
struct outcome try_return_address(void);
struct outcome try_uninitialised_local(void);
struct outcome try_stale_handle(void);
struct outcome try_stale_pointer(void);
struct outcome try_failed_require(void);

/* ---- machine.c ---- */
struct outcome try_undefined_instruction(void);
struct outcome try_privileged_instruction(void);
struct outcome try_page_tables(void);
struct outcome try_exception_table(void);
struct outcome try_hypercall(void);
struct outcome try_port_io(void);
struct outcome try_breakpoint(void);
struct outcome try_thread_local(void);
struct outcome try_sse_exception(void);
struct outcome try_x87_exception(void);

/* ---- outside.c ---- */
struct outcome try_system_call(void);
struct outcome try_open_file(void);
struct outcome try_descriptor(void);
struct outcome try_more_memory(void);
struct outcome try_make_executable(void);
struct outcome try_make_writable(void);
struct outcome try_undeclared_port(void);
struct outcome try_undeclared_disk(void);
struct outcome try_guess_address(void);
struct outcome try_guess_guard(void);

#endif
