/* route_fuzz.c - any routes, failures and answers: what is found leads there, is the longest that is not
 * suspect, and the table always knows when to go on. */
#include "base/reader.h"
#include "lib/route/route.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct ip address(u8 x)
{
	u32 low = x % 16u;

	return x >= 128 ? ip_from4(low * 0x10000000u) : (struct ip){ low * 0x1000000000000000ull, 0 };
}

static struct ip via_of(u8 x)
{
	if (x % 5u == 0)
		return ip_none();
	return x >= 128 ? ip_from4(0x0a000000u + x % 5u) : (struct ip){ 0xfe80000000000000ull, x % 5u };
}

static void check(const struct routes *r, struct ip to)
{
	bool found = false, all_suspect = true, least = false;
	struct ip hop;
	u8 bits;

	found = route_find(r, to, &hop, &bits);
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		const struct route *e = &r->route[i];

		if (e->origin == ROUTE_NONE || !ip_in(to, e->to))
			continue;
		all_suspect = all_suspect && e->probe_ns != 0;
	}
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		const struct route *e = &r->route[i];
		struct ip leads = ip_is_none(e->via) ? to : e->via;

		if (e->origin == ROUTE_NONE || !ip_in(to, e->to))
			continue;
		require(found);
		if (e->probe_ns == 0 || all_suspect)
			require(e->to.bits <= bits);
		least = least || (ip_equal(leads, hop) && e->to.bits == bits);
	}
	require(least == found);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader in = reader_of(view_make(data, size));
	struct routes r;
	u64 now = 1;

	route_init(&r);
	while (read_left(&in) > 0) {
		u8 what = read_u8(&in), where = read_u8(&in), how = read_u8(&in);
		struct route e = { .to = { address(where), (u8)(what / 8u % 8u) },
			.via = via_of((u8)(where / 128u * 128u + how % 128u)),
			.until_ns = how % 7u == 0   ? 0
				    : how % 7u == 1 ? TIME_NEVER
						    : now + how * NS_PER_S,
			.preference = (i32)(how % 3u) - 1,
			.origin = ROUTE_STATIC + what % 3u };
		struct ip via;

		if (what >= 224)
			route_failed(&r, e.via, now);
		else if (what >= 192)
			route_answered(&r, e.via);
		else if (what >= 190)
			route_forget(&r, e.origin, where >= 128);
		else
			(void)route_set(&r, &e, now);
		if (how > 240 && route_deadline(&r) != TIME_NEVER && route_deadline(&r) > now)
			now = route_deadline(&r);
		now += how % 4u * NS_PER_S;
		for (u32 i = 0; route_due(&r, now, &via); i += 1)
			require(i < ROUTE_MAX && !ip_is_none(via));
		require(route_deadline(&r) > now);
		check(&r, address(where));
		check(&r, address((u8)(where + 64u)));
	}
	return 0;
}
