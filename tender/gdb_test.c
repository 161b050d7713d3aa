#include "tender/gdb.h"
#include "test/test.h"

static struct gdb_stream stream;
static u8 room[GDB_PACKET_BYTES], frame[GDB_FRAME_BYTES];

/* What is heard last of these bytes. */
static enum gdb_heard hear(struct view bytes)
{
	enum gdb_heard heard = GDB_NOTHING;

	for (usize i = 0; i < bytes.n; i += 1)
		heard = gdb_hear(&stream, view_at(bytes, i));
	return heard;
}

static struct view packet(void)
{
	return view_make(stream.bytes, stream.count);
}

static struct gdb_command said(const char *words)
{
	return gdb_read(view_make(words, strlen(words)), span_of(room));
}

TEST(a_packet_is_heard_when_its_sum_is_right)
{
	stream = (struct gdb_stream){ 0 };
	EXPECT(hear(text("+$m10,4#2e")) == GDB_PACKET);
	EXPECT(view_equal(packet(), text("m10,4")));
	EXPECT(hear(text("$m10,4#2f")) == GDB_BROKEN);
	EXPECT(hear(text("$m10,4#2")) == GDB_NOTHING);
	EXPECT(hear(text("x")) == GDB_BROKEN);
	EXPECT(hear(text("$?#3f")) == GDB_PACKET); /* and the next one is fine again */
	EXPECT(hear(text("-")) == GDB_AGAIN);
	EXPECT(hear(text("\003")) == GDB_INTERRUPT);
}

TEST(escaped_bytes_are_what_they_stand_for)
{
	stream = (struct gdb_stream){ 0 };
	EXPECT(hear(text("$X0,3:}\003}\004}]#fc")) == GDB_PACKET);
	EXPECT(view_equal(packet(), text("X0,3:#$}")));

	struct gdb_command c = gdb_read(packet(), span_of(room));

	EXPECT(c.kind == GDB_MEMORY_SET && c.at == 0 && c.bytes == 3 && view_equal(c.data, text("#$}")));
}

TEST(a_packet_that_is_too_long_is_refused_whole)
{
	u8 sum = 0;

	stream = (struct gdb_stream){ 0 };
	EXPECT(hear(text("$")) == GDB_NOTHING);
	for (u32 i = 0; i <= GDB_PACKET_BYTES; i += 1) {
		sum = (u8)(sum + 'a');
		EXPECT(gdb_hear(&stream, 'a') == GDB_NOTHING);
	}

	char end[4];

	snprintf(end, sizeof end, "#%02x", sum);
	EXPECT(hear(view_make(end, 3)) == GDB_BROKEN && stream.count == GDB_PACKET_BYTES);
}

TEST(who_does_not_begin_like_a_debugger_is_a_stranger)
{
	static const char *const firsts[] = { "G", "\026", " ", "m" };

	for (usize i = 0; i < COUNT(firsts); i += 1) {
		stream = (struct gdb_stream){ 0 };
		EXPECT(hear(view_make(firsts[i], 1)) == GDB_STRANGER);
	}
	stream = (struct gdb_stream){ 0 };
	EXPECT(hear(text("+")) == GDB_NOTHING);
	EXPECT(hear(text("G")) == GDB_NOTHING);
}

TEST(memory_is_asked_for_and_set_by_address_and_length)
{
	struct gdb_command c = said("m7f0000001000,1f");

	EXPECT(c.kind == GDB_MEMORY && c.at == 0x7f0000001000 && c.bytes == 0x1f);
	c = said("M20,2:cAfe");
	EXPECT(c.kind == GDB_MEMORY_SET && c.at == 0x20 && view_equal(c.data, text("\312\376")));
	EXPECT(said("M20,3:cafe").kind == GDB_MALFORMED);
	EXPECT(said("M20,2:caf").kind == GDB_MALFORMED);
	EXPECT(said("M20,2:cafx").kind == GDB_MALFORMED);
	EXPECT(said("M20,2cafe").kind == GDB_MALFORMED);
	EXPECT(said("m20").kind == GDB_MALFORMED);
	EXPECT(said("m20,").kind == GDB_MALFORMED);
	EXPECT(said("m20,4 ").kind == GDB_MALFORMED);
	EXPECT(said("m11111111111111111,4").kind == GDB_MALFORMED); /* seventeen digits */
}

TEST(registers_are_asked_for_and_set_by_number)
{
	EXPECT(said("g").kind == GDB_REGISTERS);
	EXPECT(said("G00ff").kind == GDB_REGISTERS_SET && view_equal(said("G00ff").data, text("\0\377")));
	EXPECT(said("G00f").kind == GDB_MALFORMED);
	EXPECT(said("p1c").kind == GDB_REGISTER && said("p1c").number == 0x1c);
	EXPECT(said("p").kind == GDB_MALFORMED && said("p10000").kind == GDB_MALFORMED);
	EXPECT(said("P10=0102").kind == GDB_REGISTER_SET && said("P10=0102").data.n == 2);
	EXPECT(said("P10").kind == GDB_MALFORMED);
}

TEST(going_on_may_step_pass_a_signal_and_move)
{
	EXPECT(said("c").kind == GDB_RESUME && !said("c").step && !said("c").moved);
	EXPECT(said("s").step && said("s40").moved && said("s40").at == 0x40);
	EXPECT(said("C0b").signal == 11 && !said("C0b").moved);
	EXPECT(said("S05;40").signal == 5 && said("S05;40").step && said("S05;40").at == 0x40);
	EXPECT(said("C").kind == GDB_MALFORMED && said("C100").kind == GDB_MALFORMED);
	EXPECT(said("S05,40").kind == GDB_MALFORMED);
}

TEST(the_first_action_for_our_thread_counts)
{
	EXPECT(said("vCont?").kind == GDB_RESUMES);
	EXPECT(said("vCont;c").kind == GDB_RESUME && !said("vCont;c").step);
	EXPECT(said("vCont;s:1;c").kind == GDB_RESUME && said("vCont;s:1;c").step);
	EXPECT(said("vCont;s:2;c").kind == GDB_RESUME && !said("vCont;s:2;c").step);
	EXPECT(said("vCont;C0b:-1").signal == 11);
	EXPECT(said("vCont;s:0").step);
	EXPECT(said("vCont").kind == GDB_MALFORMED && said("vCont;").kind == GDB_MALFORMED);
	EXPECT(said("vCont;t").kind == GDB_MALFORMED && said("vCont;s:2").kind == GDB_MALFORMED);
	EXPECT(said("vCont;s:1x").kind == GDB_MALFORMED);
}

TEST(breakpoints_have_a_kind_a_place_and_a_length)
{
	struct gdb_command c = said("Z0,1000,1");

	EXPECT(c.kind == GDB_BREAK && c.number == GDB_SOFTWARE && c.at == 0x1000 && c.bytes == 1);
	EXPECT(said("z2,1000,8").kind == GDB_BREAK_NO_MORE && said("z2,1000,8").number == GDB_WRITTEN);
	EXPECT(said("Z5,1000,8").kind == GDB_UNKNOWN);
	EXPECT(said("Z0,1000").kind == GDB_MALFORMED && said("Z0,1000,1;X1").kind == GDB_MALFORMED);
}

TEST(what_is_not_known_is_said_to_be_unknown)
{
	static const char *const words[] = { "", "!", "vMustReplyEmpty", "qTStatus", "qCRC:0,1", "R00",
		"qXfer:memory-map:read::0,10", "vConti", "QStartNoAckModes" };

	for (usize i = 0; i < COUNT(words); i += 1)
		EXPECT(said(words[i]).kind == GDB_UNKNOWN || said(words[i]).kind == GDB_MALFORMED);
	EXPECT(said("").kind == GDB_UNKNOWN && said("vMustReplyEmpty").kind == GDB_UNKNOWN);
	EXPECT(said("qSupported:swbreak+").kind == GDB_FEATURES && said("Hg0").kind == GDB_FINE);
	EXPECT(said("D").kind == GDB_LEAVE && said("k").kind == GDB_KILL && said("vKill;1").kind == GDB_KILL);
}

TEST(an_object_is_told_in_parts)
{
	u8 out[64];
	struct writer w = writer_of(span_of(out));
	struct gdb_command c = said("qXfer:features:read:target.xml:2,3");

	EXPECT(c.kind == GDB_TRANSFER && c.object == GDB_TARGET_XML && c.at == 2 && c.bytes == 3);
	gdb_write_part(&w, &c, text("abcdefg"));
	EXPECT(view_equal(write_done(&w), text("mcde")));
	w = writer_of(span_of(out));
	c = said("qXfer:auxv:read::5,ffffffffffffffff");
	EXPECT(c.object == GDB_AUXV);
	gdb_write_part(&w, &c, text("abcdefg"));
	EXPECT(view_equal(write_done(&w), text("lfg")));
	w = writer_of(span_of(out));
	c = said("qXfer:auxv:read::ffffffffffffffff,10");
	gdb_write_part(&w, &c, text("abcdefg"));
	EXPECT(view_equal(write_done(&w), text("l")));
	EXPECT(said("qXfer:auxv:read::0").kind == GDB_MALFORMED);
}

TEST(an_answer_is_heard_as_it_was_meant)
{
	u8 all[256];

	for (u32 i = 0; i < 256; i += 1)
		all[i] = (u8)i;
	stream = (struct gdb_stream){ 0 };
	EXPECT(hear(gdb_answer(span_of(frame), view_of(all))) == GDB_PACKET);
	EXPECT(view_equal(packet(), view_of(all)));
	EXPECT(view_equal(gdb_answer(span_of(frame), text("")), text("$#00")));
	EXPECT(view_equal(gdb_answer(span_of(frame), text("OK")), text("$OK#9a")));
	EXPECT(gdb_answer(span_of(frame), view_make(frame, GDB_PACKET_BYTES + 1)).n == 0);
}

TEST(a_stop_says_why)
{
	static const struct {
		struct gdb_stop stop;
		const char *words;
	} stops[] = {
		{ { 11, GDB_STOPPED, GDB_SOFTWARE, 0 }, "T0bthread:1;" },
		{ { 5, GDB_AT_SOFTWARE, GDB_SOFTWARE, 0 }, "T05thread:1;swbreak:;" },
		{ { 5, GDB_AT_HARDWARE, GDB_SOFTWARE, 0 }, "T05thread:1;hwbreak:;" },
		{ { 5, GDB_AT_WATCH, GDB_WRITTEN, 0x10 }, "T05thread:1;watch:10;" },
		{ { 5, GDB_AT_WATCH, GDB_READ, 0x10 }, "T05thread:1;rwatch:10;" },
		{ { 5, GDB_AT_WATCH, GDB_TOUCHED, 0x10 }, "T05thread:1;awatch:10;" },
	};

	for (usize i = 0; i < COUNT(stops); i += 1) {
		u8 out[64];
		struct writer w = writer_of(span_of(out));

		gdb_write_stop(&w, &stops[i].stop);
		EXPECT(view_equal(write_done(&w), view_make(stops[i].words, strlen(stops[i].words))));
	}
}
