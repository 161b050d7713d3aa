/* debug_test.c - breakpoints and memory as a debugger sees them. What a whole guest does is test/image/gdb_test.sh's. */
#include "tender/hvt/debug_test.h"
#include "test/test.h"

static u64 base(void)
{
	return image_area()->at;
}

static u8 byte_in_memory(u64 offset)
{
	return view_at(span_view(memory_of(g.all, image_area())), (usize)offset);
}

static u8 byte_read(u64 at)
{
	u8 byte = 0;

	EXPECT(debug_read(&d, at, span_make(&byte, 1)) == 1);
	return byte;
}

static bool set(enum gdb_break kind, u64 at, u64 bytes)
{
	return debug_break_set(&d, &(struct gdb_command){ .number = kind, .at = at, .bytes = bytes });
}

static bool clear(enum gdb_break kind, u64 at, u64 bytes)
{
	return debug_break_clear(&d, &(struct gdb_command){ .number = kind, .at = at, .bytes = bytes });
}

TEST(a_breakpoint_is_in_the_code_and_not_in_what_a_debugger_reads)
{
	begin(true);
	EXPECT(set(GDB_SOFTWARE, base() + CODE + 5, 1));
	EXPECT(byte_in_memory(CODE + 5) == 0xcc && byte_read(base() + CODE + 5) == 0x90);
	EXPECT(debug_break_at(&d, base() + CODE + 5) && !debug_break_at(&d, base() + CODE + 4));
	EXPECT(set(GDB_SOFTWARE, base() + CODE + 5, 1)); /* twice is once */
	EXPECT(clear(GDB_SOFTWARE, base() + CODE + 5, 1));
	EXPECT(byte_in_memory(CODE + 5) == 0x90);
	EXPECT(!set(GDB_SOFTWARE, base() + DATA, 1)); /* no code */
	EXPECT(!set(GDB_SOFTWARE, base() + 2 * MEMORY_PAGE, 1) && !set(GDB_SOFTWARE, 0, 1));
	EXPECT(!set(GDB_SOFTWARE, g.memory.kernel, 1));
}

TEST(what_is_written_under_a_breakpoint_is_there_when_it_goes)
{
	begin(true);
	EXPECT(set(GDB_SOFTWARE, base() + CODE + 5, 1));
	EXPECT(debug_write(&d, base() + CODE + 4, text("abc")));
	EXPECT(byte_in_memory(CODE + 5) == 0xcc && byte_read(base() + CODE + 5) == 'b');
	debug_break_none(&d);
	EXPECT(byte_in_memory(CODE + 4) == 'a' && byte_in_memory(CODE + 5) == 'b');
}

TEST(breakpoints_are_refused_when_there_is_no_more_room)
{
	begin(true);
	for (u32 i = 0; i < DEBUG_BREAKS; i += 1)
		EXPECT(set(GDB_SOFTWARE, base() + CODE + i, 1));
	EXPECT(!set(GDB_SOFTWARE, base() + CODE + DEBUG_BREAKS, 1));
	EXPECT(clear(GDB_SOFTWARE, base() + CODE, 1));
	EXPECT(set(GDB_SOFTWARE, base() + CODE + DEBUG_BREAKS, 1));
	debug_break_none(&d);
	for (u32 i = 0; i <= DEBUG_BREAKS; i += 1)
		EXPECT(byte_in_memory(CODE + i) == 0x90);
}

TEST(an_unaligned_place_takes_several_of_the_processors_four_or_none)
{
	begin(true);
	EXPECT(set(GDB_WRITTEN, base() + DATA + 1, 7)); /* 1, 2 and 4 bytes */
	EXPECT(debug_hardware_hit(&d, 4) && debug_hardware_hit(&d, 4)->whole_at == base() + DATA + 1);
	EXPECT(!debug_hardware_hit(&d, 8) && !debug_hardware_hit(&d, 0));
	EXPECT(!set(GDB_TOUCHED, base() + DATA + 9, 2)); /* two more */
	EXPECT(set(GDB_TOUCHED, base() + DATA + 10, 2)); /* one more, and nothing was left of the last */
	EXPECT(!set(GDB_HARDWARE, base() + CODE, 1));
	EXPECT(clear(GDB_WRITTEN, base() + DATA + 1, 7));
	EXPECT(set(GDB_HARDWARE, base() + CODE, 1));
	EXPECT(!set(GDB_WRITTEN, base() + DATA, 0) && !set(GDB_WRITTEN, base() + DATA, 64));
	EXPECT(!debug_watches(&d));
}

TEST(without_debug_registers_the_tender_looks_for_writes_itself)
{
	begin(false);
	EXPECT(set(GDB_WRITTEN, base() + DATA + 6, 4));
	EXPECT(debug_watches(&d) && !debug_changed(&d));
	EXPECT(debug_write(&d, base() + DATA + 9, text("x")));

	const struct debug_hardware *h = debug_changed(&d);

	EXPECT(h && h->whole_at == base() + DATA + 6 && h->kind == GDB_WRITTEN);
	EXPECT(!debug_changed(&d)); /* told once */
	EXPECT(!set(GDB_READ, base() + DATA, 4) && !set(GDB_TOUCHED, base() + DATA, 4));
	EXPECT(set(GDB_HARDWARE, base() + CODE, 1) && byte_in_memory(CODE) == 0xcc);
	EXPECT(clear(GDB_HARDWARE, base() + CODE, 1) && byte_in_memory(CODE) == 0x90);
	EXPECT(clear(GDB_WRITTEN, base() + DATA + 6, 4) && !debug_watches(&d));
}

TEST(memory_is_read_as_far_as_it_goes_and_the_tenders_word_is_not_changed)
{
	u8 out[2 * MEMORY_PAGE];

	begin(true);
	EXPECT(debug_read(&d, base() + CODE + 16, span_of(out)) == MEMORY_PAGE - 16); /* then a gap */
	EXPECT(debug_read(&d, base() + 2 * MEMORY_PAGE, span_of(out)) == 0);
	EXPECT(debug_read(&d, g.memory.kernel, span_of(out)) == 0);
	EXPECT(debug_read(&d, 0xffffffffffffffffull, span_of(out)) == 0);
	EXPECT(debug_read(&d, told_area()->at, span_of(out)) == MEMORY_PAGE);
	EXPECT(!debug_write(&d, told_area()->at, text("a")));
	EXPECT(debug_write(&d, base() + CODE, text("a")) && debug_write(&d, base() + DATA, text("a")));
	EXPECT(!debug_write(&d, base() + CODE + MEMORY_PAGE - 1, text("ab")));
}
