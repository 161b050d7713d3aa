/* sim_scenario_test.c - scenarios are read, and what is wrong in them is said with its line. */
#include "plat/sim/sim_scenario.h"
#include "test/test.h"

static struct scenario c;

static bool parse(const char *source)
{
	return scenario_parse(&c, view_make(source, strlen(source)), SCENARIO_OWN_SEED);
}

static bool parse_by(u64 seed, const char *source)
{
	return scenario_parse(&c, view_make(source, strlen(source)), seed);
}

#define DRAWN "switch lan loss=0%..5% delay=0ms|1ms..1s\nhost a image=x net=lan offload=on|off\n"

TEST(what_is_left_to_the_seed_is_drawn_within_its_bounds)
{
	u32 none = 0, short_ones = 0, offloading = 0;

	for (u64 seed = 1; seed <= 1000; seed += 1) {
		EXPECT(parse_by(seed, DRAWN));
		const struct sim_link_model *m = &c.switches[0].model;
		EXPECT(m->loss <= DICE_ALWAYS / 20);
		EXPECT(m->delay_ns == 0 || (m->delay_ns >= NS_PER_MS && m->delay_ns <= NS_PER_S));
		none += m->delay_ns == 0;
		short_ones += m->delay_ns > 0 && m->delay_ns < 32 * NS_PER_MS;
		offloading += c.hosts[0].offload;
	}
	EXPECT(none > 400 && none < 600);
	EXPECT(short_ones > 180 && short_ones < 320); /* half of what is not none: by octaves */
	EXPECT(offloading > 400 && offloading < 600);
}

TEST(the_same_seed_draws_the_same_and_says_what)
{
	EXPECT(parse_by(7, DRAWN));
	u32 loss = c.switches[0].model.loss;
	EXPECT(strncmp(c.drawn, "loss ", 5) == 0 && strstr(c.drawn, "delay ") && strstr(c.drawn, "offload "));
	EXPECT(parse_by(7, DRAWN));
	EXPECT_EQ(c.switches[0].model.loss, loss);
	EXPECT(parse_by(8, DRAWN));
	EXPECT(c.switches[0].model.loss != loss);
}

TEST(another_line_changes_nobodys_luck)
{
	EXPECT(parse_by(7, DRAWN));
	u32 loss = c.switches[0].model.loss;
	EXPECT(parse_by(7, "switch wan delay=1ms..9ms\n" DRAWN));
	EXPECT_EQ(c.switches[1].model.loss, loss);
}

TEST(a_scenarios_own_seed_draws_unless_another_is_wanted)
{
	EXPECT(parse_by(SCENARIO_OWN_SEED, "seed 9\n" DRAWN));
	u32 loss = c.switches[0].model.loss;
	EXPECT(parse_by(9, "seed 5\n" DRAWN));
	EXPECT_EQ(c.seed, 9u);
	EXPECT_EQ(c.switches[0].model.loss, loss);
}

TEST(a_range_that_ends_before_it_begins_is_wrong)
{
	EXPECT(!parse("switch lan loss=5%..1%\n"));
	EXPECT(strstr(c.why, "ends before it begins") != NULL);
	EXPECT(!parse("switch lan loss=5%..\n"));
	EXPECT(!parse("switch lan loss=|\n"));
}

TEST(a_scenario_is_read)
{
	EXPECT(parse(
		"# everything once\n"
		"seed 7\nduration 90s\n"
		"switch lan delay=1.5ms loss=1% reorder=0.5% rate=10Mbit queue=64KB kind=hub # comment\n"
		"switch wan\n"
		"host web image=site net=lan,wan args=\"--ip=10.0.0.1/24 --port=80\" offload=on start=2s\n"
		"host c{2..4} image=client net=lan \\\n     args=\"--ip=10.0.0.{}/24\"\n"
		"disk web sectors=64 latency=100us torn=10%\n"
		"link c{2..3} loss=100% way=both\n"
		"at 5s partition lan web,c2|c3\n"
		"at 6s heal lan\n"
		"at 7s stop c{2..4} 500ms\n"
		"at 7.5s type web \"a \\\"b\\\"\"\n"
		"expect console c3 \"all is well\" by 10s\n"
		"expect leave c{2..4} 0\n"));
	EXPECT_EQ(c.seed, 7);
	EXPECT_EQ(c.duration_ns, 90 * NS_PER_S);
	EXPECT_EQ(c.switch_count, 2);
	EXPECT(c.switches[0].hub);
	EXPECT_EQ(c.switches[0].model.delay_ns, 1500000);
	EXPECT_EQ(c.switches[0].model.loss, DICE_ALWAYS / 100);
	EXPECT_EQ(c.switches[0].model.reorder, DICE_ALWAYS / 200);
	EXPECT_EQ(c.switches[0].model.rate_bits, 10000000);
	EXPECT_EQ(c.switches[0].model.queue_bytes, 65536);
	EXPECT_EQ(c.host_count, 4);
	EXPECT_VIEW(c.hosts[0].args, text("--ip=10.0.0.1/24 --port=80"));
	EXPECT_EQ(c.hosts[0].net_count, 2);
	EXPECT_EQ(c.hosts[0].nets[1], 1);
	EXPECT(c.hosts[0].offload);
	EXPECT_EQ(c.hosts[0].start_ns, 2 * NS_PER_S);
	EXPECT_EQ(c.hosts[0].disk_count, 1);
	EXPECT_EQ(c.hosts[0].disks[0].model.torn, DICE_ALWAYS / 10);
	EXPECT_EQ(c.hosts[3].name.number, 4);
	EXPECT(c.hosts[2].link.set && !c.hosts[3].link.set);
	EXPECT_EQ(c.hosts[2].link.model.loss, DICE_ALWAYS);
	EXPECT_EQ(c.hosts[2].link.way, SIM_BOTH);
	EXPECT_EQ(c.action_count, 1 + 3 + 1 + 3 + 1);
	EXPECT_EQ(c.actions[1].group, 1);
	EXPECT_EQ(c.actions[3].group, 2);
	EXPECT_EQ(c.actions[3].host, 2);
	EXPECT_EQ(c.actions[5].deadline_ns, 500 * NS_PER_MS);
	EXPECT_VIEW(c.actions[8].words, text("a \\\"b\\\""));
	EXPECT_EQ(c.expect_count, 4);
	EXPECT_EQ(c.expects[0].by, 10 * NS_PER_S);
	EXPECT_EQ(c.expects[0].host, 2);
	EXPECT_EQ(c.expects[1].by, TIME_NEVER);
}

TEST(what_is_wrong_is_said_with_its_line)
{
	static const struct {
		const char *source;
		u32 line;
		const char *says;
	} table[] = {
		{ "sead 1\n", 1, "'sead' is not known here (known: seed" },
		{ "seed 1\n\nseed x\n", 3, "'x' is not a number" },
		{ "duration 5\n", 1, "no unit" },
		{ "duration 5s 6s\n", 1, "'6s' is too much" },
		{ "switch lan loss=1\n", 1, "no unit" },
		{ "switch lan loss=101%\n", 1, "too much" },
		{ "switch lan\nswitch lan\n", 2, "a name of its own" },
		{ "switch lan kind=router\n", 1, "hub or switch" },
		{ "host web net=lan\n", 1, "there is no switch 'lan'" },
		{ "host web\n", 1, "which image?" },
		{ "host web image=a\nhost web image=a\n", 2, "two hosts 'web'" },
		{ "host web image=a args=\"--x\n", 1, "not closed" },
		{ "host c{3..1} image=a\n", 1, "not NAME{FIRST..LAST}" },
		{ "host c{1..1000} image=a\n", 1, "more than 256 hosts" },
		{ "host w image=a colour=red\n", 1, "'colour' is not known" },
		{ "disk web sectors=1\n", 1, "there is no host 'web'" },
		{ "host w image=a\ndisk w\n", 2, "how large?" },
		{ "host w image=a\ndisk w sectors=8 sector=700\n", 2, "power of two" },
		{ "host w image=a\nat 5s dance w\n", 2, "'dance' is not known" },
		{ "host w image=a\nswitch l\nat 5s partition l w\n", 3, "two sides" },
		{ "host w image=a\nexpect joy w\n", 2, "'joy' is not known" },
		{ "host w image=a\nexpect console w\n", 2, "which words?" },
		{ "host w image=a\nexpect leave w 256\n", 2, "too much" },
		{ "host c{1..3} image=a\nexpect leave c{1..4} 0\n", 2, "not all hosts" },
	};

	for (u32 i = 0; i < COUNT(table); i += 1) {
		EXPECT(!parse(table[i].source));
		EXPECT_EQ(c.line, table[i].line);
		if (!strstr(c.why, table[i].says))
			test_fail(__FILE__, __LINE__, "row %u says \"%s\", not \"%s\"", i, c.why,
				table[i].says);
	}
}
