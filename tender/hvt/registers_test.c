#include "tender/hvt/cpu/x86_64/registers.h"
#include "base/reader.h"
#include "test/test.h"

static u8 g[REGISTERS_BYTES];

static struct registers some(void)
{
	struct registers r = {
		.general = { .rax = 1, .rsp = 0x7000, .r15 = 15, .rip = 0x401000, .rflags = 0x10202 }
	};

	r.system.cs.selector = 0x23;
	r.vectors =
		(struct kvm_vectors){ .control = 0x37f, .mxcsr = 0x1f80, .instruction = 0x1122334455667788 };
	for (u32 i = 0; i < 16; i += 1)
		r.vectors.xmm[i][0] = (u8)(i + 1);
	return r;
}

static u64 at(u32 number)
{
	u32 from, bytes;

	EXPECT(registers_place(number, &from, &bytes));

	struct reader r = reader_of(view_make(g + from, bytes));

	return bytes == 8 ? read_le64(&r) : read_le32(&r);
}

TEST(registers_stand_where_gdb_looks_for_them)
{
	struct registers r = some();

	registers_gather(&r, span_of(g));
	EXPECT(at(0) == 1 && at(7) == 0x7000 && at(15) == 15 && at(16) == 0x401000);
	EXPECT(at(17) == 0x10202 && at(18) == 0x23); /* eflags, cs */
	EXPECT(at(32) == 0x37f && at(34) == 0xffff); /* fctrl; ftag: all empty */
	EXPECT(at(35) == 0x11223344 && at(36) == 0x55667788);
	EXPECT((at(40) & 0xff) == 1 && (at(55) & 0xff) == 16 && at(56) == 0x1f80);
}

TEST(every_byte_of_a_packet_belongs_to_one_register)
{
	u32 next = 0, from, bytes, number = 0;

	for (; registers_place(number, &from, &bytes); number += 1) {
		EXPECT(from == next);
		next += bytes;
	}
	EXPECT(number == 57 && next == REGISTERS_BYTES);
}

TEST(what_is_set_is_what_is_shown)
{
	struct registers r = some(), back;
	u8 again[REGISTERS_BYTES];

	r.vectors.used = 0xc0;
	r.vectors.status = 6u << 11; /* two on the stack */
	r.vectors.x87[0][7] = 0x80;  /* 1.0 */
	r.vectors.x87[0][8] = 0xff;
	r.vectors.x87[0][9] = 0x3f;
	registers_gather(&r, span_of(g));
	EXPECT(at(34) == 0x4fff); /* places 7: zero (st1), 6: valid (st0), the others empty */
	back = some();
	EXPECT(registers_scatter(&back, view_of(g)));
	EXPECT(back.vectors.used == 0xc0);
	registers_gather(&back, span_of(again));
	EXPECT(view_equal(view_of(again), view_of(g)));
}

TEST(a_debugger_changes_no_privilege_and_jumps_to_no_address_the_processor_refuses)
{
	struct registers r = some();
	u32 from, bytes;

	registers_gather(&r, span_of(g));
	EXPECT(registers_place(17, &from, &bytes));

	struct writer w = writer_of(span_make(g + from, 8));

	write_le32(&w, 0xffffffff);
	write_le32(&w, 8); /* cs */
	EXPECT(registers_scatter(&r, view_of(g)));
	EXPECT(r.general.rflags == (0x10202 | 0xcd5) && r.system.cs.selector == 0x23);

	g[16 * 8 + 6] = 0x80; /* rip in the tender's half */
	EXPECT(!registers_scatter(&r, view_of(g)) && r.general.rip == 0x401000);
	EXPECT(!registers_scatter(&r, view_make(g, REGISTERS_BYTES - 1)));
}

TEST(the_description_fits_and_names_all_of_them)
{
	static u8 room[REGISTERS_XML_BYTES];
	struct writer w = writer_of(span_of(room));
	u32 registers = 0;

	registers_xml(&w);
	EXPECT(!write_bad(&w));
	for (struct view v = write_done(&w); v.n > 0; v = view_from(v, 1))
		registers += view_starts(v, text("<reg "));
	EXPECT(registers == 57);
}
