/* frames.c - see frames.h. On the wire a head is, little-endian: bytes (u32), csum (u8), gso (u8),
 * gso_size, head_len, csum_start, csum_offset (u16), zero (u16). A gap's head has bytes = GAP. */
#include "lib/frames/frames.h"

#define GAP 0xffffffffu

/* Head and data as they lie in the ring; bytes <= FRAMES_RING_MAX. */
static u32 whole(u32 bytes)
{
	return FRAMES_HEAD_BYTES + (bytes + FRAMES_ALIGN - 1u) / FRAMES_ALIGN * FRAMES_ALIGN;
}

/* Positions wrap, so their difference is taken modulo 2^32. */
static u32 distance(u32 from, u32 to)
{
	return (u32)(((u64)to + 0x100000000ull - from) % 0x100000000ull);
}

static u32 advance(u32 at, u32 by)
{
	return (u32)(((u64)at + by) % 0x100000000ull);
}

static void check_cap(u32 cap)
{
	require(cap >= FRAMES_RING_MIN);
	require(cap <= FRAMES_RING_MAX);
	require((cap & (cap - 1u)) == 0);
}

struct frames_writer frames_writer_make(u32 cap)
{
	check_cap(cap);
	return (struct frames_writer){ cap, 0, 0, 0 };
}

struct frames_reader frames_reader_make(u32 cap)
{
	check_cap(cap);
	return (struct frames_reader){ cap, 0, false };
}

u32 frames_most(u32 cap)
{
	check_cap(cap);
	return cap / 2u - FRAMES_HEAD_BYTES;
}

/* ---- writing ---- */

static void write_head(struct span to, u32 bytes, const struct frames_head *h)
{
	struct writer w = writer_of(to);

	write_le32(&w, bytes);
	write_u8(&w, (u8)h->csum);
	write_u8(&w, (u8)h->gso);
	write_le16(&w, h->gso_size);
	write_le16(&w, h->head_len);
	write_le16(&w, h->csum_start);
	write_le16(&w, h->csum_offset);
	write_le16(&w, 0);
}

struct span frames_room(struct frames_writer *w, u32 taken, struct span memory, u32 bytes)
{
	u32 used = distance(taken, w->put), place = w->put % w->cap, to_end = w->cap - place;

	require(memory.n >= w->cap);
	w->room = 0;
	w->skip = 0;
	/* a position that cannot be is as good as a reader that takes nothing */
	if (used > w->cap || bytes > frames_most(w->cap))
		return span_none();

	u32 skip = whole(bytes) <= to_end ? 0 : to_end;

	if (w->cap - used < skip + whole(bytes))
		return span_none();
	w->skip = skip;
	w->room = bytes;
	return span_first(span_from(memory, (skip > 0 ? 0 : place) + FRAMES_HEAD_BYTES), bytes);
}

void frames_put(struct frames_writer *w, struct span memory, const struct frames_head *head)
{
	static const struct frames_head gap = { GAP, FRAMES_CSUM_CHECK, FRAMES_GSO_NONE, 0, 0, 0, 0 };
	u32 place = w->put % w->cap;

	require(memory.n >= w->cap);
	require(head->bytes <= w->room);
	if (w->skip > 0) {
		write_head(span_from(memory, place), GAP, &gap);
		place = 0;
	}
	write_head(span_from(memory, place), head->bytes, head);
	w->put = advance(w->put, w->skip + whole(head->bytes));
	w->skip = 0;
	w->room = 0;
}

/* ---- reading ---- */

/* One copy of the head's bytes; all that follows looks at the copy. */
static bool read_head(struct view from, struct frames_head *h)
{
	u8 bytes[FRAMES_HEAD_BYTES] = { 0 };

	*h = (struct frames_head){ 0, FRAMES_CSUM_CHECK, FRAMES_GSO_NONE, 0, 0, 0, 0 };
	copy(span_of(bytes), from);

	struct reader r = reader_of(view_of(bytes));
	u32 n = read_le32(&r);
	u8 csum = read_u8(&r), gso = read_u8(&r);

	if (csum > FRAMES_CSUM_FILL || gso > FRAMES_GSO_TCP6)
		return false;
	h->bytes = n;
	h->csum = (enum frames_csum)csum;
	h->gso = (enum frames_gso)gso;
	h->gso_size = read_le16(&r);
	h->head_len = read_le16(&r);
	h->csum_start = read_le16(&r);
	h->csum_offset = read_le16(&r);
	return true;
}

/* What a device would be told to do lies inside the frame. */
static bool offloads_fit(const struct frames_head *h)
{
	if (h->csum == FRAMES_CSUM_FILL && (u32)h->csum_start + h->csum_offset + 2u > h->bytes)
		return false;
	return h->gso == FRAMES_GSO_NONE || (h->gso_size > 0 && h->head_len <= h->bytes);
}

static enum frames_verdict broken(struct frames_reader *r, struct frames_head *head)
{
	r->broken = true;
	*head = (struct frames_head){ 0, FRAMES_CSUM_CHECK, FRAMES_GSO_NONE, 0, 0, 0, 0 };
	return FRAMES_BROKEN;
}

enum frames_verdict frames_next(
	struct frames_reader *r, u32 put, struct view memory, struct frames_head *head, struct view *data)
{
	u32 left = distance(r->at, put), place = r->at % r->cap;

	require(memory.n >= r->cap);
	*head = (struct frames_head){ 0, FRAMES_CSUM_CHECK, FRAMES_GSO_NONE, 0, 0, 0, 0 };
	*data = view_none();
	if (r->broken)
		return FRAMES_BROKEN;
	if (left == 0)
		return FRAMES_NONE;
	if (left > r->cap || left % FRAMES_ALIGN != 0 || place % FRAMES_ALIGN != 0)
		return broken(r, head);
	if (!read_head(view_from(memory, place), head))
		return broken(r, head);
	if (head->bytes == GAP) {
		u32 gap = r->cap - place;

		if (gap >= left) /* a gap is only left for a frame behind it */
			return broken(r, head);
		left -= gap;
		place = 0;
		r->at = advance(r->at, gap);
		if (!read_head(memory, head))
			return broken(r, head);
	}
	if (head->bytes > r->cap || whole(head->bytes) > left || whole(head->bytes) > r->cap - place)
		return broken(r, head);
	if (!offloads_fit(head))
		return broken(r, head);
	*data = view_first(view_from(memory, place + FRAMES_HEAD_BYTES), head->bytes);
	r->at = advance(r->at, whole(head->bytes));
	return FRAMES_FRAME;
}
