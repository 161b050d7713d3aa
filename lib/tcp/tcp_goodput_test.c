/* tcp_goodput_test.c - what a connection gets out of a path, per congestion control: a table that is committed.
 *
 * Two ends, numbers without bytes, and between them one queue as on a path with a narrow
 * place: a rate, a delay, room for so much, and what comes when there is none is lost. Nothing is
 * random but the losses of some paths, and those are from a fixed seed: the same sources give the same
 * numbers, and a change of them is a difference of lib/tcp/tcp_goodput.txt. After one that
 * is meant: WRITE=1 ./fata test lib/tcp/tcp_goodput
 *
 * The end that receives is one of ours, which remembers TCP_GAPS_MAX pieces beyond a gap, and then one
 * that remembers all of them, as most peers do.
 */
#include "lib/tcp/tcp.h"
#include "test/table.h"

#define TABLE   "lib/tcp/tcp_goodput.txt"
#define PACKETS 16384u
#define WINDOW  (8u << 20)
#define SECONDS 20u
#define PIECES  8192u

struct path {
	const char *name;
	u64 bits_per_s, round_trip_ns;
	u32 queue_percent; /* of what is in flight at full rate (BDP) */
	u32 lose_ppm;
	bool marks; /* what finds more than a quarter of the queue taken, instead of losing it at its end */
};

static const struct path paths[] = {
	{ "10 Mbit/s, 20 ms", 10000000, 20 * NS_PER_MS, 100, 0, false },
	{ "100 Mbit/s, 50 ms", 100000000, 50 * NS_PER_MS, 100, 0, false },
	{ "100 Mbit/s, 50 ms, small queue", 100000000, 50 * NS_PER_MS, 10, 0, false },
	{ "100 Mbit/s, 50 ms, marks", 100000000, 50 * NS_PER_MS, 100, 0, true },
	{ "100 Mbit/s, 100 ms, 1 of 10,000 lost", 100000000, 100 * NS_PER_MS, 100, 100, false },
	{ "50 Mbit/s, 40 ms, 1 of 100 lost", 50000000, 40 * NS_PER_MS, 100, 10000, false },
	{ "20 Mbit/s, 500 ms", 20000000, 500 * NS_PER_MS, 100, 0, false },
	{ "300 Mbit/s, 2 ms", 300000000, 2 * NS_PER_MS, 100, 0, false },
};

/* What one path says is chance in part: a timer a little later is another story. So there are more, of one rate. */
static const u32 many_round_trip_ms[] = { 10, 20, 50, 100, 200, 350 };
static const u32 many_queue_percent[] = { 10, 25, 50, 100, 200 };
#define MANY (COUNT(many_round_trip_ms) * COUNT(many_queue_percent))

static const struct way {
	const char *name;
	enum tcp_control control;
	bool pace;
} ways[] = {
	{ "NewReno", TCP_NEWRENO, false },
	{ "CUBIC", TCP_CUBIC, false },
	{ "CUBIC, paced", TCP_CUBIC, true },
	{ "BBR", TCP_BBR, false },
};

/* One direction: what leaves later arrives later. */
struct pipe {
	struct {
		u64 at;
		struct tcp_segment s;
	} packet[PACKETS];
	u32 first, count;
};

/* Who receives and remembers everything. It acknowledges every segment at once, the piece that it changed first. */
struct elephant {
	bool is_it, mark;
	u32 next, ts_recent;
	u32 pieces, last; /* ascending, not touching */
	struct tcp_range piece[PIECES];
};

struct link {
	const struct path *path;
	u64 now, free_ns; /* when the narrow place has sent all it has */
	u64 random;
	struct tcp from, to;
	struct elephant elephant; /* instead of `to`, if it is one */
	struct pipe out, back;
	u64 got, sent, again;
};

static void put(struct pipe *p, u64 at, const struct tcp_segment *s)
{
	u32 i = (p->first + p->count) % PACKETS;

	EXPECT(p->count < PACKETS);
	p->packet[i].at = at;
	p->packet[i].s = *s;
	p->count += 1;
}

static bool unlucky(struct link *l)
{
	l->random = l->random * 6364136223846793005ull + 1442695040888963407ull;
	return (l->random >> 33) % 1000000u < l->path->lose_ppm;
}

/* Through the narrow place, or lost before it. */
static void through(struct link *l, struct tcp_segment s)
{
	const struct path *p = l->path;
	u64 queue_ns = p->round_trip_ns * p->queue_percent / 100;
	u64 waits = l->free_ns > l->now ? l->free_ns - l->now : 0;

	if (waits > queue_ns || (s.len > 0 && unlucky(l)))
		return;
	if (p->marks && s.ecn == TCP_ECT_0 && waits > queue_ns / 4)
		s.ecn = TCP_CE;
	l->free_ns = l->now + waits + (s.len + 66u) * 8u * NS_PER_S / p->bits_per_s;
	put(&l->out, l->free_ns + p->round_trip_ns / 2, &s);
}

static void speak(struct link *l)
{
	struct tcp_out out;

	if (tcp_can_write(&l->from) && tcp_unacked(&l->from) < WINDOW)
		tcp_wrote(&l->from, WINDOW - tcp_unacked(&l->from));
	while (tcp_send(&l->from, l->now, 60000, &out)) {
		struct tcp_segment s = out.s;
		u32 left = s.len;

		do { /* as the port cuts it */
			s.len = left < out.mss ? left : out.mss;
			through(l, s);
			l->sent += s.len;
			s.seq += s.len;
			left -= s.len;
		} while (left > 0);
	}
	while (!l->elephant.is_it && tcp_send(&l->to, l->now, 0, &out))
		put(&l->back, l->now + l->path->round_trip_ns / 2, &out.s);
}

/* ---- the elephant ---- */

static bool before(u32 a, u32 b)
{
	return (i32)(a - b) < 0;
}

static void remember(struct elephant *e, u32 from, u32 to)
{
	u32 first = 0, end;

	while (first < e->pieces && before(e->piece[first].to, from))
		first += 1;
	for (end = first; end < e->pieces && !before(to, e->piece[end].from); end += 1) {
		from = before(from, e->piece[end].from) ? from : e->piece[end].from;
		to = before(e->piece[end].to, to) ? to : e->piece[end].to;
	}
	EXPECT(e->pieces < PIECES);
	memmove(&e->piece[first + 1], &e->piece[end], (e->pieces - end) * sizeof e->piece[0]);
	e->pieces = e->pieces - (end - first) + 1;
	e->piece[first] = (struct tcp_range){ from, to };
	e->last = first;
	if (before(e->next, from))
		return;
	e->next = before(e->next, to) ? to : e->next; /* it is the first */
	e->pieces -= 1;
	memmove(&e->piece[0], &e->piece[1], e->pieces * sizeof e->piece[0]);
	e->last = 0;
}

static void elephant_says(struct link *l, u8 flags)
{
	struct elephant *e = &l->elephant;
	struct tcp_segment s = { .flags = (u8)(flags | TCP_ACK | (e->mark ? TCP_ECE : 0)), .ack = e->next };

	s.seq = (flags & TCP_SYN) != 0 ? 2000 : 2001;
	s.window = (flags & TCP_SYN) != 0 ? 65535 : WINDOW >> 8;
	s.opt.has = TCP_HAS_TIMESTAMP;
	s.opt.ts_value = (u32)(l->now / NS_PER_MS);
	s.opt.ts_echo = e->ts_recent;
	if ((flags & TCP_SYN) != 0) {
		s.opt.has |= TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_WSCALE;
		s.opt.mss = 1460;
		s.opt.wscale = 8;
		s.flags |= l->path->marks ? TCP_ECE : 0;
	} else if (e->pieces > 0) {
		s.opt.sack[s.opt.sacks++] = e->piece[e->last];
		for (u32 i = 0; i < e->pieces && s.opt.sacks < 3; i += 1)
			if (i != e->last)
				s.opt.sack[s.opt.sacks++] = e->piece[i];
	}
	put(&l->back, l->now + l->path->round_trip_ns / 2, &s);
}

static void elephant_hears(struct link *l, const struct tcp_segment *s)
{
	struct elephant *e = &l->elephant;
	u32 before_it = e->next;

	if (s->len == 0)
		return;
	e->mark = s->ecn == TCP_CE || (e->mark && (s->flags & TCP_CWR) == 0);
	if (!before(e->next, s->seq)) /* RFC 7323 4.3 */
		e->ts_recent = s->opt.ts_value;
	remember(e, s->seq, s->seq + s->len);
	l->got += e->next - before_it;
	elephant_says(l, 0);
}

/* ---- the path ---- */

static u64 due(const struct pipe *p)
{
	return p->count > 0 ? p->packet[p->first].at : TIME_NEVER;
}

static struct tcp_segment *take(struct pipe *p)
{
	struct tcp_segment *s = &p->packet[p->first].s;

	p->first = (p->first + 1) % PACKETS;
	p->count -= 1;
	return s;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* A tick of the stack's wheel: no timer of it is finer. */
static u64 ticked(u64 deadline)
{
	return deadline == TIME_NEVER ? deadline : (deadline + 1048575u) / 1048576u * 1048576u;
}

static void carry(struct link *l, u64 until)
{
	struct tcp_arrival a;

	while (l->now < until) {
		speak(l);
		l->now = least(least(due(&l->out), due(&l->back)),
			least(ticked(tcp_deadline(&l->from)),
				l->elephant.is_it ? TIME_NEVER : ticked(tcp_deadline(&l->to))));
		if (due(&l->out) <= l->now && l->elephant.is_it) {
			elephant_hears(l, take(&l->out));
		} else if (due(&l->out) <= l->now) {
			a = tcp_arrive(&l->to, take(&l->out), l->now);
			if (a.ready > 0)
				tcp_took(&l->to, a.ready);
			l->got += a.ready;
		} else if (due(&l->back) <= l->now) {
			(void)tcp_arrive(&l->from, take(&l->back), l->now);
		} else {
			tcp_expire(&l->from, l->now);
			if (!l->elephant.is_it)
				tcp_expire(&l->to, l->now);
		}
	}
}

static void begin(struct link *l, const struct path *path, const struct way *way, bool elephant)
{
	struct tcp_config c = { .rx_bytes = WINDOW,
		.tx_bytes = WINDOW,
		.mss = 1460,
		.no_delay = true,
		.control = way->control,
		.pace = way->pace,
		.ecn = path->marks ? TCP_ECN_ACTIVE : TCP_ECN_OFF };
	struct tcp_out out;

	memset(l, 0, sizeof *l);
	l->path = path;
	l->random = 1;
	l->now = 5 * NS_PER_S;
	tcp_connect(&l->from, &c, 1000, l->now);
	EXPECT(tcp_send(&l->from, l->now, 0, &out));
	l->now += path->round_trip_ns / 2;
	if (elephant) {
		l->elephant = (struct elephant){ .is_it = true, .next = 1001 };
		l->elephant.ts_recent = out.s.opt.ts_value;
		elephant_says(l, TCP_SYN);
		return;
	}
	c.ecn = TCP_ECN_PASSIVE;
	tcp_accept(&l->to, &c, &out.s, 2000, l->now);
}

struct result {
	double mbit_per_s; /* that arrived */
	double in_vain;    /* of what was sent, per thousand */
};

static struct result measure(const struct path *path, const struct way *way, bool elephant)
{
	static struct link link;
	struct link *l = &link;
	struct tcp_facts f;
	u64 wasted;

	begin(l, path, way, elephant);
	carry(l, l->now + SECONDS * NS_PER_S);
	EXPECT(tcp_state(&l->from) == TCP_ESTABLISHED);
	EXPECT(l->got > 0);
	tcp_facts(&l->from, &f);
	wasted = l->sent - l->got - least(l->sent - l->got, f.flight_bytes);
	return (struct result){ (double)l->got * 8 / SECONDS / 1e6, (double)wasted * 1000 / (double)l->sent };
}

static struct result mean_of_many(const struct way *way, bool elephant)
{
	struct result sum = { 0 };

	for (u32 i = 0; i < MANY; i += 1) {
		u64 ms = many_round_trip_ms[i % COUNT(many_round_trip_ms)];
		struct path path = { "", 10000000, ms * NS_PER_MS,
			many_queue_percent[i / COUNT(many_round_trip_ms)], 0, false };
		struct result r = measure(&path, way, elephant);

		sum.mbit_per_s += r.mbit_per_s / MANY;
		sum.in_vain += r.in_vain / MANY;
	}
	return sum;
}

static usize part(char *to, usize room, const char *who, bool elephant)
{
	usize n = (usize)snprintf(to, room, "\n%-38s", who);

	for (u32 w = 0; w < COUNT(ways); w += 1)
		n += (usize)snprintf(to + n, room - n, "  %13s", ways[w].name);
	for (u32 p = 0; p <= COUNT(paths); p += 1) {
		bool many = p == COUNT(paths);

		n += (usize)snprintf(
			to + n, room - n, "\n%-38s", many ? "10 Mbit/s, 30 others, the mean" : paths[p].name);
		for (u32 w = 0; w < COUNT(ways); w += 1) {
			struct result r = many ? mean_of_many(&ways[w], elephant)
					       : measure(&paths[p], &ways[w], elephant);

			n += (usize)snprintf(to + n, room - n, "  %7.2f %5.1f", r.mbit_per_s, r.in_vain);
		}
	}
	return n + (usize)snprintf(to + n, room - n, "\n");
}

static void table(char *to, usize room)
{
	usize n = (usize)snprintf(to, room,
		"Goodput of one connection in %u s from its SYN, Mbit/s; then what was sent in vain, per "
		"thousand.\n"
		"Made by lib/tcp/tcp_goodput_test.c, which compares it: WRITE=1 ./fata test "
		"lib/tcp/tcp_goodput\n",
		SECONDS);

	n += part(to + n, room - n, "to one of ours, along", false);
	(void)part(to + n, room - n, "to one that remembers all, along", true);
}

TEST(every_congestion_control_gets_out_of_a_path_what_it_got_before)
{
	static char now[8192];

	table(now, sizeof now);
	expect_table(TABLE, now);
}
