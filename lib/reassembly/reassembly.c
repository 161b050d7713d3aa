#include "lib/reassembly/reassembly.h"

struct view reassembly_verdict_name(enum reassembly_verdict v)
{
	switch (v) {
	case REASSEMBLY_WHOLE: return text("whole");
	case REASSEMBLY_MORE: return text("more");
	case REASSEMBLY_DUPLICATE: return text("duplicate");
	case REASSEMBLY_OVERLAP: return text("overlap");
	case REASSEMBLY_BAD_LENGTH: return text("bad length");
	case REASSEMBLY_TOO_LONG: return text("too long");
	case REASSEMBLY_TORN: return text("torn");
	case REASSEMBLY_REFUSED: return text("refused");
	}
	return text("?");
}

void reassembly_init(struct reassembly *r, u32 slots, u32 bytes)
{
	require(slots <= REASSEMBLY_SLOTS_MAX);
	require(bytes <= REASSEMBLY_BYTES_MAX);
	*r = (struct reassembly){ .next_ns = TIME_NEVER, .slots = slots, .bytes = bytes };
}

/* Where slot i's data begins. */
static u32 data_at(const struct reassembly *r, u32 i)
{
	u32 bytes = r->bytes;

	return i * (REASSEMBLY_HEAD_BYTES + bytes) + REASSEMBLY_HEAD_BYTES;
}

static void drop(struct reassembly *r, u32 i)
{
	r->slot[i].state = REASSEMBLY_FREE;
	if (r->used > 0)
		r->used -= 1;
}

/* ---- who has which slot ---- */

static bool same_datagram(const struct reassembly_slot *s, const struct fragment *f)
{
	return s->state != REASSEMBLY_FREE && s->id == f->id && ip_equal(s->from, f->from) &&
	       ip_equal(s->to, f->to) && (!ip_is4(f->from) || s->protocol == f->protocol);
}

static u32 slots_of(const struct reassembly *r, struct ip from)
{
	u32 n = 0;

	for (u32 i = 0; i < REASSEMBLY_SLOTS_MAX; i += 1)
		if (r->slot[i].state != REASSEMBLY_FREE && ip_equal(r->slot[i].from, from) &&
			n < REASSEMBLY_SLOTS_MAX)
			n += 1;
	return n;
}

/* The source that has the most, and of its datagrams the oldest; among sources that
 * have as many, the oldest of all. Ages are compared by what is left of their time. */
static u32 victim(const struct reassembly *r, struct ip newcomer)
{
	u32 most = 0, best = REASSEMBLY_SLOTS_MAX;
	u64 oldest = TIME_NEVER;
	bool own_only = slots_of(r, newcomer) * 2u >= r->slots;

	for (u32 i = 0; i < REASSEMBLY_SLOTS_MAX; i += 1) {
		const struct reassembly_slot *s = &r->slot[i];
		bool own = ip_equal(s->from, newcomer);

		if (s->state == REASSEMBLY_FREE || (own_only && !own))
			continue;
		u32 n = slots_of(r, s->from);
		if (n < most || (n == most && s->until_ns >= oldest))
			continue;
		most = n;
		oldest = s->until_ns;
		best = i;
	}
	return best;
}

/* A slot for a new datagram: a free one, unless its source has its share. */
static u32 take(struct reassembly *r, struct ip from)
{
	u32 slots = r->slots, own = slots_of(r, from), i = 0;

	/* With one slot the half of it is that one. */
	if (r->used >= slots || (own > 0 && own * 2u >= slots)) {
		i = victim(r, from);
		if (i >= REASSEMBLY_SLOTS_MAX)
			return REASSEMBLY_SLOTS_MAX;
		drop(r, i);
		if (r->evicted < 0xffffffffu)
			r->evicted += 1;
		return i;
	}
	while (i < REASSEMBLY_SLOTS_MAX && r->slot[i].state != REASSEMBLY_FREE)
		i += 1;
	return i;
}

static u32 slot_for(struct reassembly *r, const struct fragment *f, u64 now)
{
	u32 i = 0;

	while (i < REASSEMBLY_SLOTS_MAX && !same_datagram(&r->slot[i], f))
		i += 1;
	if (i < REASSEMBLY_SLOTS_MAX || r->slots == 0)
		return i;
	i = take(r, f->from);
	if (i >= REASSEMBLY_SLOTS_MAX)
		return i;
	u64 until = now + (ip_is4(f->from) ? REASSEMBLY_NS4 : REASSEMBLY_NS6);
	r->slot[i] = (struct reassembly_slot){ .from = f->from,
		.to = f->to,
		.until_ns = until,
		.id = f->id,
		.protocol = f->protocol,
		.state = REASSEMBLY_OPEN };
	if (r->used < REASSEMBLY_SLOTS_MAX)
		r->used += 1;
	r->next_ns = until < r->next_ns ? until : r->next_ns;
	return i;
}

/* ---- runs ---- */

/* The first run that ends at `from` or behind it, or s->runs. */
static u32 run_at(const struct reassembly_slot *s, u32 from)
{
	u32 i = 0;

	while (i < REASSEMBLY_RUNS && i < s->runs && s->run[i].to < from)
		i += 1;
	return i;
}

static void remove_run(struct reassembly_slot *s, u32 at)
{
	for (u32 i = at; i + 1u < REASSEMBLY_RUNS; i += 1) {
		struct reassembly_run next = s->run[i + 1u];

		s->run[i] = next;
	}
	u8 runs = s->runs;
	if (runs > 0)
		s->runs = (u8)(runs - 1u);
}

/* RFC 815's list, of what is there instead of what is missing. */
static enum reassembly_verdict fill_run(struct reassembly_slot *s, u16 from, u16 to)
{
	u32 i = run_at(s, from);
	u8 runs = s->runs;
	struct reassembly_run *run = &s->run[i < REASSEMBLY_RUNS ? i : 0];

	if (i < runs && run->to == from) {
		run->to = to;
		if (i + 1u < REASSEMBLY_RUNS && i + 1u < runs && s->run[i + 1u].from == to) {
			run->to = s->run[i + 1u].to;
			remove_run(s, i + 1u);
		}
		return REASSEMBLY_MORE;
	}
	if (i < runs && run->from == to) {
		run->from = from;
		return REASSEMBLY_MORE;
	}
	if (runs >= REASSEMBLY_RUNS || i >= REASSEMBLY_RUNS)
		return REASSEMBLY_TORN;
	for (u32 k = REASSEMBLY_RUNS - 1u; k > i; k -= 1) {
		struct reassembly_run before = s->run[k - 1u];

		s->run[k] = before;
	}
	s->run[i] = (struct reassembly_run){ from, to };
	s->runs = (u8)(runs + 1u);
	return REASSEMBLY_MORE;
}

/* What [from, to) is to what is there: new, the same again, or a contradiction. */
static enum reassembly_verdict compare(
	const struct reassembly_slot *s, struct view data_of_slot, u32 from, u32 to, struct view data)
{
	for (u32 i = 0; i < REASSEMBLY_RUNS && i < s->runs; i += 1) {
		u32 begin = s->run[i].from, end = s->run[i].to;

		if (end <= from || begin >= to)
			continue;
		if (begin <= from && to <= end &&
			view_equal(view_first(view_from(data_of_slot, from), data.n), data))
			return REASSEMBLY_DUPLICATE;
		return REASSEMBLY_OVERLAP;
	}
	return REASSEMBLY_MORE;
}

/* ---- a piece ---- */

static bool is_whole(const struct reassembly_slot *s)
{
	return s->total > 0 && s->head_bytes > 0 && s->runs == 1 && s->run[0].from == 0 &&
	       s->run[0].to == s->total;
}

/* RFC 8200 4.5, RFC 791: all but the last in eights; one end, and nothing beyond it. */
static enum reassembly_verdict check(const struct reassembly *r, const struct reassembly_slot *s,
	const struct fragment *f, struct view head, usize n)
{
	u32 runs = s->runs, end = runs > 0 && runs <= REASSEMBLY_RUNS ? s->run[runs - 1u].to : 0;
	usize to = f->offset_bytes + n;

	if (n == 0 || f->offset_bytes % 8u != 0 || (f->more && n % 8u != 0))
		return REASSEMBLY_BAD_LENGTH;
	if (to > r->bytes || (f->offset_bytes == 0 && (head.n > REASSEMBLY_HEAD_BYTES || head.n == 0)))
		return REASSEMBLY_TOO_LONG;
	if (s->total > 0 && (f->more ? to > s->total : to != s->total))
		return REASSEMBLY_BAD_LENGTH;
	if (!f->more && end > to)
		return REASSEMBLY_BAD_LENGTH;
	return REASSEMBLY_MORE;
}

static enum reassembly_verdict keep(struct reassembly *r, u32 i, struct span memory, const struct fragment *f,
	struct view head, struct view data)
{
	struct reassembly_slot *s = &r->slot[i];
	struct span place = span_first(span_from(memory, data_at(r, i)), r->bytes);
	enum reassembly_verdict v = check(r, s, f, head, data.n);
	u16 from = f->offset_bytes, to = 0;

	usize room = REASSEMBLY_BYTES_MAX - from, n = data.n;
	if (v == REASSEMBLY_MORE && n <= room)
		to = (u16)((from + n) % 0x10000u);
	if (v == REASSEMBLY_MORE)
		v = compare(s, span_view(place), from, to, data);
	if (v == REASSEMBLY_MORE)
		v = fill_run(s, from, to);
	if (v == REASSEMBLY_OVERLAP || v == REASSEMBLY_BAD_LENGTH || v == REASSEMBLY_TOO_LONG) {
		s->state = REASSEMBLY_SHUT;
		return v;
	}
	if (v != REASSEMBLY_MORE)
		return v;
	(void)copy(span_from(place, from), data);
	if (!f->more)
		s->total = to;
	if (from == 0) {
		u32 headers = head.n <= REASSEMBLY_HEAD_BYTES ? (u32)head.n : 0;

		s->head_bytes = (u8)headers;
		s->protocol = f->protocol;
		(void)copy(span_from(memory, data_at(r, i) - headers), head);
	}
	return is_whole(s) ? REASSEMBLY_WHOLE : REASSEMBLY_MORE;
}

static struct reassembled found(const struct reassembly *r, u32 i)
{
	const struct reassembly_slot *s = &r->slot[i];

	return (struct reassembled){ .from = s->from,
		.to = s->to,
		.protocol = s->protocol,
		.head_bytes = s->head_bytes,
		.at = data_at(r, i),
		.bytes = s->runs > 0 && s->run[0].from == 0 ? s->run[0].to : 0 };
}

enum reassembly_verdict reassembly_add(struct reassembly *r, struct span memory, const struct fragment *piece,
	struct view head, struct view data, u64 now, struct reassembled *out)
{
	u32 i = slot_for(r, piece, now);

	*out = (struct reassembled){ .at = 0 };
	if (i >= REASSEMBLY_SLOTS_MAX || r->slot[i].state == REASSEMBLY_SHUT)
		return REASSEMBLY_REFUSED;
	enum reassembly_verdict v = keep(r, i, memory, piece, head, data);
	if (v == REASSEMBLY_WHOLE) {
		*out = found(r, i);
		drop(r, i);
	}
	return v;
}

/* ---- time ---- */

bool reassembly_expired(struct reassembly *r, u64 now, struct reassembled *out)
{
	u64 next = TIME_NEVER;

	*out = (struct reassembled){ .at = 0 };
	if (now < r->next_ns)
		return false;
	for (u32 i = 0; i < REASSEMBLY_SLOTS_MAX; i += 1) {
		u64 until = r->slot[i].until_ns;

		if (r->slot[i].state == REASSEMBLY_FREE)
			continue;
		if (until > now) {
			next = until < next ? until : next;
			continue;
		}
		bool shut = r->slot[i].state == REASSEMBLY_SHUT;
		drop(r, i);
		if (shut)
			continue;
		*out = found(r, i);
		return true;
	}
	r->next_ns = next;
	return false;
}

u64 reassembly_deadline(const struct reassembly *r)
{
	return r->next_ns;
}

struct view reassembly_payload(struct view memory, const struct reassembled *d)
{
	return view_first(view_from(memory, d->at), d->bytes);
}

struct view reassembly_quoted(struct view memory, const struct reassembled *d)
{
	u32 at = d->at, head = d->head_bytes, bytes = d->bytes;

	if (at < head)
		return view_first(memory, 0);
	return view_first(view_from(memory, at - head), head + bytes);
}
