#include "tender/hvt/hvt_solo5.h"
#include "base/format.h"
#include "plat/linux/say.h"
#include "tender/hvt/machine.h"
#include "tender/hvt/solo5_calls.h"
#include "tender/hvt/solo5_tables.h"
#include "tender/solo5.h"
#include "tender/confine.h"
#include "tender/filter.h"

enum { STATUS_WRONG = 1 }; /* what Solo5's own tender leaves with */

static struct solo5_guest guest;
static struct machine machine;

static struct span take_memory(u64 bytes)
{
	long at = cpu_call6(CALL_MMAP, 0, (long)bytes, PROTECT_READ | PROTECT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at < 0 && at > -4096)
		die(text("no memory for the image"), view_none(), at, text("give it less: --mem"));
	return span_make((void *)at, (usize)bytes);
}

static long need(long result, struct view what)
{
	if (result < 0)
		die(text("KVM does not"), what, result, view_none());
	return result;
}

/* At its entry, in ring 0, with a stack at the memory's end. */
static void enter(struct span memory)
{
	struct kvm_registers registers = {
		.rip = guest.file.entry,
		.rsp = memory.n - 8,
		.rdi = SOLO5_HVT_BOOT,
		.rflags = 2,
	};
	struct kvm_system system;

	need(linux_ioctl(machine.cpu, IOCTL_KVM_GET_SYSTEM, &system), text("show its registers"));
	solo5_tables_registers(&system);
	need(linux_ioctl(machine.cpu, IOCTL_KVM_SET_SYSTEM, &system), text("take its registers"));
	need(linux_ioctl(machine.cpu, IOCTL_KVM_SET_REGISTERS, &registers), text("take its registers"));
}

/* ---- before its first instruction ---- */

static struct filter_rule rules[FILTER_RULES];
static usize rule_count;

static struct filter_rule *allow(u32 call, enum filter_use use)
{
	struct filter_rule *r = &rules[rule_count];

	require(rule_count < FILTER_RULES);
	*r = (struct filter_rule){ .call = call, .use = (u8)use };
	rule_count += 1;
	return r;
}

static void check(struct filter_rule *r, u8 argument, enum filter_test test, u64 value)
{
	r->check[r->checks] = (struct filter_check){ argument, (u8)test, argument == 0, value };
	r->checks += 1;
}

static void allow_device(const struct solo5_device *d)
{
	bool net = d->kind == SOLO5_NET;
	struct filter_rule *in = allow(net ? CALL_READ : CALL_PREAD, net ? FILTER_PORT : FILTER_DISK);
	struct filter_rule *out = allow(net ? CALL_WRITE : CALL_PWRITE, net ? FILTER_PORT : FILTER_DISK);

	check(in, 0, FILTER_EQUAL, (u64)d->fd);
	check(out, 0, FILTER_EQUAL, (u64)d->fd);
	if (!net)
		check(out, 3, FILTER_AT_MOST, d->capacity - d->block_bytes);
}

/* The tender keeps what answers hypercalls, and of KVM's calls those that run the guest and look at it. */
static void give_up(bool verbose)
{
	static const u64 kvm[] = { IOCTL_KVM_RUN, IOCTL_KVM_GET_REGISTERS, IOCTL_KVM_GET_SYSTEM };
	static struct linux_bpf code[FILTER_CODE];
	i32 keep[SOLO5_HANDLES + 2] = { machine.vm, machine.cpu };
	usize kept = 2;
	u64 ports = 0;

	for (u32 i = 0; i < COUNT(kvm); i += 1) {
		struct filter_rule *r = allow(CALL_IOCTL, FILTER_MEMORY);

		check(r, 0, FILTER_EQUAL, (u64)machine.cpu);
		check(r, 1, FILTER_EQUAL, kvm[i]);
	}
	for (u32 i = 1; i < guest.manifest.count; i += 1) {
		allow_device(&guest.manifest.device[i]);
		keep[kept++] = guest.manifest.device[i].fd;
		ports += guest.manifest.device[i].kind == SOLO5_NET;
	}
	check(allow(CALL_PPOLL, FILTER_WAIT), 1, FILTER_EQUAL, ports);
	check(allow(CALL_CLOCK_GETTIME, FILTER_CLOCK), 0, FILTER_EQUAL, CLOCK_IS_REALTIME);
	check(allow(CALL_WRITE, FILTER_CONSOLE), 0, FILTER_EQUAL, 1);
	check(allow(CALL_WRITE, FILTER_CONSOLE), 0, FILTER_EQUAL, 2);
	(void)allow(CALL_EXIT_GROUP, FILTER_END);
	confine(keep, kept, verbose);
	confine_calls(code, filter_code(rules, rule_count, code));
}

/* ---- running ---- */

static _Noreturn void wrong(struct view what)
{
	u8 room[256];
	struct writer w = writer_of(span_of(room));
	struct machine_state state;

	machine_state(&machine, &state);
	write_view(&w, what);
	write_text(&w, " at 0x");
	write_hex(&w, state.registers.rip);
	say(text("the image was stopped:"), write_done(&w), 0, view_none());
	linux_exit(STATUS_WRONG);
}

/* A hypercall is a store of 32 bits to a port; anything else is no guest of Solo5's. */
static void answer(struct span memory)
{
	const volatile struct kvm_run *r = machine.run;
	u32 port = r->u.io.port, argument = 0;
	i32 status = 0;

	if (r->u.io.direction != 1 || r->u.io.bytes != 4 || r->u.io.count != 1 || port < SOLO5_PORT)
		wrong(text("it touched a port that is not there,"));

	const volatile u8 *data = (const volatile u8 *)r + r->u.io.data_at;

	for (u32 i = 0; i < 4; i += 1)
		argument |= (u32)data[i] << (8u * i);
	switch (solo5_answer(&guest.manifest, memory, port - SOLO5_PORT, argument, &status)) {
	case SOLO5_CALLS_GO_ON: return;
	case SOLO5_CALLS_HALT: linux_exit(status);
	case SOLO5_CALLS_WRONG: break;
	}
	wrong(text("it made a hypercall that does not exist, or with memory that it does not have,"));
}

static _Noreturn void run(struct span memory)
{
	for (;;) {
		long error = linux_ioctl(machine.cpu, IOCTL_KVM_RUN, 0);

		if (error == -ERROR_INTR || error == -ERROR_AGAIN)
			continue;
		if (error >= 0 && machine.run->exit_reason == KVM_EXITED_IO) {
			answer(memory);
			continue;
		}

		u8 room[128];
		struct writer w = writer_of(span_of(room));

		machine_wrong_text(&machine, &w);
		wrong(write_done(&w));
	}
}

void hvt_solo5(const struct command *o, u64 memory_bytes, struct watch *watch)
{
	struct solo5_boot boot = { 0 };

	if (!solo5_open(&guest, o->image, SOLO5_HVT, memory_bytes))
		return;
	watch->stops = 1; /* the next one is the second: it ends the program */
	solo5_attach(&guest, o);

	struct span memory = take_memory(guest.memory_bytes);
	u64 base = (u64)memory.p;

	machine_make(&machine, memory);
	boot.cycles_per_s = machine.tsc_khz * 1000u;
	solo5_place(&guest, base);
	linux_close(guest.fd);

	u64 told_end = solo5_tell(&guest, base, SOLO5_HVT_BOOT, SOLO5_HVT, &boot, o);

	solo5_tables_make(memory, &guest.file, told_end);
	enter(memory);
	give_up(o->flag);
	run(memory);
}
