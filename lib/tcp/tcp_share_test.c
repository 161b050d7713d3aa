/* tcp_share_test.c - what streams get of a path beside others: a table that is committed.
 *
 * Numbers without bytes, and one queue for all: a rate, a delay, room for so much, and what comes when there is none is
 * lost. Two streams that share such a queue keep time with each other, and who comes second where there is one place
 * loses, each time; so a row is the mean over streams that began at other times. The same sources give the same
 * numbers. After a change that is meant: WRITE=1 ./fata test lib/tcp/tcp_share
 *
 * One that pushes with every segment has each acknowledged at once (tcp.c), and so leaves one by one, where others leave
 * by two, of which the second finds the queue full more often.
 */
#include "lib/tcp/tcp.h"
#include "test/table.h"

#define TABLE   "lib/tcp/tcp_share.txt"
#define PACKETS 4096u
#define WINDOW  (1u << 20)
#define BITS    20000000u
#define TRIP_NS (40 * NS_PER_MS)
#define SECONDS 40u /* of which the last three quarters count */
#define TIMES   4u
#define STREAMS 8u

static const u32 queue_percent[] = { 25, 50, 100, 200, 400 }; /* of what is in flight at full rate (BDP) */

struct kind {
	enum tcp_control control;
	bool pushes;
};

static const struct row {
	const char *name;
	struct kind first, second;
	u32 count; /* of each */
} rows[] = {
	{ "BBR, beside CUBIC", { TCP_BBR, false }, { TCP_CUBIC, false }, 1 },
	{ "four of BBR, beside four of CUBIC", { TCP_BBR, false }, { TCP_CUBIC, false }, 4 },
	{ "NewReno, beside CUBIC", { TCP_NEWRENO, false }, { TCP_CUBIC, false }, 1 },
	{ "CUBIC, beside CUBIC", { TCP_CUBIC, false }, { TCP_CUBIC, false }, 1 },
	{ "the same, and that one pushes", { TCP_CUBIC, false }, { TCP_CUBIC, true }, 1 },
};

/* One direction: what leaves later arrives later. */
struct pipe {
	struct {
		u64 at;
		u32 stream;
		struct tcp_segment s;
	} packet[PACKETS];
	u32 first, count;
};

struct stream {
	struct kind kind;
	u64 opens;
	bool open;
	struct tcp from, to;
	u64 got;
};

struct link {
	u64 now, free_ns; /* when the narrow place has sent all it has */
	u64 queue_ns;
	struct stream stream[STREAMS];
	u32 streams;
	struct pipe out, back;
};

static void put(struct pipe *p, u64 at, u32 stream, const struct tcp_segment *s)
{
	u32 i = (p->first + p->count) % PACKETS;

	EXPECT(p->count < PACKETS);
	p->packet[i].at = at;
	p->packet[i].stream = stream;
	p->packet[i].s = *s;
	p->count += 1;
}

static u64 due(const struct pipe *p)
{
	return p->count > 0 ? p->packet[p->first].at : TIME_NEVER;
}

/* Its place is free from now on, but not used before the next put(). */
static const struct tcp_segment *take(struct pipe *p, u32 *stream)
{
	u32 i = p->first;

	p->first = (p->first + 1) % PACKETS;
	p->count -= 1;
	*stream = p->packet[i].stream;
	return &p->packet[i].s;
}

static u64 sooner(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* A tick of the stack's wheel: no timer of it is finer. */
static u64 ticked(u64 deadline)
{
	return deadline == TIME_NEVER ? deadline : (deadline + 1048575u) / 1048576u * 1048576u;
}

static u64 timer(const struct stream *x)
{
	return x->open ? ticked(sooner(tcp_deadline(&x->from), tcp_deadline(&x->to))) : x->opens;
}

/* ---- the path ---- */

static void through(struct link *l, u32 stream, struct tcp_segment s)
{
	u64 waits = l->free_ns > l->now ? l->free_ns - l->now : 0;
	u64 takes = (s.len + 66u) * 8ull * NS_PER_S / BITS;

	if (waits + takes > l->queue_ns)
		return;
	if (l->stream[stream].kind.pushes)
		s.flags |= TCP_PSH;
	l->free_ns = l->now + waits + takes;
	put(&l->out, l->free_ns + TRIP_NS / 2, stream, &s);
}

static void speak(struct link *l, u32 stream)
{
	struct stream *x = &l->stream[stream];
	struct tcp_out out;

	if (tcp_can_write(&x->from) && tcp_unacked(&x->from) < WINDOW)
		tcp_wrote(&x->from, WINDOW - tcp_unacked(&x->from));
	while (tcp_send(&x->from, l->now, 0, &out))
		through(l, stream, out.s);
	while (tcp_send(&x->to, l->now, 0, &out))
		put(&l->back, l->now + TRIP_NS / 2, stream, &out.s);
}

static void begin(struct link *l, u32 stream)
{
	struct stream *x = &l->stream[stream];
	struct tcp_config c = { .rx_bytes = WINDOW,
		.tx_bytes = WINDOW,
		.mss = 1460,
		.no_delay = true,
		.control = x->kind.control,
		.ecn = TCP_ECN_OFF };
	struct tcp_out out;

	tcp_connect(&x->from, &c, 1000, l->now - TRIP_NS / 2);
	EXPECT(tcp_send(&x->from, l->now - TRIP_NS / 2, 0, &out));
	tcp_accept(&x->to, &c, &out.s, 2000, l->now);
	x->open = true;
}

static void tick(struct link *l, u32 stream)
{
	struct stream *x = &l->stream[stream];

	if (!x->open) {
		begin(l, stream);
	} else {
		tcp_expire(&x->from, l->now);
		tcp_expire(&x->to, l->now);
	}
	speak(l, stream);
}

static void step(struct link *l)
{
	u32 stream, first = 0;
	u64 soonest;

	for (u32 i = 1; i < l->streams; i += 1)
		first = timer(&l->stream[i]) < timer(&l->stream[first]) ? i : first;
	soonest = sooner(sooner(due(&l->out), due(&l->back)), timer(&l->stream[first]));
	l->now = soonest > l->now ? soonest : l->now;
	if (due(&l->out) <= l->now) {
		const struct tcp_segment *s = take(&l->out, &stream);
		struct tcp_arrival a = tcp_arrive(&l->stream[stream].to, s, l->now);

		tcp_took(&l->stream[stream].to, a.ready);
		l->stream[stream].got += a.ready;
		speak(l, stream);
	} else if (due(&l->back) <= l->now) {
		const struct tcp_segment *s = take(&l->back, &stream);

		(void)tcp_arrive(&l->stream[stream].from, s, l->now);
		speak(l, stream);
	} else {
		tick(l, first);
	}
}

/* ---- the table ---- */

static void meet(struct link *l, const struct row *row, u32 percent, u32 time)
{
	memset(l, 0, sizeof *l);
	l->now = 5 * NS_PER_S;
	l->queue_ns = TRIP_NS * percent / 100;
	l->streams = 2 * row->count;
	for (u32 i = 0; i < l->streams; i += 1) {
		l->stream[i].kind = i < row->count ? row->first : row->second;
		l->stream[i].opens = l->now + ((i + 1) * (7 + time * 6) % 29) * NS_PER_MS * 7 / 5;
	}
}

/* Bytes that the first kind brought, and all. */
static void brought(const struct link *l, u64 bytes[2])
{
	bytes[0] = bytes[1] = 0;
	for (u32 i = 0; i < l->streams; i += 1) {
		bytes[0] += i < l->streams / 2 ? l->stream[i].got : 0;
		bytes[1] += l->stream[i].got;
	}
}

static double share(const struct row *row, u32 percent, u32 time)
{
	static struct link link;
	u64 before[2], after[2], begins;

	meet(&link, row, percent, time);
	begins = link.now;
	while (link.now < begins + SECONDS * NS_PER_S / 4)
		step(&link);
	brought(&link, before);
	while (link.now < begins + SECONDS * NS_PER_S)
		step(&link);
	brought(&link, after);
	EXPECT(after[1] > before[1]);
	return (double)(after[0] - before[0]) / (double)(after[1] - before[1]);
}

static usize line(char *to, usize room, const struct row *row)
{
	usize n = (usize)snprintf(to, room, "\n%-34s", row->name);

	for (u32 q = 0; q < COUNT(queue_percent); q += 1) {
		double sum = 0, least = 1, most = 0;

		for (u32 time = 0; time < TIMES; time += 1) {
			double s = share(row, queue_percent[q], time);

			sum += s;
			least = s < least ? s : least;
			most = s > most ? s : most;
		}
		n += (usize)snprintf(to + n, room - n, "  %.2f (%.2f-%.2f)", sum / TIMES, least, most);
	}
	return n;
}

static void table(char *to, usize room)
{
	usize n = (usize)snprintf(to, room,
		"What the first have of all that passes a queue of 20 Mbit/s and 40 ms which both fill, in "
		"%u s but the "
		"first quarter:\n"
		"the mean over %u beginnings, the least and the most. Made by lib/tcp/tcp_share_test.c, "
		"which compares "
		"it: WRITE=1 ./fata test lib/tcp/tcp_share\n"
		"\n%-34s",
		SECONDS, TIMES, "room for, of the BDP");

	for (u32 q = 0; q < COUNT(queue_percent); q += 1)
		n += (usize)snprintf(to + n, room - n, "  %14u%%", queue_percent[q]);
	for (u32 i = 0; i < COUNT(rows); i += 1)
		n += line(to + n, room - n, &rows[i]);
	(void)snprintf(to + n, room - n, "\n");
}

TEST(beside_others_every_congestion_control_gets_what_it_got_before)
{
	static char now[4096];

	table(now, sizeof now);
	expect_table(TABLE, now);
}
