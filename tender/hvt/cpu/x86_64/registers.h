/* registers.h - an x86-64 guest's registers as gdb knows them: in which order, how wide, called what.
 *
 * The order is that of gdb's own features org.gnu.gdb.i386.core and
 * org.gnu.gdb.i386.sse, which registers_xml() tells it; all of them behind each other, little-endian,
 * are a g packet. What a debugger sets is not believed: privilege, interrupts and segments stay as they
 * are, and an address that the processor could not go to is refused.
 */
#ifndef TENDER_HVT_REGISTERS_H
#define TENDER_HVT_REGISTERS_H

#include "base/view.h"
#include "base/writer.h"
#include "tender/hvt/kvm.h"

#define REGISTERS_BYTES     536u
#define REGISTERS_XML_BYTES 6000u

struct registers {
	struct kvm_registers general;
	struct kvm_system system;
	struct kvm_vectors vectors;
};

/* to: REGISTERS_BYTES. */
void registers_gather(const struct registers *r, struct span to);

/* from: REGISTERS_BYTES. False, and nothing is changed: there is no such address for code. */
bool registers_scatter(struct registers *r, struct view from);

/* Where number is in a g packet, and how many bytes; false: there is none. */
bool registers_place(u32 number, u32 *at, u32 *bytes);

void registers_xml(struct writer *w);

#endif
