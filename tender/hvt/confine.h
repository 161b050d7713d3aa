/* confine.h - before the first instruction of the guest the tender gives up, for good, what it does not need.
 *
 * No new privileges by executing anything, no descriptor but those of the
 * devices and the machine, and a seccomp filter: of some 400 system calls a dozen
 * are left, each on the descriptors that are there for it; of KVM's calls those
 * that run the guest and look at its registers. Whoever breaks out of the guest
 * into this program finds a process that can move frames and sectors and end.
 * Any other call is a fault: reported as one (watch.h), with status 159.
 */
#ifndef TENDER_HVT_CONFINE_H
#define TENDER_HVT_CONFINE_H

#include "plat/linux/attached.h"
#include "tender/hvt/machine.h"

/* More rules than any set of devices makes, and the instructions they become. */
#define CONFINE_RULES 160u
#define CONFINE_CODE  (CONFINE_RULES * 6u + 8u)

#define CONFINE_ANY 0xffffffffu

/* A call that may be made, with these first two arguments (their lower halves, which is all the
 * kernel looks at in a descriptor or ioctl number); CONFINE_ANY: whatever they are. */
struct confine_rule {
	u32 call, first, second;
};

struct confine_code {
	u16 code;
	u8 then, otherwise;
	u32 value;
};

/* The rules for these devices; how many. */
u32 confine_rules(const struct attached *a, const struct machine *m, i32 log,
	struct confine_rule rules[static CONFINE_RULES]);

/* As a program of seccomp's (classic BPF); how many instructions. */
u32 confine_compile(
	const struct confine_rule *rules, u32 count, struct confine_code code[static CONFINE_CODE]);

/* Does it. Ends the program if the kernel has no seccomp. */
void confine(const struct attached *a, const struct machine *m, i32 log);

#endif
