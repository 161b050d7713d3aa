/* debug.h - a debugger holds the guest: breakpoints, steps, registers and memory over gdb's remote protocol.
 *
 * One connection, to the loopback address only, taken before the guest's first
 * instruction and before the tender confines itself. The guest stands while the debugger
 * looks; it goes on when told to, or when the debugger leaves or is lost: then it runs as if there
 * had been none.
 *
 * Exceptions are the stubs' (cpu/x86_64/tables.h), as always: a software breakpoint is an int3
 * that the tender writes through its own mapping, a step is the trap flag, a hardware
 * breakpoint or watchpoint one of the guest's own debug registers. KVM_SET_GUEST_DEBUG
 * takes no part: not every nested KVM reports what it asks for. Nor has every one debug registers that
 * do something: that is tried at the start, and without them the tender steps
 * and compares after each instruction (writes only), which is slow and says so.
 *
 * A debugger is not believed about addresses: it sees and changes the image's own memory and nothing else,
 * not the tender's tables, and may not change what the tender tells the image.
 */
#ifndef TENDER_HVT_DEBUG_H
#define TENDER_HVT_DEBUG_H

#include "plat/linux/linux.h"
#include "tender/gdb.h"
#include "tender/hvt/cpu/x86_64/registers.h"
#include "tender/hvt/guest.h"

#define DEBUG_BREAKS   64u /* software breakpoints; more are refused */
#define DEBUG_HARDWARE 4u  /* places the processor watches; more are refused */

struct debug_break {
	u64 at;
	u8 was; /* what the int3 stands on */
	bool set;
};

/* One of the processor's four, or a part of one place that it needs several for. */
struct debug_hardware {
	u64 at, whole_at, whole_bytes;
	u8 bytes;
	enum gdb_break kind;
	bool set;
	u8 was[8]; /* what was there, where the tender looks itself */
};

struct debug {
	i32 fd; /* -1: nobody holds the guest */
	struct guest *guest;
	struct machine *machine;
	volatile u32 *stops;                      /* how often the tender was asked to stop */
	volatile struct linux_timespec *wait_for; /* what its next wait will take at most */
	struct gdb_stream in;
	u8 heard[1024]; /* what came behind the last command */
	u32 heard_at, heard_bytes;
	bool quiet;          /* no acknowledgements */
	bool hardware_works; /* the guest's debug registers do what they should */
	bool began;          /* the first stop was made */
	bool stands;         /* the guest does, until told to go on */
	bool stepping;       /* by one instruction */
	bool called;         /* a step ended in a call: it stops behind it */
	bool passing;        /* the next trap is the image's own, and its end */
	bool told;           /* of its last words */
	u8 ending;           /* the debugger ends it, by this signal */
	struct gdb_stop stop;
	struct registers now; /* while it stands */
	struct debug_break breaks[DEBUG_BREAKS];
	struct debug_hardware hardware[DEBUG_HARDWARE];
	u8 frame[GDB_FRAME_BYTES]; /* the last answer, to be given again if it got lost */
	usize frame_bytes;
};

/* d->stops and d->wait_for are set. Listens on 127.0.0.1:port (0: any), says how to come, and waits. Ends the program when it is asked to stop meanwhile. */
void debug_open(struct debug *d, struct view port, struct guest *g, struct machine *m);

/* As machine_run(), for the guest that is held or was never. */
enum machine_stop debug_run(struct debug *d, u32 *value);

/* The guest is over: nothing of the debugger is left in its memory. */
void debug_end(struct debug *d);
/* ... and this is its exit status, or 128 and a signal. The connection ends. */
void debug_tell_end(struct debug *d, u8 status);

/* ---- between its parts ---- */

/* debug_link.c: bytes. False: the debugger is lost. */
bool debug_send(struct debug *d, struct view content);
/* Waits (or not) for bytes: a command in d->in, an interrupt, or nothing. */
enum gdb_heard debug_hear(struct debug *d, bool wait);
void debug_close(struct debug *d);
/* A byte has come since this was asked last. */
bool debug_asked(void);

/* debug_memory.c: the image's memory as it is without breakpoints. `out`: how much of it there is. */
usize debug_read(const struct debug *d, u64 at, struct span out);
bool debug_write(struct debug *d, u64 at, struct view bytes);
/* False: there is no more room, or no such memory. */
bool debug_break_set(struct debug *d, const struct gdb_command *c);
bool debug_break_clear(struct debug *d, const struct gdb_command *c);
bool debug_break_at(const struct debug *d, u64 at);
void debug_break_none(struct debug *d);
/* Whether places are watched by stepping, and the first that has changed since it was asked last. */
bool debug_watches(const struct debug *d);
const struct debug_hardware *debug_changed(struct debug *d);
/* Which of the hardware's has come, by the processor's status of them; null: none. */
const struct debug_hardware *debug_hardware_hit(const struct debug *d, u64 status);

/* debug_answer.c: one command; d->stands says whether it goes on. */
void debug_answer(struct debug *d, const struct gdb_command *c);

#endif
