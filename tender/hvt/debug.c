/* debug.c - see debug.h. */
#include "tender/hvt/debug.h"
#include "base/format.h"
#include "plat/linux/say.h"

enum { VECTOR_DEBUG = 1, VECTOR_BREAKPOINT = 3, SIGNAL_ABORT = 6, GDB_BUS = 10 };

#define TRAP_FLAG   0x100ull
#define STATUS_STEP 0x4000ull /* dr6: a step is done */

/* gdb has numbers of its own; those below are the same but for this one. */
static u8 gdb_signal(i32 signal)
{
	return signal == SIGNAL_BUS ? GDB_BUS : (u8)signal;
}

/* What the processor has, as it was before a trap if there is one. */
static void look(struct debug *d, const struct trap_frame *t)
{
	machine_settle(d->machine);
	machine_registers(d->machine, &d->now);
	if (t) {
		d->now.general.rip = t->rip;
		d->now.general.rsp = t->rsp;
		d->now.general.rflags = t->rflags;
		d->now.system.cs.selector = (u16)t->cs;
		d->now.system.ss.selector = (u16)t->ss;
	}
	d->now.general.rflags &= ~TRAP_FLAG;
}

static void let_go(struct debug *d)
{
	d->now.general.rflags |= d->stepping || debug_watches(d) ? TRAP_FLAG : 0;
	machine_set_registers(d->machine, &d->guest->memory, &d->now);
	d->now.general.rflags &= ~TRAP_FLAG;
}

/* It stands until the debugger lets it go on, or is gone. */
static void converse(struct debug *d)
{
	static u8 decoded[GDB_PACKET_BYTES];

	d->stands = true;
	while (d->stands && d->fd >= 0) {
		if (debug_hear(d, true) != GDB_PACKET)
			continue;

		struct gdb_command c = gdb_read(view_make(d->in.bytes, d->in.count), span_of(decoded));

		debug_answer(d, &c);
	}
	if (d->fd < 0) {
		debug_break_none(d);
		d->stepping = false;
		(void)debug_asked(); /* nothing is left that makes the guest return */
		if (d->ending)
			return;
		say(text("the debugger has left: the image goes on"), view_none(), 0, view_none());
	}
	let_go(d);
}

static void stop(struct debug *d, struct gdb_stop why)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));

	d->stop = why;
	d->stepping = false;
	d->called = false;
	gdb_write_stop(&w, &why);
	if (d->began && !debug_send(d, write_done(&w))) /* the first one is asked for */
		debug_close(d);
	d->began = true;
	converse(d);
}

/* Whether the guest's debug registers do something: one points at the entry, and one instruction is
 * stepped. If they do, it is not executed; if not, it is executed a second time (of our images: endbr64). */
static bool try_hardware(struct debug *d)
{
	struct registers at_entry = d->now;
	struct kvm_debug entry = { .address = { at_entry.general.rip }, .control = 0x401 },
			 none = { .control = 0x400 };
	struct trap_frame t;
	u32 value;

	machine_set_debug(d->machine, &entry);
	d->stepping = true;
	let_go(d);
	d->stepping = false;

	bool trap = machine_run(d->machine, &value) == MACHINE_TRAP;
	u64 status = machine_debug_status(d->machine);

	machine_settle(d->machine);
	machine_registers(d->machine, &d->now);
	trap = trap && tables_trap(d->guest->all, &d->guest->memory, d->now.general.rsp, &t);
	machine_set_debug(d->machine, &none);
	d->now = at_entry;
	return trap && t.rip == at_entry.general.rip && status % 2u != 0;
}

/* What the debugger wants before the guest goes on: it has come, interrupts, or steps over a call. */
static void before(struct debug *d)
{
	bool interrupt = false;

	if (debug_asked())
		interrupt = debug_hear(d, false) == GDB_INTERRUPT;
	if (d->fd < 0) { /* lost while it ran */
		look(d, 0);
		converse(d);
		return;
	}
	if (!d->began || interrupt || d->called) {
		look(d, 0);
		if (!d->began)
			d->hardware_works = try_hardware(d);
		stop(d, (struct gdb_stop){ .signal = interrupt ? (u8)SIGNAL_INT : (u8)SIGNAL_TRAP });
	}
}

static struct gdb_stop why_debug(struct debug *d)
{
	u64 status = machine_debug_status(d->machine);
	const struct debug_hardware *h = debug_hardware_hit(d, status);

	if (!h)
		return (struct gdb_stop){ .signal = SIGNAL_TRAP };
	return (struct gdb_stop){
		.signal = SIGNAL_TRAP,
		.reason = h->kind == GDB_HARDWARE ? GDB_AT_HARDWARE : GDB_AT_WATCH,
		.watch = h->kind,
		.at = h->whole_at,
	};
}

/* A step that the tender made for itself, to see whether a place has changed. True: it has not, and the guest goes on. */
static bool looked(struct debug *d)
{
	if (!debug_watches(d))
		return false;

	const struct debug_hardware *h = debug_changed(d);

	if (h)
		stop(d, (struct gdb_stop){ SIGNAL_TRAP, GDB_AT_WATCH, h->kind, h->whole_at });
	else if (!d->stepping)
		let_go(d);
	return h || !d->stepping;
}

/* False: it is no trap that a debugger is shown. */
static bool trapped(struct debug *d)
{
	struct gdb_stop why = { 0 };
	struct trap_frame t;

	machine_settle(d->machine);
	machine_registers(d->machine, &d->now);
	if (d->passing || !tables_trap(d->guest->all, &d->guest->memory, d->now.general.rsp, &t))
		return false;
	look(d, &t);
	if (t.vector == VECTOR_DEBUG && looked(d))
		return true;
	why.signal = gdb_signal(cpu_exception_signal(t.vector));
	if (t.vector == VECTOR_DEBUG)
		why = why_debug(d);
	if (t.vector == VECTOR_BREAKPOINT && debug_break_at(d, t.rip - 1)) {
		d->now.general.rip -= 1;
		why.reason = GDB_AT_SOFTWARE;
	}
	stop(d, why);
	return true;
}

/* Inside a stub, between an exception and its doorbell, is no place to stop. */
static bool in_stub(const struct debug *d)
{
	struct machine_state s;

	machine_state(d->machine, &s);
	return s.system.cs.dpl == 0 || s.system.cs.selector % 4u == 0;
}

enum machine_stop debug_run(struct debug *d, u32 *value)
{
	enum machine_stop how = MACHINE_INTERRUPTED;

	while (d->fd >= 0) {
		if (how != MACHINE_INTERRUPTED || !d->began || !in_stub(d))
			before(d);
		if (d->ending)
			return MACHINE_ENDED;
		how = machine_run(d->machine, value);
		if (how == MACHINE_INTERRUPTED || (how == MACHINE_TRAP && trapped(d)))
			continue;
		if (how == MACHINE_CALL && *value == HVT_LEAVE && d->guest->said->words_bytes > 0 &&
			!d->told) {
			d->told = true;
			look(d, 0);
			stop(d, (struct gdb_stop){ .signal = SIGNAL_ABORT });
			continue;
		}
		d->called = how == MACHINE_CALL && d->stepping;
		return how;
	}
	return d->ending ? MACHINE_ENDED : machine_run(d->machine, value);
}

void debug_end(struct debug *d)
{
	debug_break_none(d);
}

void debug_tell_end(struct debug *d, u8 status)
{
	u8 room[8];
	struct writer w = writer_of(span_of(room));

	if (d->fd < 0)
		return;
	if (status > STATUS_SIGNAL)
		gdb_write_byte(&w, 'X', gdb_signal(status - STATUS_SIGNAL));
	else
		gdb_write_byte(&w, 'W', status);
	debug_send(d, write_done(&w));
	debug_close(d);
}
