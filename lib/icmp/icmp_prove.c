/* prove: lib/icmp/icmp.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * icmp_prove.c - any offender, any rate, at any times. */
#include "lib/icmp/icmp.h"
#include "lib/ip/ip_prove.h"

static u8 packet[64];

int main(void)
{
	struct icmp_limit l;
	struct icmp_offender o = { .from = any_ip(),
		.to = any_ip(),
		.protocol = any_u8(),
		.icmp_type = icmp_type_of(any_view(packet)),
		.link_group = any_bool(),
		.later_fragment = any_bool(),
		.even_group = any_bool(),
		.network4 = any_prefix() };

	call_ip();
	(void)icmp_trouble_name(any_u8());
	(void)icmp_may_answer(&o);
	icmp_limit_init(&l, 1u + any_u16(), 1u + any_u16(), any_u64());
	while (NONDET())
		(void)icmp_limit_take(&l, any_u64(), any_u32());
	return 0;
}
