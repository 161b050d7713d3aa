/* happy_fuzz.c - answers, failures and times in any order: nothing is tried twice, attempts keep their distance,
 * and it always ends. */
#include <string.h>
#include "base/reader.h"
#include "lib/happy/happy.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const struct select_sources ours = { 2,
	{ { .ip = { { 0x20010db800000000ull, 5 }, 64 } }, { .ip = { { 0, 0xffff0a000005ull }, 8 } } } };

static struct select_destinations answer(u8 how, bool six)
{
	struct select_destinations d = { .count = how % 6u };

	for (u32 i = 0; i < d.count; i += 1)
		d.to[i] = six ? (struct ip){ 0x20010db800000000ull + how / 32u, 0x100 + i }
			      : ip_from4(0x0a000000u + how / 16u + i);
	return d;
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	bool failed[HAPPY_MAX] = { false };
	u64 now = 1, last = 0;
	struct happy h;

	happy_start(&h);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r), how = read_u8(&r);
		struct ip before[HAPPY_MAX];
		struct select_destinations d;
		u32 i, tried = h.tried, started = 0;
		bool hurry = false;

		memcpy(before, h.to, sizeof before);
		if (what < 128) {
			d = answer(how, what % 2u != 0);
			happy_answer(&h, what % 2u != 0, &d, &ours, now);
		} else if (h.tried > 0) {
			i = how % h.tried;
			hurry = i + 1u == h.tried;
			failed[i] = true;
			happy_failed(&h, i, now);
		}
		require(h.count <= HAPPY_MAX && h.tried == tried);
		require(memcmp(before, h.to, tried * sizeof before[0]) == 0);
		while (happy_due(&h, now, &i)) {
			require(i == tried + started && !failed[i]);
			started += 1;
			require(started == 1 && (tried == 0 || hurry || failed[tried - 1] ||
							now - last >= HAPPY_ATTEMPT_DELAY_NS));
			last = now;
			for (u32 k = 0; k < i; k += 1)
				require(!ip_equal(h.to[k], h.to[i]));
		}
		require(happy_deadline(&h) > now);
		require(!happy_lost(&h) || happy_deadline(&h) == TIME_NEVER);
		now += (u64)(how % 4u) * 30 * NS_PER_MS;
		if (what % 8u == 0 && happy_deadline(&h) != TIME_NEVER && happy_deadline(&h) > now)
			now = happy_deadline(&h);
	}
	return 0;
}
