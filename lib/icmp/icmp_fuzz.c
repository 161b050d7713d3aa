/* icmp_fuzz.c - any offender, any times: never an error about an error, never more than the rate. */
#include "base/reader.h"
#include "lib/icmp/icmp.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct icmp_offender o = { 0 };
	struct icmp_limit l;
	u64 now = NS_PER_S, taken = 0;
	u8 flags = read_u8(&r);

	o.link_group = (flags & 1u) != 0;
	o.later_fragment = (flags & 2u) != 0;
	o.even_group = (flags & 4u) != 0;
	o.protocol = read_u8(&r);
	o.icmp_type = read_u8(&r);
	o.from = flags & 8u ? read_ip4(&r) : read_ip6(&r);
	o.to = flags & 8u ? read_ip4(&r) : read_ip6(&r);
	if (icmp_may_answer(&o)) {
		require(!o.later_fragment && !ip_is_none(o.from) && !ip_is_multicast(o.from));
		require(o.even_group || !ip_is_multicast(o.to));
		require(o.protocol != IP_ICMP6 || ip_is4(o.to) || o.icmp_type >= 128);
	}
	icmp_limit_init(&l, ICMP_RATE, ICMP_BURST, now);
	while (read_left(&r) > 0) {
		now += (u64)read_u8(&r) * NS_PER_MS;
		taken += icmp_limit_take(&l, now, 1);
		require(taken <= ICMP_BURST + (now - NS_PER_S) * ICMP_RATE / NS_PER_S);
	}
	return 0;
}
