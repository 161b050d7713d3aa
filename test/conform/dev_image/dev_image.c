/* dev_image.c - an image begins with its variables as the compiler left them, knows who runs it, and leaves when it says so. */
#include "image.h"
#include "dev/image.h"
#include "test/conform/conform.h"

static volatile u32 initialised = 0x12345678;
static volatile u8 zeroed[65536];
static const volatile u32 constant = 0x9abcdef0;
static volatile u32 *const volatile address = &initialised; /* right only once the image is relocated */

/* A program that does not let go: only a second signal ends it. */
static void hang(void)
{
	for (;;)
		zeroed[0] = (u8)(zeroed[0] ^ 1u);
}

static void find_globals(void)
{
	u64 not_zero = 0;

	for (usize i = 0; i < sizeof zeroed; i += 1)
		not_zero += zeroed[i] != 0;
	conform(initialised == 0x12345678, text("a_variable_begins_as_it_is_initialised"), initialised);
	conform(not_zero == 0, text("a_variable_that_is_not_begins_as_zero"), not_zero);
	conform(constant == 0x9abcdef0, text("a_constant_is_what_it_is"), constant);
	conform(address == &initialised, text("an_address_in_data_is_where_the_image_lies"),
		(u64)(usize)address);
}

/* Both units work, and round and trap as a program may expect at its start. */
static void find_arithmetic(void)
{
	volatile double one = 1, three = 3, zero = 0;
	volatile long double one_more = 1, ten = 10;

	conform(one / three * three == one && one / three > 0.333 && one / three < 0.334,
		text("numbers_with_a_fraction_work"), (u64)(one / three * 1000));
	conform(one_more / ten * ten == one_more, text("long_ones_do_too"), (u64)(one_more / ten * 1000));
	conform(one / zero > 1e300, text("a_division_by_zero_is_infinity_and_no_fault"), 0);
}

void app_start(struct app *app)
{
	if (view_equal(app->way, text("leave"))) {
		image_leave(7);
		return;
	}
	if (view_equal(app->way, text("hang")))
		hang();
	find_globals();
	find_arithmetic();
	conform(image_platform().n > 0, text("it_knows_its_platforms_name"), 0);
	conform(image_argument(64).n == 0, text("there_is_no_argument_past_the_last"), 64);
	conform_end();
}
