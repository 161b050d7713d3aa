/* debug_fuzz.c - a hostile debugger: any packets, against a guest's memory. Nothing outside of it is touched, what the
 * tender tells the image stays as it is, and when the debugger has gone the code is what it was. */
#include "tender/hvt/debug_test.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static u8 before[MEMORY_PAGE];

/* Addresses in the input are near something: "i" and "s" and "h" stand for image, stack and the tender's page. */
static usize respell(struct view in, struct span out)
{
	struct writer to = writer_of(out);

	for (usize i = 0; i < in.n; i += 1) {
		u8 c = view_at(in, i);
		const struct memory_area *a = c == 'i'   ? image_area()
					      : c == 'h' ? told_area()
					      : c == 'k' ? stack_area()
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

	begin(size % 2 == 0);
	while (in.n > 0) {
		usize n = view_find(in, '\n');

		one(view_first(in, n));
		in = view_from(in, n + 1);
	}

	/* what is the debugger's doing in the code is no more than what it wrote there itself */
	struct span code = span_first(span_from(memory_of(g.all, image_area()), CODE), MEMORY_PAGE);

	require(debug_read(&d, image_area()->at + CODE, span_of(before)) == MEMORY_PAGE);
	debug_break_none(&d);
	require(view_equal(span_view(code), view_of(before)));

	struct view told = span_view(memory_of(g.all, told_area()));
	struct view tables = span_view(span_first(g.all, (usize)g.memory.processor_bytes));

	for (usize i = 0; i < told.n; i += 1)
		require(view_at(told, i) == 0x90);
	for (usize i = 0; i < tables.n; i += 64)
		require(view_at(tables, i) == 0x90);
	return 0;
}
