/* debug_fuzz.c - a hostile debugger: any packets, against a guest's memory. Nothing outside of it is touched, what the
 * tender tells the image stays as it is, and when the debugger has gone the code is what it was. */
#include "tender/hvt/debug.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

enum { CODE = MEMORY_PAGE, DATA = 3 * MEMORY_PAGE };

static u8 *all; /* just as large as the guest's memory */
static u8 before[MEMORY_PAGE];
static struct guest g;
static struct machine m;
static volatile u32 stops;
static struct debug d;

static void make_guest(void)
{
	static const u64 random[MEMORY_GROUPS + 1] = { 1, 2, 3, 4 };

	g.image = (struct image_file){
		.bytes = 4 * MEMORY_PAGE,
		.segments = 2,
		.segment = { { .address = CODE, .memory_bytes = MEMORY_PAGE, .executed = true },
			{ .address = DATA, .memory_bytes = MEMORY_PAGE, .written = true } },
	};
	memory_begin(&g.memory, 1u << 20, random);
	memory_add(&g.memory, MEMORY_IMAGE, g.image.bytes, false);
	memory_add(&g.memory, MEMORY_STACK, MEMORY_PAGE, true);
	memory_add(&g.memory, MEMORY_SHARED, MEMORY_PAGE, false); /* what the tender tells */

	static u8 room[2u << 20];

	require(g.memory.bytes <= sizeof room);
	all = room + sizeof room - g.memory.bytes; /* behind it, the sanitizer sees every byte */
	g.all = span_make(all, (usize)g.memory.bytes);
}

/* Addresses in the input are near something: "i" and "s" and "h" stand for image, stack and the tender's page. */
static usize respell(struct view in, struct span out)
{
	struct writer to = writer_of(out);

	for (usize i = 0; i < in.n; i += 1) {
		u8 c = view_at(in, i);
		const struct memory_area *a = c == 'i'   ? &g.memory.area[0]
					      : c == 'h' ? &g.memory.area[2]
					      : c == 'k' ? &g.memory.area[1]
							 : 0;

		if (!a || i == 0) {
			write_u8(&to, c);
			continue;
		}
		for (u32 digit = 0; digit < 9; digit += 1)
			write_u8(&to, (u8)("0123456789abcdef"[a->at >> (44 - 4 * digit) & 15u]));
	}
	return write_done(&to).n;
}

static void one(struct view words)
{
	static u8 packet[GDB_PACKET_BYTES], decoded[GDB_PACKET_BYTES];
	usize n = respell(words, span_of(packet));
	struct gdb_command c = gdb_read(view_make(packet, n), span_of(decoded));

	d.stands = true;
	d.stop.signal = SIGNAL_TRAP;
	debug_answer(&d, &c);
	require(d.now.general.rip < 0x800000000000ull);
	(void)debug_changed(&d);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view in = view_make(data, size);

	if (!all)
		make_guest();
	d = (struct debug){ .fd = -1, .guest = &g, .machine = &m, .stops = &stops };
	m.cpu = -1;
	d.hardware_works = size % 2 == 0;
	fill(g.all, 0x90);
	while (in.n > 0) {
		usize n = view_find(in, '\n');

		one(view_first(in, n));
		in = view_from(in, n + 1);
	}

	/* what is the debugger's doing in the code is no more than what it wrote there itself */
	struct span code = span_first(span_from(memory_of(g.all, &g.memory.area[0]), CODE), MEMORY_PAGE);

	require(debug_read(&d, g.memory.area[0].at + CODE, span_of(before)) == MEMORY_PAGE);
	debug_break_none(&d);
	require(view_equal(span_view(code), view_of(before)));

	struct view told = span_view(memory_of(g.all, &g.memory.area[2]));
	struct view tables = span_view(span_first(g.all, (usize)g.memory.processor_bytes));

	for (usize i = 0; i < told.n; i += 1)
		require(view_at(told, i) == 0x90);
	for (usize i = 0; i < tables.n; i += 64)
		require(view_at(tables, i) == 0x90);
	return 0;
}
