/* sim_scenario_fuzz.c - any bytes are a scenario or have something wrong in a line of theirs. */
#include <stdlib.h>
#include <string.h>
#include "plat/sim/sim_scenario.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct scenario c;

void panic(const char *at, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: require(%s)\n", at, line, what);
	abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	if (scenario_parse(&c, view_make(data, size), SCENARIO_OWN_SEED)) {
		for (u32 i = 0; i < c.host_count; i += 1)
			for (u32 n = 0; n < c.hosts[i].net_count; n += 1)
				require(c.hosts[i].nets[n] < c.switch_count);
		for (u32 i = 0; i < c.action_count; i += 1)
			require(c.actions[i].host < c.host_count || c.actions[i].verb == SCENARIO_HEAL ||
				c.actions[i].verb == SCENARIO_PARTITION);
		for (u32 i = 0; i < c.expect_count; i += 1)
			require(c.expects[i].host < c.host_count);
	} else {
		require(c.why[0] != 0 && strlen(c.why) < SCENARIO_WHY);
	}
	return 0;
}
