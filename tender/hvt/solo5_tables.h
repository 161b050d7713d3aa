/* solo5_tables.h - page tables and registers with which a guest of Solo5's hvt begins, in ring 0.
 *
 * The layout is Solo5's (doc/solo5.md): descriptors at 0x1000, page tables from
 * 0x2000, what the guest is told from 0x10000 and read-only, the image from 1 MB,
 * all at its physical address. Two things are stricter than there: pages of the
 * image are as its segments say, so code is not written and nothing else is
 * executed, and low memory that says nothing is not there. A guest in ring 0 may
 * make tables of its own; it only ever reaches its own memory.
 */
#ifndef TENDER_HVT_SOLO5_TABLES_H
#define TENDER_HVT_SOLO5_TABLES_H

#include "lib/solo5/solo5_file.h"
#include "tender/hvt/kvm.h"

/* memory: the guest's, from its address 0, 2 MB or more. told_end: where what it is told ends. */
void solo5_tables_make(struct span memory, const struct solo5_file *file, u64 told_end);

/* Over what KVM has as a processor's state at its start. */
void solo5_tables_registers(struct kvm_system *s);

#endif
