/* sim_scenario.h - a simulation written down: who is there, what happens when, and what is expected.
 *
 *     # comments; words with spaces in quotes; times 10us 5ms 2s 1m; parts 1% 0.05%; sizes 64KB 1MB;
 *     # rates 56kbit 10Mbit 1Gbit
 *     seed      1                                (--seed N overrides)
 *     duration  60s                              (the end, if not everybody has left before)
 *     switch    lan  delay=1ms loss=1% reorder=0.5% duplicate=0.1% corrupt=0.1% jitter=200us
 *                    reorder-by=2ms rate=10Mbit queue=64KB mtu=1500 kind=hub|switch
 *     host      web  image=site net=lan args="--ip=10.0.0.1/24"
 *                    start=2s late=1ms step=1us offload=on refuse=1% record=web.log
 *     host      c{2..20} image=client net=lan args="--ip=10.0.0.{}/24 --to=10.0.0.1"
 *     disk      web  sectors=2048 sector=512 latency=100us read-errors=0.1% write-errors=0.1%
 *                    flush-errors=0% refuse=1% torn=10% read-only=on discard=off load=a.img save=b.img
 *     link      web  loss=5% way=sent|received|both   (what web's wire does, instead of its switch's)
 *     at 5s     partition lan web,c2|c3,c4            (others hear everybody)
 *     at 9s     heal lan
 *     at 9s     unplug web        at 10s plug web
 *     at 9s     link web loss=0%
 *     at 9s     power-cut web     at 10s start web
 *     at 9s     clone web         at 9s type web "text\n"
 *     at 20s    stop web 5s                            (the deadline; 10s)
 *     expect    console web "text" [by 10s]            (by the end, if not said)
 *     expect    silence web "text"                     (it never says that)
 *     expect    leave web 0
 *     expect    running web
 *
 * In quotes \n is a new line, \" a quote, and \s a space that does not end an argument.
 * A name with {A..B} stands for that many, and {} in what follows for the
 * number. A long line goes on in the next when it ends in \.
 *
 * What is left to the seed: loss=0%..5% is any value between (where the last is many
 * times the first, each doubling is as likely as the next), offload=on|off one of
 * these, delay=0ms|1ms..200ms both. It is drawn once for a line: all of c{2..20} get the
 * same. A line's luck depends on the seed and its own words only; a `seed` line stands first.
 *
 * An image is looked for beside the runner (out/sim/NAME.so) unless it has a
 * slash in it. Parsing takes any bytes, stores views of them, and opens nothing.
 */
#ifndef PLAT_SIM_SIM_SCENARIO_H
#define PLAT_SIM_SIM_SCENARIO_H

#include "plat/sim/sim.h"

#define SCENARIO_SWITCHES 16u
#define SCENARIO_HOSTS    256u
#define SCENARIO_ACTIONS  1024u
#define SCENARIO_EXPECTS  1024u
#define SCENARIO_WHY      256u
#define SCENARIO_DRAWN    1024u

struct scenario_name {
	struct view text; /* "c" of c{2..20} */
	bool numbered;
	u64 number; /* this one's: also what {} stands for */
};

struct scenario_switch {
	struct view name;
	bool hub;
	struct sim_link_model model;
};

struct scenario_link {
	bool set;
	enum sim_way way;
	struct sim_link_model model;
};

struct scenario_host {
	struct scenario_name name;
	u32 line;
	struct view image, args, record;
	u32 nets[SIM_HOST_PORTS];
	u32 net_count;
	u64 start_ns, late_ns, step_ns;
	bool offload;
	u32 refuse;
	struct scenario_link link;
	u32 disk_count;
	struct {
		struct sim_disk_model model;
		struct view load, save;
	} disks[SIM_HOST_DISKS];
};

enum scenario_verb {
	SCENARIO_PARTITION, /* hosts come as SCENARIO_GROUP actions of the same time */
	SCENARIO_GROUP,
	SCENARIO_HEAL,
	SCENARIO_UNPLUG,
	SCENARIO_PLUG,
	SCENARIO_LINK,
	SCENARIO_POWER_CUT,
	SCENARIO_START,
	SCENARIO_CLONE,
	SCENARIO_TYPE,
	SCENARIO_STOP
};

struct scenario_action {
	u64 at;
	enum scenario_verb verb;
	u32 host, net; /* indices */
	u32 group;
	u64 deadline_ns;
	struct scenario_link link;
	struct view words; /* to type, with escapes */
};

enum scenario_hope { EXPECT_CONSOLE, EXPECT_SILENCE, EXPECT_LEAVE, EXPECT_RUNNING };

struct scenario_expect {
	enum scenario_hope hope;
	u32 line;
	u32 host;
	u64 by; /* TIME_NEVER: at the end */
	u8 status;
	struct view words;
};

struct scenario {
	u64 seed, duration_ns;
	struct scenario_switch switches[SCENARIO_SWITCHES];
	struct scenario_host hosts[SCENARIO_HOSTS];
	struct scenario_action actions[SCENARIO_ACTIONS];
	struct scenario_expect expects[SCENARIO_EXPECTS];
	u32 switch_count, host_count, action_count, expect_count;
	u32 line; /* where it went wrong */
	char why[SCENARIO_WHY];
	struct dice luck;    /* of the line that is being read */
	struct view setting; /* what is being read in it */
	char drawn
		[SCENARIO_DRAWN]; /* "loss 1.2%, delay 40ms": what the seed decided; cut when it is longer */
};

/* For scenario_parse(): the one that the scenario itself names, or 1. */
#define SCENARIO_OWN_SEED UINT64_MAX

/* False: line and why say what is wrong. The text must live as long as the scenario. */
bool scenario_parse(struct scenario *c, struct view text, u64 seed);

struct scenario_run {
	const char *file;   /* for messages */
	const char *images; /* the folder of NAME.so */
	u64 seed;
	FILE *consoles, *trace;
	const char *capture; /* null: none */
	bool quiet;          /* one line at the end */
};

/* Runs it; how many expectations failed, each told on standard error. -1: it could not be set up. */
int scenario_run(const struct scenario *c, const struct scenario_run *run);

#endif
