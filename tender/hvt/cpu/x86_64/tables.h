/* tables.h - what an x86-64 processor wants in memory before it runs an image: page tables, descriptors, trap stubs.
 *
 * It is at the beginning of guest-physical memory: a page of descriptors (GDT,
 * TSS, IDT) with the trap stack, a page of stubs, then page tables. An exception
 * of the image makes the processor push five words (and some an error code) on
 * the trap stack and enter a stub at privilege 0; the stub pushes a zero where
 * there is no error code, pushes the vector, and stores to the trap doorbell:
 * the tender finds a struct trap_frame where the guest's rsp points, and the other registers as they
 * were. Intel SDM 3A, 4.5 (paging), 6.14 (interrupts in 64-bit mode), 7.7 (TSS).
 */
#ifndef TENDER_HVT_TABLES_H
#define TENDER_HVT_TABLES_H

#include "tender/hvt/kvm.h"
#include "tender/hvt/memory.h"

#define TABLES_VECTORS 32u

struct trap_frame {
	u64 vector, error, rip, cs, rflags, rsp, ss;
};

/* For so many bytes in so many slots, and the processor's own pages. */
u64 tables_bytes(u64 most_bytes, u32 slots);

/* Fills in all of it. */
void tables_make(struct span all, const struct memory *m, const struct image_file *image);

/* The system registers for it. `can`: what the processor has (CPUID leaf 1's ecx, leaf 7's ebx). */
struct tables_can {
	bool xsave, smep, smap, umip;
};
void tables_registers(struct kvm_system *s, const struct memory *m, const struct tables_can *can);

/* The frame of a trap, if the guest's stack pointer stands where a stub leaves it. */
bool tables_trap(struct span all, const struct memory *m, u64 rsp, struct trap_frame *out);

#endif
