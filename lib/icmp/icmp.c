#include "lib/icmp/icmp.h"

/* The messages that are not errors: everything else of IPv4 that could start a
 * quarrel is one (RFC 1122 3.2.2: destination unreachable, redirect, source quench,
 * time exceeded, parameter problem). */
static bool is_error4(u8 type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* RFC 4443 2.1: the high bit says it; and redirects (2.4 e.2). */
static bool is_error6(u8 type)
{
	return type < 128 || type == 137;
}

struct view icmp_trouble_name(enum icmp_trouble t)
{
	switch (t) {
	case ICMP_NO_WAY: return text("no way");
	case ICMP_NO_NETWORK: return text("no network");
	case ICMP_NOT_UNDERSTOOD: return text("not understood");
	case ICMP_NO_PORT: return text("no port");
	case ICMP_NO_PROTOCOL: return text("no protocol");
	case ICMP_FORBIDDEN: return text("forbidden");
	case ICMP_TOO_BIG: return text("too big");
	}
	return text("?");
}

u8 icmp_type_of(struct view payload)
{
	return view_at(payload, 0);
}

/* RFC 1122 3.2.2: the source defines one host, the destination is not a group. */
static bool may_answer4(const struct icmp_offender *o)
{
	struct ip directed = ip_broadcast_of(o->network4);

	if (o->protocol == IP_ICMP4 && is_error4(o->icmp_type))
		return false;
	if (o->link_group || ip_is_multicast(o->to) || ip_is_broadcast4(o->to))
		return false;
	if (ip_to4(o->from) >> 24 == 0 || ip_to4(o->from) >> 28 >= 0xeu || ip_is_loopback(o->from))
		return false;
	if (ip_is_none(directed))
		return true;
	return !ip_equal(o->to, directed) && !ip_equal(o->from, directed);
}

/* RFC 4443 2.4 e. */
static bool may_answer6(const struct icmp_offender *o)
{
	if (o->protocol == IP_ICMP6 && is_error6(o->icmp_type))
		return false;
	if ((o->link_group || ip_is_multicast(o->to)) && !o->even_group)
		return false;
	return !ip_is_none(o->from) && !ip_is_multicast(o->from) && !ip_is_loopback(o->from);
}

bool icmp_may_answer(const struct icmp_offender *o)
{
	if (o->later_fragment)
		return false;
	return ip_is4(o->to) ? may_answer4(o) : may_answer6(o);
}

void icmp_limit_init(struct icmp_limit *l, u32 rate, u32 burst, u64 now)
{
	require(rate > 0);
	require(rate <= NS_PER_S);
	require(burst > 0);
	*l = (struct icmp_limit){ .at_ns = now, .each_ns = NS_PER_S / rate };
	l->most_ns = l->each_ns * burst;
	l->credit_ns = l->most_ns;
}

bool icmp_limit_take(struct icmp_limit *l, u64 now, u32 random)
{
	u64 at = l->at_ns, most = l->most_ns, each = l->each_ns;
	u64 passed = now > at ? now - at : 0;
	u64 credit = l->credit_ns + (passed < most ? passed : most), cost = random % 3u * each;

	if (credit > most)
		credit = most;
	l->at_ns = now;
	l->credit_ns = credit;
	if (credit < each)
		return false;
	l->credit_ns = credit > cost ? credit - cost : 0;
	return true;
}
