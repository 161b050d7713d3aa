/* language.c - what C leaves undefined, and what it does not see at all. */
#include "base/pool.h"
#include "base/view.h"
#include "test/probe/cpu.h"
#include "test/probe/probe.h"

/* Numbers the compiler cannot foresee. */
static volatile u32 sixty_four = 64, forty = 40;
static volatile i32 zero = 0, minus_one = -1, largest = 0x7fffffff, smallest = -0x7fffffff - 1;
static volatile u8 sink;

static u8 table[64];

struct outcome try_array_bounds(void)
{
	table[sixty_four] = 1;
	return not_stopped();
}

/* Past the end of a view: base/ gives a zero, and the same to every caller. */
struct outcome try_view_bounds(void)
{
	struct view v = view_make(table, 32);

	table[40] = 1;
	return view_at(v, forty) == 0 ? nothing(text("it reads zero")) : not_stopped();
}

/* Past the end of an array, by a pointer to it: C does not know how long that is. */
struct outcome try_pointer_bounds(void)
{
	struct {
		u8 own[16], others[16];
	} both = { { 0 }, { 0 } };
	volatile u8 *p = both.own;

	cpu_use((usize)p);
	p[sixty_four / 4] = 1;
	cpu_use((usize)p);
	return both.others[0] == 1 ? not_stopped() : nothing(text("nothing was written there"));
}

/* One more than the largest number would be a negative index. */
struct outcome try_overflow_index(void)
{
	sink = table[(largest + 1) / 0x10000000 + 8];
	return not_stopped();
}

struct outcome try_shift_too_far(void)
{
	sink = (u8)(1u << forty);
	return not_stopped();
}

struct outcome try_divide_by_zero(void)
{
	sink = (u8)(7 / zero);
	return not_stopped();
}

/* The smallest number divided by -1 has no result. */
struct outcome try_divide_overflow(void)
{
	sink = (u8)(smallest / minus_one);
	return not_stopped();
}

/* A bool made from a byte that is neither 0 nor 1. */
struct outcome try_bool_of_two(void)
{
	volatile bool b = false;

	*(volatile u8 *)&b = 2;
	if (b)
		sink = 1;
	return not_stopped();
}

static void of_another_type(u32 argument)
{
	sink = (u8)argument;
}

struct outcome try_call_wrong_type(void)
{
	void (*volatile f)(void) = (void (*)(void))(usize)of_another_type;

	f();
	return not_stopped();
}

/* Writes past its own variables, through a pointer. */
struct outcome try_stack_smash(void)
{
	volatile u8 small[16];
	volatile u8 *p = small;

	cpu_use((usize)p);
	for (usize i = 0; i < sixty_four; i += 1)
		p[i] = 0x41;
	return not_stopped();
}

/* Changes only the return address, and not the guard in front of it. */
struct outcome try_return_address(void)
{
	return cpu_return_elsewhere() ? not_stopped() : nothing(text("it returned to its caller"));
}

__attribute__((noinline)) static void dirty_the_stack(void)
{
	volatile u8 room[512];

	for (usize i = 0; i < sizeof room; i += 1)
		room[i] = 0xa5;
}

__attribute__((noinline)) static usize bytes_left_over(void)
{
	u8 room[256];
	usize count = 0;

	cpu_use((usize)room); /* for all the compiler knows, they were set here */
	for (usize i = 0; i < sizeof room; i += 1)
		count += room[i] != 0;
	return count;
}

/* Reads a variable that nobody has set, where another function's bytes were. */
struct outcome try_uninitialised_local(void)
{
	dirty_the_stack();
	return bytes_left_over() == 0 ? nothing(text("it reads zero")) : not_stopped();
}

static struct slot slots[1];

/* Takes an object, drops it, and uses its handle when another lives in its place. */
struct outcome try_stale_handle(void)
{
	struct pool pool;

	pool_init(&pool, slots, COUNT(slots));
	u64 old = pool_take(&pool);
	pool_drop(&pool, old);
	u64 now = pool_take(&pool);

	if (now == 0 || pool_index(&pool, now) != 0)
		return not_here(text("the pool does not work"));
	return pool_index(&pool, old) == POOL_NONE ? nothing(text("it names nothing")) : not_stopped();
}

/* The same with a pointer, which has no generation. */
struct outcome try_stale_pointer(void)
{
	static volatile u8 objects[1];
	struct pool pool;

	pool_init(&pool, slots, COUNT(slots));
	u64 old = pool_take(&pool);
	volatile u8 *kept = &objects[pool_index(&pool, old)];
	pool_drop(&pool, old);
	u64 now = pool_take(&pool);

	*kept = 1;
	return objects[pool_index(&pool, now)] == 1 ? not_stopped()
						    : nothing(text("nothing was written there"));
}

struct outcome try_failed_require(void)
{
	require(forty == 41);
	return not_stopped();
}
