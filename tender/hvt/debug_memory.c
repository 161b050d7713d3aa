/* debug_memory.c - the image's memory for a debugger, and the places where it is to stop. */
#include "tender/hvt/debug.h"

#define INT3 0xccu

/* What the tender tells the image is not to be changed: it reads some of it again itself. */
static struct span memory(const struct debug *d, u64 at, u64 bytes, bool write)
{
	const struct guest *g = d->guest;
	const struct memory_area *image = &g->memory.area[0];
	bool inside = at - image->at < image->bytes;

	return memory_at(&g->memory, &g->image, g->all, at, bytes, write && !inside);
}

usize debug_read(const struct debug *d, u64 at, struct span out)
{
	usize n = 0;

	while (n < out.n && n <= 0xffffffffffffffffull - at) {
		u64 from = at + n, in_page = MEMORY_PAGE - from % MEMORY_PAGE;
		struct span some = memory(d, from, in_page < out.n - n ? in_page : out.n - n, false);

		if (some.n == 0)
			break;
		n += copy(span_from(out, n), span_view(some));
	}
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1)
		if (d->breaks[i].set && d->breaks[i].at - at < n)
			span_set(out, (usize)(d->breaks[i].at - at), d->breaks[i].was);
	return n;
}

bool debug_write(struct debug *d, u64 at, struct view bytes)
{
	struct span to = memory(d, at, bytes.n, true);

	if (to.n != bytes.n)
		return false;
	copy(to, bytes);
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1) {
		struct debug_break *b = &d->breaks[i];

		if (!b->set || b->at - at >= bytes.n)
			continue;
		b->was = view_at(bytes, (usize)(b->at - at));
		span_set(to, (usize)(b->at - at), INT3);
	}
	return true;
}

/* ---- software: an int3 in the code ---- */

bool debug_break_at(const struct debug *d, u64 at)
{
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1)
		if (d->breaks[i].set && d->breaks[i].at == at)
			return true;
	return false;
}

static bool set_software(struct debug *d, u64 at)
{
	const struct guest *g = d->guest;
	struct span place = memory(d, at, 1, true);

	if (debug_break_at(d, at))
		return true;
	if (place.n == 0 || !memory_access(&g->image, at - g->memory.area[0].at).execute)
		return false;
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1) {
		struct debug_break *b = &d->breaks[i];

		if (b->set)
			continue;
		*b = (struct debug_break){ at, view_at(span_view(place), 0), true };
		span_set(place, 0, INT3);
		return true;
	}
	return false;
}

static void clear_software(struct debug *d, struct debug_break *b)
{
	if (b->set)
		copy(memory(d, b->at, 1, true), view_make(&b->was, 1));
	b->set = false;
}

/* ---- hardware: one of four registers, each for an aligned place of 1, 2, 4 or 8 bytes ---- */

enum { TYPE_EXECUTE = 0, TYPE_WRITE = 1, TYPE_TOUCH = 3 }; /* none for reads alone */
enum { CONTROL_ONES = 0x400, LOCAL = 1, TYPE_SHIFT = 16, BYTES_SHIFT = 18, EACH = 4 };

/* The processor's code for so many bytes. Intel SDM 3B, 17.2.4. */
static u64 code_of(u8 bytes)
{
	return bytes == 8 ? 2 : bytes - 1u;
}

static void show_hardware(const struct debug *d)
{
	struct kvm_debug registers = { .control = CONTROL_ONES };

	if (!d->hardware_works)
		return;

	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1) {
		const struct debug_hardware *h = &d->hardware[i];
		u64 type = h->kind == GDB_HARDWARE  ? TYPE_EXECUTE
			   : h->kind == GDB_WRITTEN ? TYPE_WRITE
						    : TYPE_TOUCH;

		if (!h->set)
			continue;
		registers.address[i] = h->at;
		registers.control |= (u64)LOCAL << (2u * i) | type << (TYPE_SHIFT + EACH * i) |
				     code_of(h->bytes) << (BYTES_SHIFT + EACH * i);
	}
	machine_set_debug(d->machine, &registers);
}

static bool add_hardware(struct debug *d, const struct debug_hardware *h)
{
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1)
		if (!d->hardware[i].set) {
			d->hardware[i] = *h;
			(void)debug_read(d, h->at, span_first(span_of(d->hardware[i].was), h->bytes));
			return true;
		}
	return false;
}

static bool clear_at(struct debug *d, u64 at)
{
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1)
		if (d->breaks[i].at == at)
			clear_software(d, &d->breaks[i]);
	return true;
}

static bool clear_hardware(struct debug *d, const struct gdb_command *c)
{
	if (!d->hardware_works && c->number == GDB_HARDWARE)
		return clear_at(d, c->at);
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1) {
		struct debug_hardware *h = &d->hardware[i];

		if (h->set && h->kind == (enum gdb_break)c->number && h->whole_at == c->at &&
			h->whole_bytes == c->bytes)
			h->set = false;
	}
	show_hardware(d);
	return true;
}

/* Pieces of a place, each as large as it may be; all of them or none. */
static bool set_hardware(struct debug *d, const struct gdb_command *c)
{
	bool execute = c->number == GDB_HARDWARE;
	u64 at = c->at, left = execute ? 1 : c->bytes;

	if (!d->hardware_works && c->number != GDB_WRITTEN)
		return execute && set_software(d, c->at);
	if (left == 0 || left > 8u * DEBUG_HARDWARE || memory(d, at, left, false).n == 0)
		return false;
	clear_hardware(d, c); /* it may be set twice */
	while (left > 0) {
		u8 bytes = 8;

		while (bytes > left || at % bytes != 0)
			bytes /= 2;
		struct debug_hardware h = { .at = at,
			.whole_at = c->at,
			.whole_bytes = c->bytes,
			.bytes = bytes,
			.kind = (enum gdb_break)c->number,
			.set = true };

		if (!add_hardware(d, &h)) {
			clear_hardware(d, c);
			return false;
		}
		at += bytes;
		left -= bytes;
	}
	show_hardware(d);
	return true;
}

const struct debug_hardware *debug_hardware_hit(const struct debug *d, u64 status)
{
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1)
		if (d->hardware[i].set && status / (1u << i) % 2u)
			return &d->hardware[i];
	return 0;
}

/* ---- or none of them: the tender looks ---- */

bool debug_watches(const struct debug *d)
{
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1)
		if (d->hardware[i].set && !d->hardware_works)
			return true;
	return false;
}

const struct debug_hardware *debug_changed(struct debug *d)
{
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1) {
		struct debug_hardware *h = &d->hardware[i];
		u8 is[sizeof h->was];

		if (!h->set || debug_read(d, h->at, span_first(span_of(is), h->bytes)) != h->bytes ||
			view_equal(view_make(is, h->bytes), view_make(h->was, h->bytes)))
			continue;
		copy(span_of(h->was), view_make(is, h->bytes));
		return h;
	}
	return 0;
}

/* ---- both ---- */

bool debug_break_set(struct debug *d, const struct gdb_command *c)
{
	return c->number == GDB_SOFTWARE ? set_software(d, c->at) : set_hardware(d, c);
}

bool debug_break_clear(struct debug *d, const struct gdb_command *c)
{
	return c->number == GDB_SOFTWARE ? clear_at(d, c->at) : clear_hardware(d, c);
}

void debug_break_none(struct debug *d)
{
	bool some = false;

	for (u32 i = 0; i < DEBUG_BREAKS; i += 1)
		clear_software(d, &d->breaks[i]);
	for (u32 i = 0; i < DEBUG_HARDWARE; i += 1) {
		some = some || d->hardware[i].set;
		d->hardware[i].set = false;
	}
	if (some)
		show_hardware(d);
}
