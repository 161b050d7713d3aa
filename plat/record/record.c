/* record.c - see record.h; the format is event.h's. */
#include "plat/record/record.h"

/* ---- bytes into chunks ---- */

void record_flush(struct record *r)
{
	if (!record_is_on(r) || r->len == 0)
		return;

	struct view payload = view_make(r->bytes + RECORD_HEAD, r->len);
	struct writer w = writer_of(span_make(r->bytes, RECORD_HEAD));
	u64 hash = effect_bytes(r->chunk, payload);

	write_le32(&w, r->len);
	write_le32(&w, r->chunk);
	write_le64(&w, hash);
	r->chunk += 1;
	r->len = 0; /* first: a signal that interrupts record_out() must not send the chunk again */
	record_out(r, view_make(r->bytes, RECORD_HEAD + payload.n));
}

static void put_byte(struct record *r, u8 byte)
{
	r->bytes[RECORD_HEAD + r->len] = byte;
	r->len += 1;
	if (r->len == RECORD_CHUNK)
		record_flush(r);
}

static void put_view(struct record *r, struct view v)
{
	while (v.n > 0) {
		usize n = copy(span_make(r->bytes + RECORD_HEAD + r->len, RECORD_CHUNK - r->len), v);

		r->len += (u32)n;
		v = view_from(v, n);
		if (r->len == RECORD_CHUNK)
			record_flush(r);
	}
}

static void put_number(struct record *r, u64 n)
{
	for (; n >= 0x80; n >>= 7)
		put_byte(r, (u8)(n | 0x80));
	put_byte(r, (u8)n);
}

/* Zigzag: small steps back and forth are small numbers. */
static void put_difference(struct record *r, u64 from, u64 to)
{
	u64 d = to - from;

	put_number(r, d >> 63 ? ~(d << 1) : d << 1);
}

static void put_bytes(struct record *r, struct view v)
{
	put_number(r, v.n);
	put_view(r, v);
}

static void put_le64(struct record *r, u64 n)
{
	u8 room[8];
	struct writer w = writer_of(span_of(room));

	write_le64(&w, n);
	put_view(r, view_of(room));
}

static void put_now(struct record *r, enum record_event kind, u64 now)
{
	put_byte(r, (u8)kind);
	put_difference(r, r->now, now);
	r->now = now;
}

/* An answer worth writing: the dull ones before it are counted in front. */
static void put_answer(struct record *r, enum record_event kind)
{
	put_byte(r, (u8)kind);
	put_number(r, r->asked);
	r->asked = 0;
}

static void dull(struct record *r)
{
	r->asked += 1;
}

/* ---- the course of it ---- */

void record_begin(struct record *r, struct view name, struct view build, struct view platform)
{
	r->on = true;
	for (u32 i = 0; i < RECORD_PORTS; i += 1)
		r->ports[i].room = RECORD_ROOM;
	record_out(r, text(RECORD_MAGIC));
	put_byte(r, RECORD_IMAGE);
	put_bytes(r, name);
	put_bytes(r, build);
	put_bytes(r, platform);
}

void record_argument(struct record *r, struct view argument)
{
	if (!record_is_on(r))
		return;
	put_byte(r, RECORD_ARGUMENT);
	put_bytes(r, argument);
}

void record_start(struct record *r, u64 now)
{
	if (record_is_on(r))
		put_now(r, RECORD_START, now);
}

void record_step(struct record *r, u64 now)
{
	if (record_is_on(r))
		put_now(r, RECORD_STEP, now);
}

void record_stop(struct record *r, u64 now, u64 deadline)
{
	if (!record_is_on(r))
		return;
	put_now(r, RECORD_STOP, now);
	put_difference(r, now, deadline);
}

void record_return(struct record *r, u64 wake)
{
	if (!record_is_on(r))
		return;
	effect_wake(&r->effects, wake);
	r->steps += 1;
	put_answer(r, RECORD_RETURN);
	put_byte(r, (u8)r->effects.hash);
	put_byte(r, (u8)(r->effects.hash >> 8));
	if (r->steps % RECORD_CHECK_STEPS == 0) {
		put_byte(r, RECORD_CHECK);
		put_le64(r, r->effects.hash);
	}
}

void record_leave(struct record *r, u8 status)
{
	if (!record_is_on(r))
		return;
	effect_leave(&r->effects, status);
	put_answer(r, RECORD_LEFT);
	put_byte(r, status);
}

void record_end(struct record *r, u64 image_hash)
{
	if (!record_is_on(r))
		return;
	put_byte(r, RECORD_END);
	put_number(r, r->steps);
	put_le64(r, r->effects.hash);
	put_le64(r, image_hash);
	record_flush(r);
	r->on = false;
}

/* ---- net ---- */

static struct record_port *port_of(struct record *r, u32 port)
{
	require(port < RECORD_PORTS);
	return &r->ports[port];
}

void record_net_rx(struct record *r, u32 port, const struct net_frame *frames, usize n, usize max)
{
	if (!record_is_on(r))
		return;

	struct record_port *p = port_of(r, port);
	usize old = p->lent < max ? p->lent : max;

	if (n == old) {
		dull(r);
		return;
	}
	put_answer(r, RECORD_NET_RX);
	put_number(r, port);
	put_number(r, n);
	put_number(r, n > p->lent ? n - p->lent : 0);
	for (usize i = p->lent; i < n; i += 1) {
		put_byte(r, frames[i].csum == NET_CSUM_GOOD ? RECORD_FRAME_GOOD : 0);
		put_number(r, frames[i].gso_size);
		put_bytes(r, frames[i].data);
	}
	if (n > p->lent)
		p->lent = n;
}

void record_net_rx_done(struct record *r, u32 port, usize n)
{
	if (!record_is_on(r))
		return;

	struct record_port *p = port_of(r, port);

	effect_net_rx_done(&r->effects, port, n);
	require(n <= p->lent);
	p->lent -= n;
}

void record_net_tx(struct record *r, u32 port, usize room)
{
	if (!record_is_on(r))
		return;

	struct record_port *p = port_of(r, port);

	if (room == p->room) {
		dull(r);
		return;
	}
	p->room = room;
	put_answer(r, RECORD_NET_TX);
	put_number(r, port);
	put_number(r, room);
}

void record_net_send(struct record *r, u32 port, struct view head, const struct net_send *send)
{
	if (record_is_on(r))
		effect_net_send(&r->effects, port, head, send);
}

void record_net_multicast(struct record *r, u32 port, struct mac group, bool want)
{
	if (record_is_on(r))
		effect_net_multicast(&r->effects, port, group, want);
}

static bool same_net_facts(const struct net_facts *a, const struct net_facts *b)
{
	return view_equal(view_of(a->mac.b), view_of(b->mac.b)) && a->mtu == b->mtu && a->up == b->up &&
	       a->can == b->can && a->gso_bytes == b->gso_bytes && a->lost == b->lost;
}

void record_net_facts(struct record *r, u32 port, const struct net_facts *facts)
{
	if (!record_is_on(r))
		return;

	struct record_port *p = port_of(r, port);

	if (p->told && same_net_facts(&p->facts, facts)) {
		dull(r);
		return;
	}
	p->told = true;
	p->facts = *facts;
	put_answer(r, RECORD_NET_FACTS);
	put_number(r, port);
	put_view(r, view_of(facts->mac.b));
	put_number(r, facts->mtu);
	put_byte(r, facts->up);
	put_number(r, facts->can);
	put_number(r, facts->gso_bytes);
	put_number(r, facts->lost);
}

/* ---- clock, entropy, memory ---- */

void record_clock_monotonic(struct record *r, u64 now)
{
	if (!record_is_on(r))
		return;
	put_answer(r, RECORD_CLOCK_MONOTONIC);
	put_difference(r, r->now, now);
	r->now = now;
}

void record_clock_wall(struct record *r, u64 wall)
{
	if (!record_is_on(r))
		return;
	put_answer(r, RECORD_CLOCK_WALL);
	put_difference(r, r->wall, wall);
	r->wall = wall;
}

void record_entropy_seed(struct record *r, enum entropy_source source, struct view bytes)
{
	if (!record_is_on(r))
		return;
	put_answer(r, RECORD_ENTROPY_SEED);
	put_byte(r, (u8)source);
	put_bytes(r, source == ENTROPY_NONE ? view_none() : bytes);
}

void record_entropy_generation(struct record *r, u64 generation)
{
	if (!record_is_on(r))
		return;
	if (generation == r->generation) {
		dull(r);
		return;
	}
	r->generation = generation;
	put_answer(r, RECORD_ENTROPY_GENERATION);
	put_number(r, generation);
}

void record_image_memory(struct record *r, struct image_memory memory)
{
	if (!record_is_on(r))
		return;
	if (memory.resident_bytes == r->memory.resident_bytes &&
		memory.limit_bytes == r->memory.limit_bytes) {
		dull(r);
		return;
	}
	r->memory = memory;
	put_answer(r, RECORD_IMAGE_MEMORY);
	put_number(r, memory.resident_bytes);
	put_number(r, memory.limit_bytes);
}

/* ---- block ---- */

static struct record_disk *disk_of(struct record *r, u32 disk)
{
	require(disk < RECORD_DISKS);
	return &r->disks[disk];
}

static bool same_block_facts(const struct block_facts *a, const struct block_facts *b)
{
	return a->sectors == b->sectors && a->sector_bytes == b->sector_bytes &&
	       a->most_sectors == b->most_sectors && a->queue == b->queue && a->read_only == b->read_only &&
	       a->discard == b->discard;
}

void record_block_facts(struct record *r, u32 disk, const struct block_facts *facts)
{
	if (!record_is_on(r))
		return;

	struct record_disk *d = disk_of(r, disk);

	if (d->told && same_block_facts(&d->facts, facts)) {
		dull(r);
		return;
	}
	d->told = true;
	d->facts = *facts;
	put_answer(r, RECORD_BLOCK_FACTS);
	put_number(r, disk);
	put_number(r, facts->sectors);
	put_number(r, facts->sector_bytes);
	put_number(r, facts->most_sectors);
	put_number(r, facts->queue);
	put_byte(r, (u8)((facts->read_only ? RECORD_DISK_READ_ONLY : 0) |
			    (facts->discard ? RECORD_DISK_DISCARD : 0)));
}

void record_block_submit(struct record *r, u32 disk, const struct block_request *request, bool accepted)
{
	if (!record_is_on(r))
		return;
	effect_block_submit(&r->effects, disk, request, accepted);
	if (accepted) {
		dull(r);
		return;
	}
	put_answer(r, RECORD_BLOCK_REFUSED);
	put_number(r, disk);
}

void record_block_complete(struct record *r, u32 disk, const struct block_done *done, struct view data)
{
	if (!record_is_on(r))
		return;
	if (!done) {
		dull(r);
		return;
	}
	put_answer(r, RECORD_BLOCK_DONE);
	put_number(r, disk);
	put_number(r, done->tag);
	put_byte(r, (u8)done->verdict);
	put_bytes(r, data);
}

/* ---- console ---- */

void record_console_rx(struct record *r, struct view waiting)
{
	if (!record_is_on(r))
		return;
	if (waiting.n == r->console_lent) {
		dull(r);
		return;
	}
	put_answer(r, RECORD_CONSOLE_RX);
	put_number(r, waiting.n);
	put_bytes(r, view_from(waiting, r->console_lent));
	if (waiting.n > r->console_lent)
		r->console_lent = waiting.n;
}

void record_console_rx_done(struct record *r, usize n)
{
	if (!record_is_on(r))
		return;
	effect_console_rx_done(&r->effects, n);
	require(n <= r->console_lent);
	r->console_lent -= n;
}

void record_console_write(struct record *r, struct view v)
{
	if (record_is_on(r))
		effect_console_write(&r->effects, v);
}
