/* core.h - what is left of an image that went wrong, as an ELF core file: gdb IMAGE.symbols FILE shows its backtrace.
 *
 * Its registers as one thread's (NT_PRSTATUS), where it lies (NT_AUXV), and all
 * of its memory. It holds every secret the image had: the file is its owner's alone.
 */
#ifndef TENDER_HVT_CORE_H
#define TENDER_HVT_CORE_H

#include "tender/hvt/guest.h"

/* What is written in front of the memory: at most a page. `trap`: where it was, if a trap ended it; else null. */
struct view core_head(struct span room, const struct guest *g, const struct machine_state *s,
	const struct trap_frame *trap, u8 signal);

/* Where it lies, as an auxiliary vector: a debugger finds out by it how far the image was moved. */
void core_auxv(struct writer *w, const struct guest *g);

/* Writes it, and says what it could not write. */
void core_write(i32 file, const struct guest *g, const struct machine *m, u8 signal);

#endif
