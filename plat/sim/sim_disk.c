/* sim_disk.c - see sim_disk.h. */
#include "plat/sim/sim_disk.h"
#include <stdlib.h>

#define MOST_SECTORS 2048u

static void *memory(usize n)
{
	void *p = calloc(1, n > 0 ? n : 1);

	require(p != NULL);
	return p;
}

void disk_make(struct sim_disk *d, const struct sim_disk_model *model, struct dice dice)
{
	*d = (struct sim_disk){ .model = *model, .dice = dice };
	if (d->model.sector_bytes == 0)
		d->model.sector_bytes = 512;
	require(d->model.sectors <= (1ull << 40) / d->model.sector_bytes);
	d->durable = memory((usize)d->model.sectors * d->model.sector_bytes);
	d->sector = memory((usize)d->model.sectors * sizeof *d->sector);
}

static void drop_versions(struct sim_sector *s, u32 n)
{
	for (u32 i = 0; i < n; i += 1)
		free(s->version[i].data);
	for (u32 i = n; i < s->versions; i += 1)
		s->version[i - n] = s->version[i];
	s->versions -= n;
}

void disk_free(struct sim_disk *d)
{
	for (u64 i = 0; d->sector && i < d->model.sectors; i += 1)
		drop_versions(&d->sector[i], d->sector[i].versions);
	for (u32 i = 0; i < SIM_DISK_QUEUE; i += 1)
		free(d->queue[i].data);
	free(d->durable);
	free(d->sector);
	*d = (struct sim_disk){ 0 };
}

struct block_facts disk_facts(const struct sim_disk *d)
{
	return (struct block_facts){ d->model.sectors, d->model.sector_bytes, MOST_SECTORS, SIM_DISK_QUEUE,
		d->model.read_only, !d->model.no_discard };
}

/* ---- sectors ---- */

static u8 *durable_of(const struct sim_disk *d, u64 sector)
{
	return d->durable + sector * d->model.sector_bytes;
}

static struct view newest_of(const struct sim_disk *d, u64 sector)
{
	const struct sim_sector *s = &d->sector[sector];

	return view_make(s->versions > 0 ? s->version[s->versions - 1].data : durable_of(d, sector),
		d->model.sector_bytes);
}

/* The first n versions are superseded by the n-th, which is durable now. */
static void make_durable(struct sim_disk *d, u64 sector, u32 n)
{
	struct sim_sector *s = &d->sector[sector];

	if (n == 0)
		return;
	copy(span_make(durable_of(d, sector), d->model.sector_bytes),
		view_make(s->version[n - 1].data, d->model.sector_bytes));
	drop_versions(s, n);
}

static void add_version(struct sim_disk *d, u64 sector, struct view data, u64 seq)
{
	struct sim_sector *s = &d->sector[sector];
	struct sim_version v = { seq, memory(d->model.sector_bytes) };

	if (s->versions == SIM_DISK_VERSIONS)
		make_durable(d, sector, 1);
	copy(span_make(v.data, d->model.sector_bytes), data);
	s->version[s->versions] = v;
	s->versions += 1;
	s->unreadable = false;
}

bool disk_peek(const struct sim_disk *d, u64 sector, struct span out)
{
	for (; out.n > 0; sector += 1) {
		if (sector >= d->model.sectors || d->sector[sector].unreadable)
			return false;
		out = span_from(out, copy(out, newest_of(d, sector)));
	}
	return true;
}

void disk_poke(struct sim_disk *d, u64 sector, struct view data)
{
	for (; data.n > 0; sector += 1) {
		require(sector < d->model.sectors);
		drop_versions(&d->sector[sector], d->sector[sector].versions);
		d->sector[sector].unreadable = false;
		data = view_from(data, copy(span_make(durable_of(d, sector), d->model.sector_bytes), data));
	}
}

/* ---- requests ---- */

bool disk_submit(struct sim_disk *d, const struct block_request *request, u64 now)
{
	struct sim_disk_request *q = d->queue;
	u64 latency = d->model.latency_ns;

	while (q < d->queue + SIM_DISK_QUEUE && q->taken)
		q += 1;
	if (q == d->queue + SIM_DISK_QUEUE || dice_chance(&d->dice, d->model.refuse))
		return false;
	*q = (struct sim_disk_request){ .request = *request, .seq = d->seq, .taken = true };
	q->due = now + latency + dice_below(&d->dice, latency);
	if (request->op == BLOCK_WRITE) {
		q->data = memory(request->data.n);
		copy(span_make(q->data, request->data.n), span_view(request->data));
	}
	return true;
}

static enum block_verdict judge(struct sim_disk *d, const struct block_request *r)
{
	bool changes = r->op == BLOCK_WRITE || r->op == BLOCK_DISCARD;
	bool moves = r->op == BLOCK_READ || r->op == BLOCK_WRITE;

	if (r->op == BLOCK_DISCARD && d->model.no_discard)
		return BLOCK_UNSUPPORTED;
	if (changes && d->model.read_only)
		return BLOCK_READ_ONLY;
	if (r->op != BLOCK_FLUSH &&
		(r->sector > d->model.sectors || r->sectors > d->model.sectors - r->sector))
		return BLOCK_OUT_OF_RANGE;
	if (moves && (r->sectors > MOST_SECTORS || r->data.n != (usize)r->sectors * d->model.sector_bytes))
		return BLOCK_OUT_OF_RANGE;
	if (r->op == BLOCK_FLUSH)
		return dice_chance(&d->dice, d->model.flush_errors) ? BLOCK_IO_ERROR : BLOCK_OK;
	if (dice_chance(&d->dice, r->op == BLOCK_READ ? d->model.read_errors : d->model.write_errors))
		return BLOCK_IO_ERROR;
	return BLOCK_OK;
}

/* A write that fails has written some of its sectors. */
static void write_sectors(struct sim_disk *d, const struct sim_disk_request *q, enum block_verdict v)
{
	struct view data = view_make(q->data, q->request.data.n);

	for (u64 s = q->request.sector; s < q->request.sector + q->request.sectors; s += 1) {
		if (v == BLOCK_OK || dice_roll(&d->dice) % 2 == 0)
			add_version(d, s, data, d->seq);
		if (v == BLOCK_OK && q->request.fua)
			make_durable(d, s, d->sector[s].versions);
		data = view_from(data, d->model.sector_bytes);
	}
}

static void flush(struct sim_disk *d, u64 seq)
{
	for (u64 s = 0; s < d->model.sectors; s += 1) {
		u32 n = 0;

		while (n < d->sector[s].versions && d->sector[s].version[n].seq <= seq)
			n += 1;
		make_durable(d, s, n);
	}
}

static void discard(struct sim_disk *d, const struct block_request *r)
{
	struct view zeroes = view_make(memory(d->model.sector_bytes), d->model.sector_bytes);

	for (u64 s = r->sector; s < r->sector + r->sectors; s += 1)
		add_version(d, s, zeroes, d->seq);
	free((void *)(uintptr_t)zeroes.p);
}

/* Carries it out; the time it takes effect is the time it completes. */
static enum block_verdict carry_out(struct sim_disk *d, struct sim_disk_request *q)
{
	enum block_verdict v = judge(d, &q->request);

	switch (q->request.op) {
	case BLOCK_READ:
		d->counts.reads += 1;
		if (v == BLOCK_OK && !disk_peek(d, q->request.sector, q->request.data))
			v = BLOCK_IO_ERROR;
		break;
	case BLOCK_WRITE:
		d->counts.writes += 1;
		d->seq += 1;
		if (v == BLOCK_OK || v == BLOCK_IO_ERROR)
			write_sectors(d, q, v);
		break;
	case BLOCK_FLUSH:
		d->counts.flushes += 1;
		if (v == BLOCK_OK)
			flush(d, q->seq);
		break;
	case BLOCK_DISCARD:
		d->counts.discards += 1;
		d->seq += 1;
		if (v == BLOCK_OK)
			discard(d, &q->request);
		break;
	}
	d->counts.errors += v != BLOCK_OK;
	return v;
}

static struct sim_disk_request *first_due(const struct sim_disk *d)
{
	struct sim_disk_request *first = NULL;

	for (u32 i = 0; i < SIM_DISK_QUEUE; i += 1) {
		const struct sim_disk_request *q = &d->queue[i];

		if (q->taken && (!first || q->due < first->due))
			first = (struct sim_disk_request *)(uintptr_t)q;
	}
	return first;
}

u64 disk_due(const struct sim_disk *d)
{
	const struct sim_disk_request *q = first_due(d);

	return q ? q->due : TIME_NEVER;
}

bool disk_complete(struct sim_disk *d, u64 now, struct block_done *done, struct view *data)
{
	struct sim_disk_request *q = first_due(d);

	if (!q || q->due > now)
		return false;
	done->tag = q->request.tag;
	done->verdict = carry_out(d, q);
	*data = view_none();
	if (q->request.op == BLOCK_READ && done->verdict == BLOCK_OK)
		*data = span_view(q->request.data);
	free(q->data);
	*q = (struct sim_disk_request){ 0 };
	return true;
}

/* ---- the power goes ---- */

/* A write under way: its sectors have the new bytes, or not, or are damaged. */
static void cut_write(struct sim_disk *d, const struct sim_disk_request *q)
{
	struct view data = view_make(q->data, q->request.data.n);

	if (judge(d, &q->request) != BLOCK_OK)
		return;
	for (u64 s = q->request.sector; s < q->request.sector + q->request.sectors; s += 1) {
		if (dice_chance(&d->dice, d->model.torn)) {
			d->sector[s].unreadable = true;
			d->counts.sectors_torn += 1;
		} else {
			add_version(d, s, data, 0);
		}
		data = view_from(data, d->model.sector_bytes);
	}
}

void disk_power_cut(struct sim_disk *d)
{
	d->counts.power_cuts += 1;
	for (u32 i = 0; i < SIM_DISK_QUEUE; i += 1) {
		struct sim_disk_request *q = &d->queue[i];

		if (q->taken && q->request.op == BLOCK_WRITE)
			cut_write(d, q);
		free(q->data);
		*q = (struct sim_disk_request){ 0 };
	}
	for (u64 i = 0; i < d->model.sectors; i += 1) {
		struct sim_sector *s = &d->sector[i];
		u32 keep;

		if (s->versions == 0)
			continue;
		keep = (u32)dice_below(&d->dice, s->versions + 1ull);
		if (keep == s->versions)
			d->counts.sectors_kept += 1;
		else
			d->counts.sectors_lost += 1;
		make_durable(d, i, keep);
		drop_versions(s, s->versions);
	}
}
