/* bytes.c - see bytes.h. */
#include "plat/hvt/bytes.h"
#include "lib/frames/frames.h"
#include "plat/hvt/pages.h"

enum { PIECE_BYTES = 1024 };

struct outlet {
	struct frames_writer writer;
	struct span ring;
};

static struct outlet console, log_outlet;

static void start(struct outlet *o, u64 at, u32 bytes)
{
	if (at == 0)
		return;
	o->writer = frames_writer_make(bytes);
	o->ring = span_make((void *)at, bytes);
}

void bytes_start(void)
{
	start(&console, hvt_host->console.at, hvt_host->console.bytes);
	start(&log_outlet, hvt_host->log.at, hvt_host->log.bytes);
}

/* When the ring is full the tender empties it, in a call. */
static void put(struct outlet *o, struct view v, const volatile u32 *taken, volatile u32 *shown)
{
	while (o->ring.n > 0 && v.n > 0) {
		u32 n = v.n < PIECE_BYTES ? (u32)v.n : PIECE_BYTES;
		struct span room = frames_room(&o->writer, *taken, o->ring, n);

		if (room.n == 0) {
			u32 before = *taken;

			hvt_rest(0);
			if (*taken == before)
				return; /* it does not: what it cannot take is lost, never waited for */
			continue;
		}
		copy(room, view_first(v, n));
		frames_put(&o->writer, o->ring, &(struct frames_head){ .bytes = n });
		*shown = o->writer.put;
		v = view_from(v, n);
	}
}

void console_write(struct view v)
{
	record_console_write(&hvt_record, v);
	put(&console, v, &hvt_host->console_taken, &hvt_guest->console_put);
}

void record_out(struct record *r, struct view bytes)
{
	(void)r;
	put(&log_outlet, bytes, &hvt_host->log_taken, &hvt_guest->log_put);
}

/* ---- input: a page's worth at a time, taken at the next call ---- */

static struct view lent; /* by console_rx(), and not yet done */

static struct view typed(void)
{
	u32 n = hvt_host->typed_bytes, taken = hvt_guest->typed_taken;

	n = n < sizeof hvt_host->typed ? n : (u32)sizeof hvt_host->typed;
	return taken < n ? view_make((const void *)&hvt_host->typed[taken], n - taken) : view_none();
}

struct view console_rx(void)
{
	hvt_guest->reads_console = 1;
	lent = typed();
	record_console_rx(&hvt_record, lent);
	return lent;
}

void console_rx_done(usize n)
{
	require(n <= lent.n);
	record_console_rx_done(&hvt_record, n);
	hvt_guest->typed_taken += (u32)n;
	lent = view_from(lent, n);
}

/* ---- entropy ---- */

/* The tender's seed is used once: what was read is never given again. */
enum entropy_source entropy_seed(struct span out)
{
	struct span rest = out;

	while (rest.n > 0) {
		u32 before = hvt_host->seeded;

		cpu_ring(hvt_host->doorbell, HVT_SEED);
		if (hvt_host->seeded == before) {
			fill(out, 0);
			record_entropy_seed(&hvt_record, ENTROPY_NONE, view_none());
			return ENTROPY_NONE;
		}
		rest = span_from(
			rest, copy(rest, view_make((const void *)hvt_host->seed, sizeof hvt_host->seed)));
	}
	record_entropy_seed(&hvt_record, ENTROPY_HOST, span_view(out));
	return ENTROPY_HOST;
}

u64 entropy_generation(void)
{
	u64 generation = hvt_host->generation;

	record_entropy_generation(&hvt_record, generation);
	return generation;
}
