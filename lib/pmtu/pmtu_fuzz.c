/* pmtu_fuzz.c - any reports: what a path takes stays between the floor and the link, and only time and what came through raise it. */
#include "base/reader.h"
#include "lib/pmtu/pmtu.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct pmtu p;
	u64 now = 1;

	pmtu_init(&p);
	while (read_left(&r) > 0) {
		u8 who = read_u8(&r);
		struct ip to = who % 2u != 0 ? ip_from4(0x0a000000u + who) : (struct ip){ 1, who };
		u16 said = read_be16(&r), was = read_be16(&r), link = who < 200 ? 1500 : 9000;
		u16 before = pmtu_of(&p, to, link, now);
		bool lower = pmtu_learn(&p, to, said, was, link, now);
		u16 after = pmtu_of(&p, to, link, now);

		require(after <= before && after <= link);
		require((after < before) == lower);
		require(after >= (who % 2u != 0 ? PMTU_FLOOR4 : PMTU_FLOOR6));
		if (was % 8u == 7u) {
			pmtu_passed(&p, to, said, now);
			before = after;
			after = pmtu_of(&p, to, link, now);
			require(after == before || (after > before && after == (said < link ? said : link)));
		}
		require(pmtu_of(&p, to, link, now + PMTU_AGE_NS) == link);
		now += was % 4u * 100 * NS_PER_S;
	}
	return 0;
}
