/* gdb_fuzz.c - a hostile debugger: any bytes. What comes out is a command whose data lies where it may, and what is
 * answered is heard as it was meant. */
#include "tender/gdb.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static u8 room[GDB_PACKET_BYTES], frame[GDB_FRAME_BYTES];

static bool inside(struct view v, const u8 *from, usize bytes)
{
	return v.n == 0 || (v.p >= from && v.p + v.n <= from + bytes);
}

static void read_packet(struct view packet)
{
	struct gdb_command c = gdb_read(packet, span_of(room));

	require(inside(c.data, room, sizeof room) || inside(c.data, packet.p, packet.n));
	require(c.kind != GDB_MEMORY_SET || c.data.n == c.bytes);
	require(c.kind == GDB_BREAK || c.kind == GDB_BREAK_NO_MORE ? c.number <= GDB_TOUCHED
								   : c.number <= 0xffff);
	require(c.kind != GDB_TRANSFER || c.object < GDB_OBJECTS);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	static struct gdb_stream s, echo;
	struct view in = view_make(data, size), answer;
	enum gdb_heard heard = GDB_NOTHING;

	s = (struct gdb_stream){ 0 };
	for (usize i = 0; i < size; i += 1) {
		heard = gdb_hear(&s, data[i]);
		require(s.count <= GDB_PACKET_BYTES);
		if (heard == GDB_PACKET)
			read_packet(view_make(s.bytes, s.count));
	}
	read_packet(
		view_first(in, GDB_PACKET_BYTES)); /* without the frame too, so that commands are reached */
	answer = gdb_answer(span_of(frame), in);
	require((answer.n == 0) == (size > GDB_PACKET_BYTES));
	echo = (struct gdb_stream){ 0 };
	for (usize i = 0; i < answer.n; i += 1)
		heard = gdb_hear(&echo, answer.p[i]);
	require(answer.n == 0 || heard == GDB_PACKET);
	require(answer.n == 0 || view_equal(view_make(echo.bytes, echo.count), in));
	return 0;
}
