/* gdb.c - see gdb.h. */
#include "tender/gdb.h"
#include "base/format.h"

/* ---- hearing ---- */

enum { IDLE, IN_PACKET, ESCAPED, FIRST_DIGIT, SECOND_DIGIT };
enum { ESCAPE = '}', ESCAPE_BIT = 0x20, INTERRUPT_BYTE = 3, NO_DIGIT = 16 };

static u8 digit_of(u8 c)
{
	if (c >= '0' && c <= '9')
		return (u8)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (u8)(c - 'a' + 10);
	return c >= 'A' && c <= 'F' ? (u8)(c - 'A' + 10) : NO_DIGIT;
}

static void keep(struct gdb_stream *s, u8 byte)
{
	if (s->count == GDB_PACKET_BYTES) {
		s->over = true;
		return;
	}
	s->bytes[s->count] = byte;
	s->count += 1;
}

static enum gdb_heard between_packets(struct gdb_stream *s, u8 byte)
{
	bool known = s->known;

	s->known = true;
	switch (byte) {
	case '$':
		s->state = IN_PACKET;
		s->count = 0;
		s->sum = 0;
		s->over = false;
		return GDB_NOTHING;
	case INTERRUPT_BYTE: return GDB_INTERRUPT;
	case '-': return GDB_AGAIN;
	case '+': return GDB_NOTHING;
	default: return known ? GDB_NOTHING : GDB_STRANGER;
	}
}

static enum gdb_heard finish(struct gdb_stream *s, u8 digit)
{
	s->state = IDLE;
	return digit == NO_DIGIT || s->over || s->told * 16u + digit != s->sum ? GDB_BROKEN : GDB_PACKET;
}

enum gdb_heard gdb_hear(struct gdb_stream *s, u8 byte)
{
	if (s->state == IDLE)
		return between_packets(s, byte);
	if (s->state == FIRST_DIGIT) {
		s->told = digit_of(byte);
		s->state = SECOND_DIGIT;
		if (s->told == NO_DIGIT)
			return finish(s, NO_DIGIT);
		return GDB_NOTHING;
	}
	if (s->state == SECOND_DIGIT)
		return finish(s, digit_of(byte));
	if (byte == '#') { /* never a packet's own byte, not even an escaped one */
		s->state = FIRST_DIGIT;
		return GDB_NOTHING;
	}
	s->sum = (u8)((s->sum + byte) % 256u);
	if (s->state == ESCAPED) {
		s->state = IN_PACKET;
		keep(s, byte ^ ESCAPE_BIT);
	} else if (byte == ESCAPE) {
		s->state = ESCAPED;
	} else {
		keep(s, byte);
	}
	return GDB_NOTHING;
}

/* ---- commands ---- */

static const struct gdb_command malformed = { .kind = GDB_MALFORMED };

/* "at,bytes" */
static bool read_range(struct reader *r, struct gdb_command *c)
{
	return read_hex(r, &c->at) && read_literal(r, text(",")) && read_hex(r, &c->bytes);
}

/* The rest is bytes in hexadecimal, no more than there is room for. */
static bool read_data(struct reader *r, struct span room, struct gdb_command *c)
{
	struct writer w = writer_of(room);

	while (read_left(r) >= 2) {
		u8 high = digit_of(read_u8(r)), low = digit_of(read_u8(r));

		if (high == NO_DIGIT || low == NO_DIGIT)
			return false;
		write_u8(&w, (u8)(high * 16u + low));
	}
	c->data = write_done(&w);
	return read_finished(r) && !write_bad(&w);
}

static struct gdb_command memory_set(struct reader *r, struct span room, bool binary)
{
	struct gdb_command c = { .kind = GDB_MEMORY_SET };

	if (!read_range(r, &c) || !read_literal(r, text(":")))
		return malformed;
	if (binary)
		c.data = read_rest(r);
	else if (!read_data(r, room, &c))
		return malformed;
	return c.data.n == c.bytes ? c : malformed;
}

static struct gdb_command memory(struct reader *r)
{
	struct gdb_command c = { .kind = GDB_MEMORY };

	return read_range(r, &c) && read_finished(r) ? c : malformed;
}

static bool read_number(struct reader *r, u32 *out)
{
	u64 n = 0;

	if (!read_hex(r, &n) || n > 0xffff)
		return false;
	*out = (u32)n;
	return true;
}

static struct gdb_command one_register(struct reader *r)
{
	struct gdb_command c = { .kind = GDB_REGISTER };

	return read_number(r, &c.number) && read_finished(r) ? c : malformed;
}

static struct gdb_command register_set(struct reader *r, struct span room)
{
	struct gdb_command c = { .kind = GDB_REGISTER_SET };

	return read_number(r, &c.number) && read_literal(r, text("=")) && read_data(r, room, &c) ? c
												 : malformed;
}

static struct gdb_command registers_set(struct reader *r, struct span room)
{
	struct gdb_command c = { .kind = GDB_REGISTERS_SET };

	return read_data(r, room, &c) ? c : malformed;
}

/* Conditions and commands behind it are the debugger's own business: they were not offered. */
static struct gdb_command breakpoint(struct reader *r, enum gdb_kind kind)
{
	struct gdb_command c = { .kind = kind };

	if (!read_number(r, &c.number) || !read_literal(r, text(",")) || !read_range(r, &c) ||
		!read_finished(r))
		return malformed;
	return c.number <= GDB_TOUCHED ? c : (struct gdb_command){ .kind = GDB_UNKNOWN };
}

static bool read_signal(struct reader *r, u8 *out)
{
	u64 n = 0;

	if (!read_hex(r, &n) || n > 255)
		return false;
	*out = (u8)n;
	return true;
}

/* c, s, C and S: a signal first where there is one, then perhaps an address. */
static struct gdb_command resume(struct reader *r, bool step, bool signal)
{
	struct gdb_command c = { .kind = GDB_RESUME, .step = step };

	if (signal && !read_signal(r, &c.signal))
		return malformed;
	if (read_finished(r))
		return c;
	c.moved = true;
	if (signal && !read_literal(r, text(";")))
		return malformed;
	return read_hex(r, &c.at) && read_finished(r) ? c : malformed;
}

/* Whether an action is for thread 1: no thread is named, or all, or any, or it. */
static bool for_us(struct reader *r)
{
	if (read_finished(r) || read_peek(r) == ';')
		return true;
	if (!read_literal(r, text(":")))
		return false;
	if (read_literal(r, text("-1")))
		return true;

	u64 thread = 0;

	return read_hex(r, &thread) && thread <= 1;
}

/* vCont: the first action that is for our thread. */
static struct gdb_command resume_some(struct reader *r)
{
	while (read_literal(r, text(";"))) {
		struct gdb_command c = { .kind = GDB_RESUME };
		u8 action = read_u8(r);

		if (action != 'c' && action != 's' && action != 'C' && action != 'S')
			return malformed;
		c.step = action == 's' || action == 'S';
		if ((action == 'C' || action == 'S') && !read_signal(r, &c.signal))
			return malformed;
		if (for_us(r))
			return read_finished(r) || read_peek(r) == ';' ? c : malformed;
	}
	return malformed;
}

static struct gdb_command transfer(struct reader *r)
{
	static const struct {
		struct view name;
		enum gdb_object object;
	} objects[] = {
		{ TEXT("features:read:target.xml:"), GDB_TARGET_XML },
		{ TEXT("auxv:read::"), GDB_AUXV },
	};
	struct gdb_command c = { .kind = GDB_TRANSFER };

	for (usize i = 0; i < COUNT(objects); i += 1) {
		if (!read_literal(r, objects[i].name))
			continue;
		c.object = objects[i].object;
		return read_range(r, &c) && read_finished(r) ? c : malformed;
	}
	return (struct gdb_command){ .kind = GDB_UNKNOWN };
}

/* The words that are told from each other by all of them, not by a letter. Those with `open` go on. */
static struct gdb_command read_word(struct reader *r)
{
	static const struct {
		struct view word;
		bool open;
		enum gdb_kind kind;
	} words[] = {
		{ TEXT("qSupported"), true, GDB_FEATURES },
		{ TEXT("QStartNoAckMode"), false, GDB_QUIET },
		{ TEXT("qfThreadInfo"), false, GDB_THREADS },
		{ TEXT("qsThreadInfo"), false, GDB_THREADS_MORE },
		{ TEXT("qC"), false, GDB_THREAD_NOW },
		{ TEXT("qOffsets"), false, GDB_OFFSETS },
		{ TEXT("qAttached"), true, GDB_ATTACHED },
		{ TEXT("vCont?"), false, GDB_RESUMES },
		{ TEXT("vKill"), true, GDB_KILL },
	};

	for (usize i = 0; i < COUNT(words); i += 1) {
		struct reader at = *r;

		if (read_literal(&at, words[i].word) && (words[i].open || read_finished(&at)))
			return (struct gdb_command){ .kind = words[i].kind };
	}
	if (read_literal(r, text("qXfer:")))
		return transfer(r);
	if (read_literal(r, text("vCont")))
		return resume_some(r);
	return (struct gdb_command){ .kind = GDB_UNKNOWN };
}

struct gdb_command gdb_read(struct view packet, struct span room)
{
	struct reader r = reader_of(packet);
	u8 letter = view_at(packet, 0);

	if (letter == 'q' || letter == 'Q' || letter == 'v')
		return read_word(&r);
	read_skip(&r, packet.n > 0 ? 1 : 0);
	switch (letter) {
	case '?': return (struct gdb_command){ .kind = GDB_WHY };
	case 'H':
	case 'T': return (struct gdb_command){ .kind = GDB_FINE };
	case 'D': return (struct gdb_command){ .kind = GDB_LEAVE };
	case 'k': return (struct gdb_command){ .kind = GDB_KILL };
	case 'g': return (struct gdb_command){ .kind = GDB_REGISTERS };
	case 'G': return registers_set(&r, room);
	case 'p': return one_register(&r);
	case 'P': return register_set(&r, room);
	case 'm': return memory(&r);
	case 'M': return memory_set(&r, room, false);
	case 'X': return memory_set(&r, room, true);
	case 'Z': return breakpoint(&r, GDB_BREAK);
	case 'z': return breakpoint(&r, GDB_BREAK_NO_MORE);
	case 'c': return resume(&r, false, false);
	case 's': return resume(&r, true, false);
	case 'C': return resume(&r, false, true);
	case 'S': return resume(&r, true, true);
	default: return (struct gdb_command){ .kind = GDB_UNKNOWN };
	}
}

/* ---- answers ---- */

static void write_hex_byte(struct writer *w, u8 byte)
{
	write_hex_bytes(w, view_make(&byte, 1));
}

struct view gdb_answer(struct span room, struct view content)
{
	struct writer w = writer_of(room);
	u8 sum = 0;

	write_u8(&w, '$');
	for (usize i = 0; i < content.n; i += 1) {
		u8 c = view_at(content, i);
		bool escape = c == '$' || c == '#' || c == ESCAPE || c == '*'; /* the last: repetition */

		if (escape) {
			write_u8(&w, ESCAPE);
			sum = (u8)((sum + ESCAPE) % 256u);
			c ^= ESCAPE_BIT;
		}
		write_u8(&w, c);
		sum = (u8)((sum + c) % 256u);
	}
	write_u8(&w, '#');
	write_hex_byte(&w, sum);
	return write_bad(&w) || content.n > GDB_PACKET_BYTES ? view_none() : write_done(&w);
}

void gdb_write_features(struct writer *w)
{
	write_text(w, "PacketSize=");
	write_hex(w, GDB_PACKET_BYTES);
	write_text(w,
		";QStartNoAckMode+;qXfer:features:read+;qXfer:auxv:read+;vContSupported+;swbreak+;hwbreak+");
}

void gdb_write_part(struct writer *w, const struct gdb_command *c, struct view object)
{
	struct view rest = c->at < object.n ? view_from(object, (usize)c->at) : view_none();
	struct view part = view_first(rest, c->bytes < GDB_DATA_BYTES ? (usize)c->bytes : GDB_DATA_BYTES);

	write_u8(w, part.n < rest.n ? 'm' : 'l');
	write_view(w, part);
}

void gdb_write_byte(struct writer *w, u8 letter, u8 byte)
{
	write_u8(w, letter);
	write_hex_byte(w, byte);
}

void gdb_write_stop(struct writer *w, const struct gdb_stop *s)
{
	gdb_write_byte(w, 'T', s->signal);
	write_text(w, "thread:1;");
	if (s->reason == GDB_AT_SOFTWARE)
		write_text(w, "swbreak:;");
	if (s->reason == GDB_AT_HARDWARE)
		write_text(w, "hwbreak:;");
	if (s->reason != GDB_AT_WATCH)
		return;
	write_view(w, s->watch == GDB_WRITTEN ? text("watch:")
		      : s->watch == GDB_READ  ? text("rwatch:")
					      : text("awatch:"));
	write_hex(w, s->at);
	write_text(w, ";");
}
