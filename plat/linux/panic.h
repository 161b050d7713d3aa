/* panic.h - the end of a program that is wrong: said once, in words, with a status that tells.
 *
 * A panic (a failed require(), a changed stack guard) ends with 134, as abort()
 * would (128 + SIGABRT); a fault with 128 + its signal (watch.h). What is to be
 * saved is saved first: `last`. All of this is called with little stack left.
 */
#ifndef PLAT_LINUX_PANIC_H
#define PLAT_LINUX_PANIC_H

#include "base/format.h"
#include "plat/linux/last.h"
#include "plat/linux/linux.h"

enum { STATUS_PANIC = 134 };

struct panic_place {
	u64 base, bytes;     /* where the image is, to say where in it something happened */
	struct view symbols; /* the file that knows its functions: "out/unix/hello.symbols" */
};

/* What two that may both be ending the program share: a panic in a handler, a fault in a panic. */
struct panic_end {
	volatile u32 begun;
	void (*last)(void);      /* or null */
	struct last_lines lines; /* of the console: what was said before it went wrong */
};

void panic_start(const struct panic_place *place, struct panic_end *end);

/* For whoever writes to the console; null before the start. */
struct last_lines *panic_lines(void);

const struct panic_place *panic_here(void); /* what panic_start() was told */
bool panic_inside(u64 pc);                  /* ... and whether that is there */

/* " at 0x1234 of the image (command that names the function)". */
void panic_write_place(struct writer *w, const struct panic_place *place, u64 pc);

/* The first to end the program comes back; a second one ends it with `status`. */
void panic_begin(int status);
void panic_last(void); /* what is to be saved */
/* What the console's last lines were; nothing if there were none. */
void panic_write_lines(void);
/* Says it, as it is, and what the console's last lines were. */
_Noreturn void panic_finish(struct writer *w, int status);

#endif
