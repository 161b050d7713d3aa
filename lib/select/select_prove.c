/* prove: lib/select/select.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * select_prove.c - any of our addresses, any destinations, any counts of them. */
#include "lib/ip/ip_prove.h"
#include "lib/select/select.h"

static struct select_sources s;
static struct select_destinations d;

int main(void)
{
	call_ip();
	(void)select_scope(any_ip());
	(void)select_policy(any_ip());
	(void)select_common_bits(any_prefix(), any_ip());
	s.count = any_u32();
	for (u32 i = 0; i < SELECT_SOURCES; i += 1)
		s.source[i] = (struct select_source){ any_prefix(), any_bool(), any_bool(), any_bool() };
	d.count = any_u32();
	for (u32 i = 0; i < SELECT_DESTINATIONS; i += 1)
		d.to[i] = any_ip();
	(void)select_source(&s, any_ip());
	select_order(&d, &s);
	return 0;
}
