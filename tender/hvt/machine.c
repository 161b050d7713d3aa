#include "tender/hvt/machine.h"
#include "base/format.h"
#include "plat/linux/say.h"

enum { MAP_SHARED_FLAG = 1, MSR_TSC = 0x10, CPUID_SUBLEAF = 1 };

static struct kvm_cpuid_set cpuid; /* too large for a stack */

static long need(long result, struct view what)
{
	if (result < 0)
		die(text("KVM does not"), what, result,
			text("this kernel is too old, or its KVM lacks it; the target spt needs none"));
	return result;
}

static void open_kvm(struct machine *m)
{
	long fd = linux_open("/dev/kvm", OPEN_RDWR, 0);

	if (fd < 0)
		die(text("cannot open"), text("/dev/kvm"), fd,
			text("hvt needs a processor with virtualization switched on, the kernel's kvm "
			     "module, "
			     "and the right to use it (the group kvm); the target spt needs none"));
	m->kvm = (i32)fd;
	if (linux_ioctl(m->kvm, IOCTL_KVM_VERSION, 0) != KVM_VERSION)
		die(text("/dev/kvm"), text("speaks another language than KVM 12"), 0, view_none());
}

/* The guest sees the host's processor, and switches on what it can use. */
static void choose_processor(struct machine *m)
{
	cpuid.count = KVM_CPUID_ENTRIES;
	need(linux_ioctl(m->kvm, IOCTL_KVM_CPUID_CAN, &cpuid), text("say what the processor can"));
	for (u32 i = 0; i < cpuid.count && i < KVM_CPUID_ENTRIES; i += 1) {
		const struct kvm_cpuid_leaf *e = &cpuid.entry[i];

		if (e->function == 1)
			m->can.xsave = e->ecx / (1u << 26) % 2u != 0;
		if (e->function == 7 && e->index == 0) {
			m->can.smep = e->ebx / (1u << 7) % 2u != 0;
			m->can.smap = e->ebx / (1u << 20) % 2u != 0;
			m->can.umip = e->ecx / (1u << 2) % 2u != 0;
		}
	}
	need(linux_ioctl(m->cpu, IOCTL_KVM_SET_CPUID, &cpuid), text("take that processor"));
}

void machine_make(struct machine *m, struct span all)
{
	*m = (struct machine){ .kvm = -1, .vm = -1, .cpu = -1 };
	open_kvm(m);
	m->vm = (i32)need(linux_ioctl(m->kvm, IOCTL_KVM_CREATE_VM, 0), text("make a machine"));

	struct kvm_memory memory = { .bytes = all.n, .host = (u64)all.p };

	need(linux_ioctl(m->vm, IOCTL_KVM_MEMORY, &memory), text("take the memory"));
	m->cpu = (i32)need(linux_ioctl(m->vm, IOCTL_KVM_CREATE_VCPU, 0), text("make a processor"));

	long bytes = need(linux_ioctl(m->kvm, IOCTL_KVM_RUN_BYTES, 0), text("say how large its page is"));
	long at = cpu_call6(CALL_MMAP, 0, bytes, PROTECT_READ | PROTECT_WRITE, MAP_SHARED_FLAG, m->cpu, 0);

	need(at, text("share its page"));
	m->run = (volatile struct kvm_run *)at;
	choose_processor(m);

	long khz = linux_ioctl(m->cpu, IOCTL_KVM_TSC_KHZ, 0);

	m->tsc_khz = (u64)need(khz, text("know how fast the processor counts"));
	if (m->tsc_khz == 0)
		die(text("KVM says that the processor's counter does not count"), view_none(), 0,
			view_none());
}

/* AVX's registers may be used as well as SSE's; where they cannot, images go without. */
static void allow_vectors(const struct machine *m)
{
	struct kvm_xcr_set list = { .count = 1 };

	list.entry[0].value = 7;
	if (m->can.xsave && linux_ioctl(m->cpu, IOCTL_KVM_SET_XCRS, &list) < 0) {
		list.entry[0].value = 3;
		linux_ioctl(m->cpu, IOCTL_KVM_SET_XCRS, &list);
	}
}

void machine_enter(struct machine *m, const struct memory *memory, u64 entry, u64 stack, u64 argument)
{
	struct kvm_registers registers = { .rip = entry, .rsp = stack, .rdi = argument, .rflags = 2 };
	struct kvm_system system;

	need(linux_ioctl(m->cpu, IOCTL_KVM_GET_SYSTEM, &system), text("show its registers"));
	tables_registers(&system, memory, &m->can);
	need(linux_ioctl(m->cpu, IOCTL_KVM_SET_SYSTEM, &system), text("take its registers"));
	need(linux_ioctl(m->cpu, IOCTL_KVM_SET_REGISTERS, &registers), text("take its registers"));
	allow_vectors(m);
}

enum machine_stop machine_run(struct machine *m, u32 *value)
{
	volatile struct kvm_run *r = m->run;
	long error = linux_ioctl(m->cpu, IOCTL_KVM_RUN, 0);

	*value = 0;
	m->exits += 1;
	if (error == -ERROR_INTR || error == -ERROR_AGAIN) {
		m->interrupts += 1;
		r->immediate_exit = 0;
		return MACHINE_INTERRUPTED;
	}
	if (error < 0 || r->exit_reason != KVM_EXITED_MMIO || !r->u.mmio.is_write || r->u.mmio.bytes != 4)
		return MACHINE_WRONG;

	u64 at = r->u.mmio.at;

	for (u32 i = 0; i < 4; i += 1)
		*value |= (u32)r->u.mmio.data[i] << (8u * i);
	if (at == MEMORY_DOORBELL)
		return MACHINE_CALL;
	return at == MEMORY_TRAP_DOORBELL ? MACHINE_TRAP : MACHINE_WRONG;
}

void machine_interrupt(struct machine *m)
{
	if (m->run)
		m->run->immediate_exit = 1;
}

u64 machine_ticks(const struct machine *m)
{
	struct kvm_msr_set list = { .count = 1 };

	list.entry[0].index = MSR_TSC;
	return linux_ioctl(m->cpu, IOCTL_KVM_GET_MSRS, &list) == 1 ? list.entry[0].value : 0;
}

void machine_state(const struct machine *m, struct machine_state *s)
{
	*s = (struct machine_state){ 0 };
	linux_ioctl(m->cpu, IOCTL_KVM_GET_REGISTERS, &s->registers);
	linux_ioctl(m->cpu, IOCTL_KVM_GET_SYSTEM, &s->system);
}

void machine_wrong_text(const struct machine *m, struct writer *w)
{
	const volatile struct kvm_run *r = m->run;

	switch (r->exit_reason) {
	case KVM_EXITED_MMIO:
		write_text(w, "it touched the physical address 0x");
		write_hex(w, r->u.mmio.at);
		write_text(w, ", where it has nothing");
		break;
	case KVM_EXITED_SHUTDOWN:
		write_text(w, "an exception within an exception: the processor gave up");
		break;
	case KVM_EXITED_HLT: write_text(w, "the processor was halted"); break;
	case KVM_EXITED_ENTRY:
		write_text(w, "the processor cannot be entered, reason 0x");
		write_hex(w, r->u.reason);
		break;
	case KVM_EXITED_INTERNAL:
		write_text(w, "KVM cannot execute an instruction of the image, reason ");
		write_decimal(w, r->u.internal.suberror);
		break;
	default:
		write_text(w, "KVM left the image for a reason the tender does not know: ");
		write_decimal(w, r->exit_reason);
		break;
	}
}
