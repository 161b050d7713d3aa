/* log.c - see log.h. */
#include "plat/record/log.h"
#include "plat/record/effect.h"

const char *log_verdict_name(enum log_verdict v)
{
	switch (v) {
	case LOG_OK: return "whole";
	case LOG_END: return "at its end";
	case LOG_FOREIGN: return "not a recording";
	case LOG_VERSION: return "a recording of another version of fata";
	case LOG_CUT: return "cut off";
	case LOG_DAMAGED: return "damaged";
	case LOG_MALFORMED: return "malformed";
	}
	return "?";
}

const char *record_event_name(enum record_event e)
{
	switch (e) {
	case RECORD_IMAGE: return "image";
	case RECORD_ARGUMENT: return "argument";
	case RECORD_START: return "start";
	case RECORD_STEP: return "step";
	case RECORD_STOP: return "stop";
	case RECORD_RETURN: return "return";
	case RECORD_CHECK: return "check";
	case RECORD_LEFT: return "leave";
	case RECORD_END: return "end";
	case RECORD_NET_RX: return "net_rx";
	case RECORD_NET_TX: return "net_tx";
	case RECORD_NET_FACTS: return "net_facts";
	case RECORD_CLOCK_MONOTONIC: return "clock_monotonic";
	case RECORD_CLOCK_WALL: return "clock_wall";
	case RECORD_ENTROPY_SEED: return "entropy_seed";
	case RECORD_ENTROPY_GENERATION: return "entropy_generation";
	case RECORD_BLOCK_FACTS: return "block_facts";
	case RECORD_BLOCK_REFUSED: return "block_submit";
	case RECORD_BLOCK_DONE: return "block_complete";
	case RECORD_CONSOLE_RX: return "console_rx";
	case RECORD_IMAGE_MEMORY: return "image_memory";
	}
	return "?";
}

/* ---- chunks ---- */

/* One chunk's bytes into the writer. LOG_END: there is none. */
static enum log_verdict read_chunk(struct reader *file, u32 number, struct writer *to)
{
	if (read_left(file) == 0)
		return LOG_END;

	u32 length = read_le32(file);
	u32 found = read_le32(file);
	u64 hash = read_le64(file);

	if (read_bad(file))
		return LOG_CUT;
	if (length == 0 || length > RECORD_CHUNK || found != number)
		return LOG_DAMAGED;

	struct view bytes = read_view(file, length);

	if (read_bad(file))
		return LOG_CUT;
	if (effect_bytes(number, bytes) != hash)
		return LOG_DAMAGED;
	write_view(to, bytes);
	require(!write_bad(to)); /* the room is as large as the file */
	return LOG_OK;
}

enum log_verdict log_open(struct log *log, struct view file, struct span room)
{
	struct reader r = reader_of(file);
	struct writer w = writer_of(room);
	struct view magic = text(RECORD_MAGIC);
	struct view got = read_view(&r, RECORD_MAGIC_BYTES);
	enum log_verdict v = LOG_OK;

	*log = (struct log){ reader_of(view_none()), 0, 0 };
	if (!view_equal(view_first(got, RECORD_MAGIC_BYTES - 1), view_first(magic, RECORD_MAGIC_BYTES - 1)))
		return LOG_FOREIGN;
	if (!view_equal(got, magic))
		return LOG_VERSION;
	for (u32 number = 0; v == LOG_OK; number += 1)
		v = read_chunk(&r, number, &w);
	log->events = reader_of(write_done(&w));
	return v == LOG_END ? LOG_OK : v;
}

/* ---- fields ---- */

static u64 read_number(struct reader *r)
{
	u64 n = 0;

	for (u32 shift = 0; shift < 64; shift += 7) {
		u8 byte = read_u8(r);

		n |= (u64)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return read_bad(r) ? 0 : n;
	}
	read_fail(r);
	return 0;
}

static u64 read_difference(struct reader *r, u64 from)
{
	u64 z = read_number(r);

	return from + (z % 2 == 1 ? ~(z / 2) : z / 2);
}

static struct view read_bytes(struct reader *r)
{
	u64 n = read_number(r);

	return read_view(r, n > BYTES_MAX ? BYTES_MAX : (usize)n);
}

/* A number that must be below or at `max`; a larger one is no recorder's. */
static u64 read_below(struct reader *r, u64 max, bool *wrong)
{
	u64 n = read_number(r);

	if (n > max)
		*wrong = true;
	return n > max ? 0 : n;
}

static void read_frames(struct reader *r, struct log_event *e, bool *wrong)
{
	e->port = (u32)read_below(r, RECORD_PORTS - 1, wrong);
	e->count = read_below(r, NET_BATCH, wrong);
	e->frame_count = (u32)read_below(r, NET_BATCH, wrong);
	if (e->frame_count > e->count)
		*wrong = true;
	for (u32 i = 0; i < e->frame_count && !*wrong && !read_bad(r); i += 1) {
		u8 flags = read_u8(r);

		e->frames[i].csum = flags & RECORD_FRAME_GOOD ? NET_CSUM_GOOD : NET_CSUM_CHECK;
		e->frames[i].gso_size = (u16)read_below(r, 0xffff, wrong);
		e->frames[i].data = read_bytes(r);
	}
}

static void read_net_facts(struct reader *r, struct log_event *e, bool *wrong)
{
	e->port = (u32)read_below(r, RECORD_PORTS - 1, wrong);
	read_into(r, span_of(e->net.mac.b));
	e->net.mtu = (u16)read_below(r, 0xffff, wrong);
	e->net.up = read_u8(r) != 0;
	e->net.can = (u32)read_below(r, 0xffffffffu, wrong);
	e->net.gso_bytes = (u32)read_below(r, 0xffffffffu, wrong);
	e->net.lost = read_number(r);
}

static void read_block_facts(struct reader *r, struct log_event *e, bool *wrong)
{
	e->port = (u32)read_below(r, RECORD_DISKS - 1, wrong);
	e->block.sectors = read_number(r);
	e->block.sector_bytes = (u32)read_below(r, BYTES_MAX, wrong);
	e->block.most_sectors = (u32)read_below(r, 0xffffffffu, wrong);
	e->block.queue = (u32)read_below(r, 0xffffffffu, wrong);

	u8 flags = read_u8(r);

	e->block.read_only = (flags & RECORD_DISK_READ_ONLY) != 0;
	e->block.discard = (flags & RECORD_DISK_DISCARD) != 0;
}

static void read_block_done(struct reader *r, struct log_event *e, bool *wrong)
{
	u8 verdict;

	e->port = (u32)read_below(r, RECORD_DISKS - 1, wrong);
	e->done.tag = read_number(r);
	verdict = read_u8(r);
	if (verdict > BLOCK_UNSUPPORTED)
		*wrong = true;
	else
		e->done.verdict = (enum block_verdict)verdict;
	e->bytes = read_bytes(r);
}

/* What a platform told the image. */
static void read_answer(struct log *log, struct log_event *e, bool *wrong)
{
	struct reader *r = &log->events;
	u8 source;

	e->asked = read_number(r);
	switch (e->kind) {
	case RECORD_NET_RX: read_frames(r, e, wrong); break;
	case RECORD_NET_TX:
		e->port = (u32)read_below(r, RECORD_PORTS - 1, wrong);
		e->count = read_below(r, BYTES_MAX, wrong);
		break;
	case RECORD_NET_FACTS: read_net_facts(r, e, wrong); break;
	case RECORD_CLOCK_MONOTONIC: e->now = log->now = read_difference(r, log->now); break;
	case RECORD_CLOCK_WALL: e->now = log->wall = read_difference(r, log->wall); break;
	case RECORD_ENTROPY_SEED:
		source = read_u8(r);
		e->source = source > ENTROPY_REPLAYED ? ENTROPY_NONE : (enum entropy_source)source;
		*wrong |= source > ENTROPY_REPLAYED;
		e->bytes = read_bytes(r);
		break;
	case RECORD_ENTROPY_GENERATION: e->count = read_number(r); break;
	case RECORD_BLOCK_FACTS: read_block_facts(r, e, wrong); break;
	case RECORD_BLOCK_REFUSED: e->port = (u32)read_below(r, RECORD_DISKS - 1, wrong); break;
	case RECORD_BLOCK_DONE: read_block_done(r, e, wrong); break;
	case RECORD_CONSOLE_RX:
		e->count = read_below(r, BYTES_MAX, wrong);
		e->bytes = read_bytes(r);
		break;
	case RECORD_IMAGE_MEMORY:
		e->memory.resident_bytes = read_number(r);
		e->memory.limit_bytes = read_number(r);
		break;
	default: *wrong = true;
	}
}

/* The course of the run; false: it is no such event. */
static bool read_course(struct log *log, struct log_event *e)
{
	struct reader *r = &log->events;

	switch (e->kind) {
	case RECORD_IMAGE:
		e->name = read_bytes(r);
		e->build = read_bytes(r);
		e->platform = read_bytes(r);
		return true;
	case RECORD_ARGUMENT: e->bytes = read_bytes(r); return true;
	case RECORD_START:
	case RECORD_STEP: e->now = log->now = read_difference(r, log->now); return true;
	case RECORD_STOP:
		e->now = log->now = read_difference(r, log->now);
		e->deadline = read_difference(r, e->now);
		return true;
	case RECORD_RETURN:
		e->asked = read_number(r);
		e->hash = read_le16(r);
		return true;
	case RECORD_CHECK: e->hash = read_le64(r); return true;
	case RECORD_LEFT:
		e->asked = read_number(r);
		e->status = read_u8(r);
		return true;
	case RECORD_END:
		e->count = read_number(r);
		e->hash = read_le64(r);
		e->image_hash = read_le64(r);
		return true;
	default: return false;
	}
}

enum log_verdict log_next(struct log *log, struct log_event *e)
{
	bool wrong = false;

	*e = (struct log_event){ 0 };
	if (read_left(&log->events) == 0)
		return read_bad(&log->events) ? LOG_CUT : LOG_END;
	e->kind = (enum record_event)read_u8(&log->events);
	if (!read_course(log, e))
		read_answer(log, e, &wrong);
	if (wrong) {
		read_fail(&log->events);
		return LOG_MALFORMED;
	}
	return read_bad(&log->events) ? LOG_CUT : LOG_OK;
}
