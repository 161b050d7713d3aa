/* kvm_test.c - what kvm.h says of KVM is what the system's own header says. */
#include "tender/hvt/kvm.h"
#include "test/test.h"

#define kvm_run linux_kvm_run
#include <linux/kvm.h>
#undef kvm_run

#define SAME(ours, theirs)              EXPECT_EQ((u64)(ours), (u64)(theirs))
#define PLACE(ours, field, theirs, its) EXPECT_EQ(offsetof(ours, field), offsetof(theirs, its))

TEST(the_calls_have_the_kernels_numbers)
{
	SAME(IOCTL_KVM_VERSION, KVM_GET_API_VERSION);
	SAME(IOCTL_KVM_CREATE_VM, KVM_CREATE_VM);
	SAME(IOCTL_KVM_RUN_BYTES, KVM_GET_VCPU_MMAP_SIZE);
	SAME(IOCTL_KVM_CREATE_VCPU, KVM_CREATE_VCPU);
	SAME(IOCTL_KVM_RUN, KVM_RUN);
	SAME(IOCTL_KVM_MEMORY, KVM_SET_USER_MEMORY_REGION);
	SAME(IOCTL_KVM_CPUID_CAN, KVM_GET_SUPPORTED_CPUID);
	SAME(IOCTL_KVM_SET_CPUID, KVM_SET_CPUID2);
	SAME(IOCTL_KVM_GET_REGISTERS, KVM_GET_REGS);
	SAME(IOCTL_KVM_SET_REGISTERS, KVM_SET_REGS);
	SAME(IOCTL_KVM_GET_SYSTEM, KVM_GET_SREGS);
	SAME(IOCTL_KVM_SET_SYSTEM, KVM_SET_SREGS);
	SAME(IOCTL_KVM_GET_MSRS, KVM_GET_MSRS);
	SAME(IOCTL_KVM_SET_XCRS, KVM_SET_XCRS);
	SAME(IOCTL_KVM_TSC_KHZ, KVM_GET_TSC_KHZ);
	SAME(IOCTL_KVM_GET_VECTORS, KVM_GET_XSAVE);
	SAME(IOCTL_KVM_SET_VECTORS, KVM_SET_XSAVE);
	SAME(IOCTL_KVM_GET_DEBUG, KVM_GET_DEBUGREGS);
	SAME(IOCTL_KVM_SET_DEBUG, KVM_SET_DEBUGREGS);
	SAME(KVM_VERSION, KVM_API_VERSION);
}

TEST(the_reasons_to_leave_have_the_kernels_numbers)
{
	SAME(KVM_EXITED_UNKNOWN, KVM_EXIT_UNKNOWN);
	SAME(KVM_EXITED_IO, KVM_EXIT_IO);
	SAME(KVM_EXITED_HLT, KVM_EXIT_HLT);
	SAME(KVM_EXITED_MMIO, KVM_EXIT_MMIO);
	SAME(KVM_EXITED_SHUTDOWN, KVM_EXIT_SHUTDOWN);
	SAME(KVM_EXITED_ENTRY, KVM_EXIT_FAIL_ENTRY);
	SAME(KVM_EXITED_INTERRUPTED, KVM_EXIT_INTR);
	SAME(KVM_EXITED_INTERNAL, KVM_EXIT_INTERNAL_ERROR);
}

TEST(the_page_shared_with_the_kernel_has_its_layout)
{
	PLACE(struct kvm_run, immediate_exit, struct linux_kvm_run, immediate_exit);
	PLACE(struct kvm_run, exit_reason, struct linux_kvm_run, exit_reason);
	PLACE(struct kvm_run, u.mmio.at, struct linux_kvm_run, mmio.phys_addr);
	PLACE(struct kvm_run, u.mmio.data, struct linux_kvm_run, mmio.data);
	PLACE(struct kvm_run, u.mmio.bytes, struct linux_kvm_run, mmio.len);
	PLACE(struct kvm_run, u.mmio.is_write, struct linux_kvm_run, mmio.is_write);
	PLACE(struct kvm_run, u.io.direction, struct linux_kvm_run, io.direction);
	PLACE(struct kvm_run, u.io.bytes, struct linux_kvm_run, io.size);
	PLACE(struct kvm_run, u.io.port, struct linux_kvm_run, io.port);
	PLACE(struct kvm_run, u.io.count, struct linux_kvm_run, io.count);
	PLACE(struct kvm_run, u.io.data_at, struct linux_kvm_run, io.data_offset);
	PLACE(struct kvm_run, u.reason, struct linux_kvm_run, fail_entry.hardware_entry_failure_reason);
	PLACE(struct kvm_run, u.internal.suberror, struct linux_kvm_run, internal.suberror);
}

TEST(registers_and_lists_have_the_kernels_layout)
{
	SAME(sizeof(struct kvm_registers), sizeof(struct kvm_regs));
	PLACE(struct kvm_registers, rsp, struct kvm_regs, rsp);
	PLACE(struct kvm_registers, rip, struct kvm_regs, rip);
	SAME(sizeof(struct kvm_system), sizeof(struct kvm_sregs));
	PLACE(struct kvm_system, cs.dpl, struct kvm_sregs, cs.dpl);
	PLACE(struct kvm_system, cs.l, struct kvm_sregs, cs.l);
	PLACE(struct kvm_system, tr, struct kvm_sregs, tr);
	PLACE(struct kvm_system, gdt.limit, struct kvm_sregs, gdt.limit);
	PLACE(struct kvm_system, cr2, struct kvm_sregs, cr2);
	PLACE(struct kvm_system, efer, struct kvm_sregs, efer);
	SAME(sizeof(struct kvm_memory), sizeof(struct kvm_userspace_memory_region));
	PLACE(struct kvm_memory, host, struct kvm_userspace_memory_region, userspace_addr);
	PLACE(struct kvm_memory, guest, struct kvm_userspace_memory_region, guest_phys_addr);
	SAME(sizeof(struct kvm_cpuid_leaf), sizeof(struct kvm_cpuid_entry2));
	PLACE(struct kvm_cpuid_leaf, ecx, struct kvm_cpuid_entry2, ecx);
	PLACE(struct kvm_cpuid_set, entry, struct kvm_cpuid2, entries);
	PLACE(struct kvm_msr_set, entry, struct kvm_msrs, entries);
	SAME(sizeof(struct kvm_xcr_set), sizeof(struct kvm_xcrs));
	PLACE(struct kvm_xcr_set, entry[0].value, struct kvm_xcrs, xcrs[0].value);
	SAME(sizeof(struct kvm_vectors), sizeof(struct kvm_xsave));
	/* the area's own layout is the processor's */
	SAME(offsetof(struct kvm_vectors, mxcsr), 24);
	SAME(offsetof(struct kvm_vectors, x87), 32);
	SAME(offsetof(struct kvm_vectors, xmm), 160);
	SAME(offsetof(struct kvm_vectors, features), 512);
	SAME(sizeof(struct kvm_debug), sizeof(struct kvm_debugregs));
	PLACE(struct kvm_debug, status, struct kvm_debugregs, dr6);
	PLACE(struct kvm_debug, control, struct kvm_debugregs, dr7);
}
