/* confine.c - see confine.h. Numbers: seccomp(2), linux/filter.h, linux/audit.h. */
#include "tender/hvt/confine.h"
#include "plat/linux/say.h"

enum {
	LOAD = 0x20, /* a word of struct seccomp_data */
	IF_EQUAL = 0x15,
	RETURN = 0x06,
	AT_NUMBER = 0,
	AT_CONVENTION = 4,
	AT_ARGUMENT = 16, /* lower half of the first; each has 8 bytes */
	CALL_RESTART = 219,
	CALL_MAKE_FILTER = 317,
	CALL_CLOSE_ALL = 436,
	SET_FILTER = 1,
	PRCTL_NO_NEW_PRIVILEGES = 38,
	RLIMIT_CORE_FILE = 4,
	FIRST_FREE = 3,
};
#define CONVENTION_X86_64 0xc000003eu
#define ALLOW             0x7fff0000u
#define TRAP              0x00030000u

/* ---- rules ---- */

struct list {
	struct confine_rule *at;
	u32 n;
};

static void allow(struct list *l, u32 call, u32 first, u32 second)
{
	require(l->n < CONFINE_RULES);
	l->at[l->n++] = (struct confine_rule){ call, first, second };
}

static void allow_on(struct list *l, i32 fd, const enum cpu_call *calls, u32 count)
{
	for (u32 i = 0; i < count && fd >= 0; i += 1)
		allow(l, (u32)calls[i], (u32)fd, CONFINE_ANY);
}

u32 confine_rules(const struct attached *a, const struct machine *m, i32 log,
	struct confine_rule rules[static CONFINE_RULES])
{
	static const enum cpu_call port[] = { CALL_READ, CALL_WRITEV, CALL_WRITE, CALL_SETSOCKOPT,
		CALL_CLOSE };
	static const enum cpu_call disk[] = { CALL_PREAD, CALL_PWRITE, CALL_FDATASYNC, CALL_FALLOCATE };
	static const enum cpu_call out[] = { CALL_WRITE, CALL_CLOSE };
	static const enum cpu_call in[] = { CALL_READ };
	struct list l = { rules, 0 };

	/* in the order of how often they are made */
	allow(&l, CALL_IOCTL, (u32)m->cpu, (u32)IOCTL_KVM_RUN);
	allow(&l, CALL_PPOLL, CONFINE_ANY, CONFINE_ANY);
	for (u32 i = 0; i < a->ports; i += 1)
		if (a->port[i].kind != ATTACHED_NONE)
			allow_on(&l, a->port[i].fd, port, COUNT(port));
	for (u32 i = 0; i < a->disks; i += 1)
		if (a->disk[i].kind != ATTACHED_NONE)
			allow_on(&l, a->disk[i].fd, disk, COUNT(disk));
	allow(&l, CALL_CLOCK_GETTIME, CONFINE_ANY, CONFINE_ANY); /* without a vdso */
	allow(&l, CALL_GETRANDOM, CONFINE_ANY, CONFINE_ANY);
	allow_on(&l, 1, out, 1);
	allow_on(&l, 2, out, 1);
	allow_on(&l, 0, in, COUNT(in));
	allow_on(&l, log, out, COUNT(out));
	allow_on(&l, a->pcap, out, COUNT(out));
	allow(&l, CALL_IOCTL, (u32)m->cpu, (u32)IOCTL_KVM_GET_REGISTERS); /* for a report */
	allow(&l, CALL_IOCTL, (u32)m->cpu, (u32)IOCTL_KVM_GET_SYSTEM);
	allow(&l, CALL_SIGRETURN, CONFINE_ANY, CONFINE_ANY);
	allow(&l, CALL_RESTART, CONFINE_ANY, CONFINE_ANY);
	allow(&l, CALL_EXIT_GROUP, CONFINE_ANY, CONFINE_ANY);
	return l.n;
}

/* ---- the program ---- */

static void emit(struct confine_code *code, u32 *n, u16 what, u32 value, u8 otherwise)
{
	require(*n < CONFINE_CODE);
	code[*n] = (struct confine_code){ what, 0, otherwise, value };
	*n += 1;
}

static u8 length(const struct confine_rule *r)
{
	return (u8)(1 + (r->first != CONFINE_ANY ? 2 : 0) + (r->second != CONFINE_ANY ? 2 : 0));
}

u32 confine_compile(
	const struct confine_rule *rules, u32 count, struct confine_code code[static CONFINE_CODE])
{
	u32 n = 0;

	/* 32-bit calls have other numbers; x32's have a bit that no rule's has */
	emit(code, &n, LOAD, AT_CONVENTION, 0);
	emit(code, &n, IF_EQUAL, CONVENTION_X86_64, 0);
	code[1].then = 1;
	emit(code, &n, RETURN, TRAP, 0);
	for (u32 i = 0; i < count; i += 1) {
		const struct confine_rule *r = &rules[i];
		u8 left = length(r);

		emit(code, &n, LOAD, AT_NUMBER, 0);
		emit(code, &n, IF_EQUAL, r->call, left);
		if (r->first != CONFINE_ANY) {
			emit(code, &n, LOAD, AT_ARGUMENT, 0);
			emit(code, &n, IF_EQUAL, r->first, left = (u8)(left - 2));
		}
		if (r->second != CONFINE_ANY) {
			emit(code, &n, LOAD, AT_ARGUMENT + 8, 0);
			emit(code, &n, IF_EQUAL, r->second, left = (u8)(left - 2));
		}
		emit(code, &n, RETURN, ALLOW, 0);
	}
	emit(code, &n, RETURN, TRAP, 0);
	return n;
}

/* ---- descriptors ---- */

/* All from the third on that the rules do not name: in pieces between those they do. A kernel
 * before 5.9 has no such call: then they stay open, and the filter keeps them unused. */
static void close_others(const struct confine_rule *rules, u32 count, const struct machine *m)
{
	u32 from = FIRST_FREE;

	for (;;) {
		u32 next = CONFINE_ANY;

		for (u32 i = 0; i < count; i += 1)
			if (rules[i].first != CONFINE_ANY && rules[i].first >= from && rules[i].first < next)
				next = rules[i].first;
		/* the machine is ended when its descriptor is closed: it stays, unused */
		if ((u32)m->vm >= from && (u32)m->vm < next)
			next = (u32)m->vm;
		if (next > from)
			cpu_call3((enum cpu_call)CALL_CLOSE_ALL, from, next == CONFINE_ANY ? next : next - 1u,
				0);
		if (next == CONFINE_ANY)
			return;
		from = next + 1u;
	}
}

void confine(const struct attached *a, const struct machine *m, i32 log)
{
	static struct confine_rule rules[CONFINE_RULES];
	static struct confine_code code[CONFINE_CODE];
	struct {
		u16 count;
		const struct confine_code *at;
	} program = { 0, code };
	u32 count = confine_rules(a, m, log, rules);
	struct linux_rlimit none = { 0, 0 };

	close_others(rules, count, m);
	cpu_call6(CALL_PRLIMIT, 0, RLIMIT_CORE_FILE, (long)&none, 0, 0,
		0); /* it would hold the image's secrets */
	program.count = (u16)confine_compile(rules, count, code);

	long error = cpu_call6(CALL_PRCTL, PRCTL_NO_NEW_PRIVILEGES, 1, 0, 0, 0, 0);

	if (error >= 0)
		error = cpu_call3((enum cpu_call)CALL_MAKE_FILTER, SET_FILTER, 0, (long)&program);
	if (error < 0)
		die(text("this kernel does not confine a process to a few system calls"), view_none(), error,
			text("it must be built with seccomp filters (CONFIG_SECCOMP_FILTER)"));
}
