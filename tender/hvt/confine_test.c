/* confine_test.c - the filter, run here as the kernel would run it: what it lets through, and what not. */
#include "tender/hvt/confine.h"
#include "test/test.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

static struct confine_rule rules[CONFINE_RULES];
static struct confine_code code[CONFINE_CODE];
static u32 count, instructions;

static void make(void)
{
	struct attached a = { .ports = 2, .disks = 1, .record = -1, .pcap = -1 };
	struct machine m = { .kvm = 20, .vm = 21, .cpu = 22 };

	a.port[0] = (struct attached_port){ .kind = ATTACHED_FRAMES, .fd = 10 };
	a.port[1] = (struct attached_port){ .kind = ATTACHED_NONE, .fd = 11 };
	a.disk[0] = (struct attached_disk){ .kind = ATTACHED_DISK, .fd = 12 };
	count = confine_rules(&a, &m, 13, rules);
	instructions = confine_compile(rules, count, code);
}

static bool allowed_by(u32 convention, u32 call, u64 first, u64 second)
{
	struct seccomp_data d = { .nr = (int)call, .arch = convention, .args = { first, second } };
	u32 accumulator = 0;

	for (u32 pc = 0; pc < instructions; pc += 1) {
		const struct confine_code *c = &code[pc];

		if (c->code == (BPF_LD | BPF_W | BPF_ABS)) {
			struct reader r = reader_of(view_from(view_make(&d, sizeof d), c->value));

			accumulator = read_le32(&r);
			EXPECT(!read_bad(&r));
		} else if (c->code == (BPF_JMP | BPF_JEQ | BPF_K)) {
			pc += accumulator == c->value ? c->then : c->otherwise;
		} else {
			EXPECT(c->code == (BPF_RET | BPF_K));
			EXPECT(c->value == SECCOMP_RET_ALLOW || c->value == SECCOMP_RET_TRAP);
			return c->value == SECCOMP_RET_ALLOW;
		}
	}
	EXPECT(false); /* it ran past its end */
	return true;
}

static bool allowed(u32 call, u64 first, u64 second)
{
	return allowed_by(AUDIT_ARCH_X86_64, call, first, second);
}

TEST(what_the_tender_does_is_let_through)
{
	make();
	EXPECT(allowed(SYS_ioctl, 22, IOCTL_KVM_RUN) && allowed(SYS_ioctl, 22, IOCTL_KVM_GET_REGISTERS));
	EXPECT(allowed(SYS_read, 10, 0) && allowed(SYS_writev, 10, 0) && allowed(SYS_write, 10, 0));
	EXPECT(allowed(SYS_pread64, 12, 0) && allowed(SYS_pwrite64, 12, 0) && allowed(SYS_fdatasync, 12, 0));
	EXPECT(allowed(SYS_ppoll, 0x7f0000001000ull, 3) && allowed(SYS_write, 2, 0) &&
		allowed(SYS_write, 13, 0));
	EXPECT(allowed(SYS_exit_group, 0, 0) && allowed(SYS_rt_sigreturn, 0, 0));
	EXPECT(allowed(SYS_restart_syscall, 0, 0) && allowed(SYS_getrandom, 5, 8));
}

TEST(what_is_on_another_descriptor_is_not)
{
	make();
	EXPECT(!allowed(SYS_read, 11, 0) && !allowed(SYS_write, 11, 0)); /* a port that is not attached */
	EXPECT(!allowed(SYS_read, 12, 0) && !allowed(SYS_pread64, 10, 0));
	EXPECT(!allowed(SYS_write, 0, 0) && !allowed(SYS_write, 20, 0) && !allowed(SYS_read, 13, 0));
}

TEST(kvm_does_nothing_but_run)
{
	make();
	EXPECT(!allowed(SYS_ioctl, 22, IOCTL_KVM_SET_SYSTEM) &&
		!allowed(SYS_ioctl, 22, IOCTL_KVM_SET_REGISTERS));
	EXPECT(!allowed(SYS_ioctl, 21, IOCTL_KVM_MEMORY) && !allowed(SYS_ioctl, 21, IOCTL_KVM_RUN));
	EXPECT(!allowed(SYS_ioctl, 20, IOCTL_KVM_CREATE_VM) && !allowed(SYS_ioctl, 10, 0x400454ca));
}

TEST(everything_else_is_a_fault)
{
	make();
	for (u32 call = 0; call < 600; call += 1) {
		bool known = false;

		for (u32 i = 0; i < count; i += 1)
			known = known || rules[i].call == call;
		EXPECT(known || !allowed(call, 10, 0));
	}
	EXPECT(!allowed(SYS_openat, 0, 0) && !allowed(SYS_mmap, 0, 0) && !allowed(SYS_execve, 0, 0));
	EXPECT(!allowed(SYS_socket, 0, 0) && !allowed(SYS_clone, 0, 0) && !allowed(SYS_ptrace, 0, 0));
}

TEST(another_calling_convention_is_a_fault)
{
	make();
	EXPECT(!allowed_by(AUDIT_ARCH_I386, SYS_ppoll, 0, 0) && !allowed(SYS_ppoll | 0x40000000u, 0, 0));
}
