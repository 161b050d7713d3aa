/* prove: lib/pmtu/pmtu.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * pmtu_prove.c - any reports about any addresses, at any times. */
#include "lib/ip/ip_prove.h"
#include "lib/pmtu/pmtu.h"

static struct pmtu p;

int main(void)
{
	pmtu_init(&p);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		(void)pmtu_learn(&p, any_ip(), any_u32(), any_u32(), any_u16(), now);
		pmtu_passed(&p, any_ip(), any_u16(), now);
		(void)pmtu_of(&p, any_ip(), any_u16(), now);
	}
	return 0;
}
