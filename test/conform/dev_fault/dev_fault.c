/* dev_fault.c - does what must not be possible. If it comes back, it says so: that is the failure.
 *
 * Each function breaks one belt that the release build wears (doc/design.md,
 * 6.4). The script that runs it knows how each must end on its platform.
 */
#include "image.h"
#include "dev/console.h"
#include "dev/image.h"

static volatile u8 writable[64];
static const volatile u8 constant[64] = { 1 };

static void write_null(void)
{
	*(volatile u32 *)16 = 1;
}

static void write_text_section(void)
{
	*(volatile u8 *)(usize)write_null = 0xc3;
}

static void write_constant(void)
{
	*(volatile u8 *)(usize)constant = 2;
}

/* A function that returns, as data. The call is not checked: what stops it must be the page. */
#ifdef __clang__
__attribute__((no_sanitize("cfi-icall")))
#endif
static void
execute_data(void)
{
	void (*volatile f)(void) = (void (*)(void))(usize)writable;

	writable[0] = 0xc3;
	f();
}

static u32 descend(volatile u8 *above, u32 depth)
{
	volatile u8 frame[1024];

	frame[0] = above[0];
	return depth == 0 ? frame[0] : descend(frame, depth - 1) + frame[0];
}

static void use_up_stack(void)
{
	writable[1] = (u8)descend(writable, 1u << 20);
}

static void overflow(void)
{
	volatile i32 large = 0x7fffffff;

	writable[1] = (u8)(large + 1);
}

static void leave_bounds(void)
{
	volatile u32 i = 64;

	writable[i] = 1;
}

static void other(u32 argument)
{
	writable[2] = (u8)argument;
}

static void call_wrong_type(void)
{
	void (*volatile f)(void) = (void (*)(void))(usize)other;

	f();
}

/* Writes past its array through a pointer, where no bounds check sees it. */
__attribute__((noinline)) static void smash(volatile u8 *p, usize n)
{
	for (usize i = 0; i < n; i += 1)
		p[i] = 0x41;
}

__attribute__((noinline)) static void break_guard(void)
{
	volatile u8 small[16];

	smash(small, 64);
}

static void raise_panic(void)
{
	volatile u32 one = 1;

	require(one == 2);
}

static void leave_with_seven(void)
{
	image_leave(7);
}

/* A program that does not let go: only a second signal ends it. */
static void hang(void)
{
	for (;;)
		writable[3] = (u8)(writable[3] ^ 1u);
}

void app_start(struct app *app)
{
	static const struct {
		struct view name;
		void (*run)(void);
	} ways[] = {
		{ TEXT("null"), write_null },
		{ TEXT("text"), write_text_section },
		{ TEXT("rodata"), write_constant },
		{ TEXT("exec"), execute_data },
		{ TEXT("stack"), use_up_stack },
		{ TEXT("overflow"), overflow },
		{ TEXT("bounds"), leave_bounds },
		{ TEXT("icall"), call_wrong_type },
		{ TEXT("guard"), break_guard },
		{ TEXT("panic"), raise_panic },
		{ TEXT("leave"), leave_with_seven },
		{ TEXT("hang"), hang },
	};

	for (usize i = 0; i < COUNT(ways); i += 1) {
		if (!view_equal(app->way, ways[i].name))
			continue;
		ways[i].run();
		console_write(text("it came back\n"));
		return;
	}
	console_write(text("--way: there is no such way\n"));
	image_leave(2);
}
