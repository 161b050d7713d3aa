/* filter.h - which system calls a process may make that drives these devices, as rules; and the rules as a program for seccomp.
 *
 * The process is an image in spt, or the tender of hvt, which adds rules for its guest's machine.
 *
 * A core: it computes, and calls nothing. The rules come from the devices that
 * are attached and from nothing else: a handful of calls, each on one descriptor
 * and with its arguments bounded as tightly as the kernel lets them be seen
 * (numbers, not what pointers point to). `fata describe IMAGE spt` prints the same
 * rules. What no rule allows is not made: the kernel sends SIGSYS instead, and
 * the tender's handler names the call.
 *
 * The program is classic BPF, as seccomp(2) takes it: the machine's calling
 * convention first (32-bit and x32 calls are refused), then rule after rule, the
 * ones that packets go through in front.
 */
#ifndef TENDER_FILTER_H
#define TENDER_FILTER_H

#include "plat/linux/attached.h"
#include "plat/linux/linux.h"

#define FILTER_RULES  144u
#define FILTER_CHECKS 5u
#define FILTER_CODE   3072u /* instructions; the kernel takes 4096 */

/* What a rule is for. */
enum filter_use {
	FILTER_PORT,
	FILTER_DISK,
	FILTER_WAIT,
	FILTER_CLOCK,
	FILTER_ENTROPY,
	FILTER_CONSOLE,
	FILTER_RECORD,
	FILTER_PCAP,
	FILTER_MEMORY,
	FILTER_END
};

enum filter_test { FILTER_EQUAL, FILTER_AT_MOST };

struct filter_check {
	u8 argument;
	u8 test; /* enum filter_test */
	bool descriptor;
	u64 value;
};

struct filter_rule {
	u32 call;  /* CALL_... */
	u8 use;    /* enum filter_use */
	u8 device; /* which port or disk */
	u8 checks;
	struct filter_check check[FILTER_CHECKS];
};

/* What the rules are made from: the devices, and one more descriptor. */
struct filter_facts {
	const struct attached *attached;
	i32 statm; /* or -1 */
};

/* How many rules there are. */
usize filter_rules(const struct filter_facts *facts, struct filter_rule rules[static FILTER_RULES]);

/* How many instructions. */
usize filter_code(const struct filter_rule *rules, usize count, struct linux_bpf code[static FILTER_CODE]);

#endif
