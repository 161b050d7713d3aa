/* prove: lib/neigh/neigh.c lib/parts/parts.c
 *
 * neigh_prove.c - any addresses, any news, at any times, in any order of the calls. */
#include "lib/ip/ip_prove.h"
#include "lib/neigh/neigh.h"

static struct neigh n;

int main(void)
{
	struct neigh_entry e;
	struct neigh_probe p;
	struct mac m;

	(void)neigh_state_name(any_u8());
	neigh_init(&n, any_u64());
	while (NONDET()) {
		u64 now = any_u64() / 4;

		if (NONDET())
			neigh_times(&n, any_u32(), any_u32(), any_u64());
		(void)neigh_find(&n, any_ip(), now, &m);
		(void)neigh_learn(&n, any_ip(), any_mac(), any_u32(), now);
		neigh_confirm(&n, any_ip(), now);
		neigh_doubt(&n, any_ip(), now);
		if (NONDET())
			neigh_forget(&n, any_ip());
		(void)neigh_due(&n, now, &p);
		(void)neigh_deadline(&n);
		(void)neigh_entry(&n, any_u32(), now, &e);
	}
	return 0;
}
