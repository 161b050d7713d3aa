/* solo5_entropy.c - dev/entropy.h from the processor: the interface has no generator, and says nothing of clones. */
#include "plat/solo5/cpu.h"
#include "plat/solo5/solo5.h"

enum { TRIES = 1000 }; /* Intel's guide: ten for RDRAND, "many" for RDSEED, which shares its source */

static bool draw(u64 *out, bool (*from)(u64 *))
{
	for (u32 i = 0; i < TRIES; i += 1)
		if (from(out))
			return true;
	return false;
}

static bool seed(u64 *out)
{
	return cpu_rdseed(out);
}

static bool random(u64 *out)
{
	return cpu_rdrand(out);
}

/* A word of the source itself if there is one, else of the generator behind it. */
static bool word(u64 *out)
{
	static bool asked, has_seed, has_random;

	if (!asked) {
		has_random = (cpu_id(1, 0).c & CPU_HAS_RDRAND) != 0;
		has_seed = cpu_id(0, 0).a >= 7 && (cpu_id(7, 0).b & CPU_HAS_RDSEED) != 0;
		asked = true;
	}
	return (has_seed && draw(out, seed)) || (has_random && draw(out, random));
}

enum entropy_source entropy_seed(struct span out)
{
	struct writer w = writer_of(out);
	u64 v = 0;

	while (write_left(&w) > 0) {
		u8 bytes[8];
		struct writer eight = writer_of(span_of(bytes));

		if (!word(&v)) {
			fill(out, 0);
			return ENTROPY_NONE;
		}
		write_le64(&eight, v);
		write_view(&w, view_first(view_of(bytes), write_left(&w)));
	}
	return ENTROPY_CPU;
}

u64 entropy_generation(void)
{
	return 0;
}

/* Without a generator the time since power-on is better than a constant. The
 * lowest byte is zero so that no string function can carry it over itself. */
__attribute__((no_stack_protector)) void guest_guard(void)
{
	extern u64 __stack_chk_guard;
	u64 v = 0;

	if (!word(&v))
		v = cpu_ticks() * 0x9e3779b97f4a7c15u;
	__stack_chk_guard = v / 256u * 256u;
}
