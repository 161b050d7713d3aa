/* kvm.h - the part of Linux's KVM that the tender stands on, stated once: numbers and layouts of the kernel's
 * promise to programs (Documentation/virt/kvm/api.rst). kvm_test.c compares each with the system's own header. */
#ifndef TENDER_HVT_KVM_H
#define TENDER_HVT_KVM_H

#include "base/types.h"

#define KVM_VERSION 12 /* of the interface, since Linux 2.6.22 */

#define IOCTL_KVM_VERSION       0xae00ul
#define IOCTL_KVM_CREATE_VM     0xae01ul
#define IOCTL_KVM_RUN_BYTES     0xae04ul /* of struct kvm_run, to be mapped */
#define IOCTL_KVM_CREATE_VCPU   0xae41ul
#define IOCTL_KVM_RUN           0xae80ul
#define IOCTL_KVM_MEMORY        0x4020ae46ul
#define IOCTL_KVM_CPUID_CAN     0xc008ae05ul
#define IOCTL_KVM_SET_CPUID     0x4008ae90ul
#define IOCTL_KVM_GET_REGISTERS 0x8090ae81ul
#define IOCTL_KVM_SET_REGISTERS 0x4090ae82ul
#define IOCTL_KVM_GET_SYSTEM    0x8138ae83ul
#define IOCTL_KVM_SET_SYSTEM    0x4138ae84ul
#define IOCTL_KVM_GET_MSRS      0xc008ae88ul
#define IOCTL_KVM_SET_MSRS      0x4008ae89ul
#define IOCTL_KVM_SET_XCRS      0x4188aea7ul
#define IOCTL_KVM_TSC_KHZ       0xaea3ul
#define IOCTL_KVM_GET_VECTORS   0x9000aea4ul
#define IOCTL_KVM_SET_VECTORS   0x5000aea5ul
#define IOCTL_KVM_GET_DEBUG     0x8080aea1ul
#define IOCTL_KVM_SET_DEBUG     0x4080aea2ul

enum kvm_exit {
	KVM_EXITED_UNKNOWN = 0,
	KVM_EXITED_IO = 2,
	KVM_EXITED_HLT = 5,
	KVM_EXITED_MMIO = 6,
	KVM_EXITED_SHUTDOWN = 8,
	KVM_EXITED_ENTRY = 9,
	KVM_EXITED_INTERRUPTED = 10,
	KVM_EXITED_INTERNAL = 17,
};

struct kvm_memory {
	u32 slot, flags;
	u64 guest, bytes, host;
};

/* What is shared with the kernel for each processor; its beginning. */
struct kvm_run {
	u8 window, immediate_exit, pad[6];
	u32 exit_reason;
	u8 ready, interrupts, flags[2];
	u64 cr8, apic;
	union {
		struct {
			u64 at;
			u8 data[8];
			u32 bytes;
			u8 is_write;
		} mmio;
		struct {
			u8 direction, bytes; /* 1: out */
			u16 port;
			u32 count;
			u64 data_at; /* from the beginning of this */
		} io;
		u64 reason;
		struct {
			u32 suberror, count;
			u64 data[16];
		} internal;
		u8 room[256];
	} u;
};

struct kvm_registers {
	u64 rax, rbx, rcx, rdx, rsi, rdi, rsp, rbp;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rip, rflags;
};

/* struct kvm_xsave: the processor's XSAVE area. x87 registers are of 16 bytes, of which 10 are used. (KVM_GET_FPU
 * would be shorter, and leaves mxcsr out.) Intel SDM 1, 10.5.1 and 13.4. */
struct kvm_vectors {
	u16 control, status;
	u8 used, pad; /* a bit for each place in the stack that is not empty */
	u16 opcode;
	u64 instruction, operand;
	u32 mxcsr, mxcsr_can;
	u8 x87[8][16];
	u8 xmm[16][16];
	u8 spare[96];
	u64 features; /* which parts are not as at reset: x87 is bit 0, SSE bit 1 */
	u8 rest[3576];
};

/* struct kvm_debugregs. */
struct kvm_debug {
	u64 address[4];
	u64 status, control; /* dr6, dr7 */
	u64 flags, reserved[9];
};

struct kvm_segment_of {
	u64 base;
	u32 limit;
	u16 selector;
	u8 type, present, dpl, db, s, l, g, avl, unusable, pad;
};

struct kvm_table {
	u64 base;
	u16 limit, pad[3];
};

struct kvm_system {
	struct kvm_segment_of cs, ds, es, fs, gs, ss, tr, ldt;
	struct kvm_table gdt, idt;
	u64 cr0, cr2, cr3, cr4, cr8, efer, apic_base;
	u64 interrupts[4];
};

struct kvm_cpuid_leaf {
	u32 function, index, flags, eax, ebx, ecx, edx, pad[3];
};

#define KVM_CPUID_ENTRIES 128u

struct kvm_cpuid_set {
	u32 count, pad;
	struct kvm_cpuid_leaf entry[KVM_CPUID_ENTRIES];
};

struct kvm_msr_set {
	u32 count, pad;
	struct {
		u32 index, reserved;
		u64 value;
	} entry[1];
};

struct kvm_xcr_set {
	u32 count, flags;
	struct {
		u32 number, reserved;
		u64 value;
	} entry[16];
	u64 pad[16];
};

#endif
