#include "lib/pmtu/pmtu.h"

void pmtu_init(struct pmtu *p)
{
	*p = (struct pmtu){ 0 };
}

/* The entry of this address, or PMTU_MAX. */
static u32 find(const struct pmtu *p, struct ip to, u64 now)
{
	u32 i = 0;

	while (i < PMTU_MAX && (!ip_equal(p->entry[i].to, to) || p->entry[i].until_ns <= now))
		i += 1;
	return i;
}

u16 pmtu_of(const struct pmtu *p, struct ip to, u16 link, u64 now)
{
	u32 i = find(p, to, now);

	if (i >= PMTU_MAX)
		return link;
	u16 mtu = p->entry[i].mtu;
	return mtu < link ? mtu : link;
}

/* RFC 1191 7.1: the next smaller of the MTUs that links have. */
static u32 plateau_below(u32 size)
{
	static const u16 plateaus[] = { 32000, 17914, 8166, 4352, 2002, 1492, 1006, 552 };

	for (u32 i = 0; i < COUNT(plateaus); i += 1)
		if (plateaus[i] < size)
			return plateaus[i];
	return 0;
}

/* What is forgotten first: a free entry at once. */
static u32 make_room(const struct pmtu *p)
{
	u32 best = 0;
	u64 soonest = TIME_NEVER;

	for (u32 i = 0; i < PMTU_MAX; i += 1) {
		u64 until = p->entry[i].until_ns;

		if (until >= soonest)
			continue;
		soonest = until;
		best = i;
	}
	return best;
}

bool pmtu_learn(struct pmtu *p, struct ip to, u32 said, u32 size, u16 link, u64 now)
{
	bool four = ip_is4(to);
	u32 mtu = said == 0 && four ? plateau_below(size) : said;
	u32 floor = four ? PMTU_FLOOR4 : PMTU_FLOOR6;

	if (mtu >= size || ip_is_none(to))
		return false;
	/* RFC 8201 4: a hop that takes less than IPv6's least is no reason to send less. For
	 * IPv4 the floor is as low as we go; such a path loses what has DF set. */
	if (mtu < floor)
		mtu = floor;
	if (mtu >= pmtu_of(p, to, link, now))
		return false;
	u32 i = find(p, to, now);
	if (i >= PMTU_MAX)
		i = make_room(p);
	p->entry[i] = (struct pmtu_entry){ to, now + PMTU_AGE_NS, (u16)mtu };
	return true;
}

void pmtu_passed(struct pmtu *p, struct ip to, u16 mtu, u64 now)
{
	u32 i = find(p, to, now);

	if (i < PMTU_MAX && p->entry[i].mtu < mtu)
		p->entry[i] = (struct pmtu_entry){ to, now + PMTU_AGE_NS, mtu };
}
