/* debug_answer.c - what a debugger asks of a guest that stands, and what it is told. */
#include "base/format.h"
#include "tender/hvt/core.h"
#include "tender/hvt/debug.h"

static u8 room[GDB_PACKET_BYTES]; /* the content of an answer */

static void fine(struct writer *w, bool is)
{
	if (is)
		write_text(w, "OK");
	else
		gdb_write_byte(w, 'E', 1);
}

static bool set_registers(struct debug *d, struct view all)
{
	return registers_scatter(&d->now, all);
}

static void registers(struct debug *d, const struct gdb_command *c, struct writer *w)
{
	u8 all[REGISTERS_BYTES];
	u32 at, bytes;

	registers_gather(&d->now, span_of(all));
	if (c->kind == GDB_REGISTERS)
		write_hex_bytes(w, view_of(all));
	else if (c->kind == GDB_REGISTERS_SET)
		fine(w, set_registers(d, c->data));
	else if (!registers_place(c->number, &at, &bytes))
		fine(w, false);
	else if (c->kind == GDB_REGISTER)
		write_hex_bytes(w, view_make(all + at, bytes));
	else
		fine(w, copy(span_from(span_of(all), at), view_first(c->data, bytes)) == bytes &&
				set_registers(d, view_of(all)));
}

static void show_memory(const struct debug *d, const struct gdb_command *c, struct writer *w)
{
	u8 bytes[GDB_DATA_BYTES];
	usize n = debug_read(d, c->at,
		span_first(span_of(bytes), c->bytes < sizeof bytes ? (usize)c->bytes : sizeof bytes));

	if (n == 0 && c->bytes > 0)
		fine(w, false);
	else
		write_hex_bytes(w, view_make(bytes, n));
}

static void transfer(const struct debug *d, const struct gdb_command *c, struct writer *w)
{
	u8 bytes[REGISTERS_XML_BYTES];
	struct writer object = writer_of(span_of(bytes));

	if (c->object == GDB_TARGET_XML)
		registers_xml(&object);
	else
		core_auxv(&object, d->guest);
	gdb_write_part(w, c, write_done(&object));
}

/* A fault's own signal lets it happen again, as the image's end; another one ends it too, or asks it to stop. */
static void pass_signal(struct debug *d, u8 signal)
{
	if (signal == d->stop.signal && d->stop.reason == GDB_STOPPED && signal != SIGNAL_INT)
		d->passing = true;
	else if (signal == SIGNAL_INT || signal == SIGNAL_TERM)
		*d->stops += 1;
	else
		d->ending = signal;
}

static void resume(struct debug *d, const struct gdb_command *c, struct writer *w)
{
	struct registers r = d->now;

	r.general.rip = c->moved ? c->at : r.general.rip;

	u8 all[REGISTERS_BYTES];

	registers_gather(&r, span_of(all));
	if (!set_registers(d, view_of(all))) {
		fine(w, false);
		return;
	}
	d->stepping = c->step;
	d->stands = false;
	if (c->signal != 0 && c->signal != SIGNAL_TRAP)
		pass_signal(d, c->signal);
}

/* Those whose answer comes later, or is the last one. True: it was one of them. */
static bool goes_on(struct debug *d, const struct gdb_command *c, struct writer *w)
{
	switch (c->kind) {
	case GDB_RESUME: resume(d, c, w); return !d->stands;
	case GDB_KILL:
		d->ending = 9;
		d->stands = false;
		fine(w, true);
		return false;
	case GDB_LEAVE:
		debug_break_none(d);
		fine(w, true);
		debug_send(d, write_done(w));
		debug_close(d);
		return true;
	default: return false;
	}
}

static void answer(struct debug *d, const struct gdb_command *c, struct writer *w)
{
	switch (c->kind) {
	case GDB_MALFORMED: fine(w, false); break;
	case GDB_WHY: gdb_write_stop(w, &d->stop); break;
	case GDB_FEATURES: gdb_write_features(w); break;
	case GDB_QUIET:
	case GDB_FINE: fine(w, true); break;
	case GDB_THREAD_NOW: write_text(w, "QC1"); break;
	case GDB_THREADS: write_text(w, "m1"); break;
	case GDB_THREADS_MORE: write_text(w, "l"); break;
	case GDB_OFFSETS:
		write_text(w, "TextSeg=");
		write_hex(w, d->guest->memory.area[0].at);
		break;
	case GDB_ATTACHED: write_text(w, "0"); break;
	case GDB_RESUMES: write_text(w, "vCont;c;C;s;S"); break;
	case GDB_REGISTERS:
	case GDB_REGISTERS_SET:
	case GDB_REGISTER:
	case GDB_REGISTER_SET: registers(d, c, w); break;
	case GDB_MEMORY: show_memory(d, c, w); break;
	case GDB_MEMORY_SET: fine(w, debug_write(d, c->at, c->data)); break;
	case GDB_BREAK: fine(w, debug_break_set(d, c)); break;
	case GDB_BREAK_NO_MORE: fine(w, debug_break_clear(d, c)); break;
	case GDB_TRANSFER: transfer(d, c, w); break;
	default: break; /* unknown: nothing is the answer */
	}
}

void debug_answer(struct debug *d, const struct gdb_command *c)
{
	struct writer w = writer_of(span_of(room));

	if (goes_on(d, c, &w))
		return;
	answer(d, c, &w);
	if (!debug_send(d, write_done(&w)))
		debug_close(d);
	if (c->kind == GDB_QUIET)
		d->quiet = true;
}
