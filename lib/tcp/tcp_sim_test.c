/* tcp_sim_test.c - two ends, real bytes, and a network that does everything a network may do.
 *
 * Both sides write a stream that is a function of the offset, through a pipe
 * that becomes narrow, loses, reorders, duplicates, delays and joins segments, all from a seed;
 * readers are slow or fast, buffers small or large. Each byte must arrive at its
 * place, once, in both directions, both sides must close in good order, and all
 * of it within a time that a broken machine would not keep.
 */
#include "lib/tcp/tcp_core.h"
#include "test/test.h"

#define FLIGHT 4096u
#define BUFFER 65536u
#define FRAME  16384u

struct packet {
	bool used;
	u8 to;
	u64 at, order;
	struct tcp_segment s;
	u8 payload[FRAME];
};

struct end {
	struct tcp t;
	struct tcp_config config;
	u8 tx[BUFFER], rx[BUFFER]; /* linear: tx[0] is SND.UNA, rx[0] the first byte not taken */
	u32 tx_len, rx_len;
	u64 written, taken, goal;
	bool closed, connected, listening, ended;
	u32 most;
	u32 read_size; /* at most so much is taken at once */
};

struct world {
	u64 random;
	u64 now;
	struct end e[2];
	u32 lose, duplicate, reorder; /* per thousand */
	u32 mark;                     /* of those that may be marked, instead of losing them */
	u32 join;                     /* per thousand: cut into mss, or delivered as one */
	u64 delay_ns;
	u32 path; /* what the path carries of payload and options, from path_at on; 0: all */
	u64 path_at;
	u32 path_then; /* and from path_then_at on */
	u64 path_then_at;
	bool mute;  /* and the router that drops the rest does not say so */
	u32 forget; /* options that something on the path takes out of SYNs */
	u64 order;  /* packets that leave together arrive in that order, unless reordered */
	u32 used;   /* packets are in [0, used) of the table */
	u64 segments, lost, marked;
	const char *failure;
	struct packet packets[FLIGHT]; /* last: not cleared */
};

static bool trace; /* TRACE=1 SEED=n shows what went wrong */

static u32 draw(struct world *w, u32 below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (u32)(w->random >> 16) % below;
}

static bool chance(struct world *w, u32 per_thousand)
{
	return draw(w, 1000) < per_thousand;
}

static u8 byte_of(u32 side, u64 offset)
{
	u64 v = (offset + 1) * 0x9e3779b97f4a7c15ull + side;

	return (u8)(v >> 29);
}

static void fail(struct world *w, const char *what)
{
	if (!w->failure)
		w->failure = what;
}

static void put(struct world *w, u32 to, const struct tcp_segment *s, const u8 *payload)
{
	struct tcp_segment cut = *s;
	u32 copies = chance(w, w->duplicate) ? 2 : 1;

	if ((s->flags & TCP_SYN) != 0)
		cut.opt.has &= ~w->forget;
	if (s->ecn == TCP_ECT_0 && chance(w, w->mark)) {
		cut.ecn = TCP_CE;
		w->marked += 1;
	} else if (chance(w, w->lose)) {
		w->lost += 1;
		return;
	}
	while (copies > 0) {
		copies -= 1;
		for (u32 i = 0; i < FLIGHT; i += 1) {
			struct packet *p = &w->packets[i];

			if (p->used)
				continue;
			p->used = true;
			p->to = (u8)to;
			p->at = w->now + w->delay_ns;
			p->order = w->order++;
			if (chance(w, w->reorder))
				p->at += draw(w, 20) * NS_PER_MS;
			p->s = cut;
			memcpy(p->payload, payload, s->len);
			if (i >= w->used)
				w->used = i + 1;
			break;
		}
	}
}

/* Whether the path has become too narrow for such segments; a router says so, unless it is mute. Now and
 * then the end forgets what it was told, and tries larger ones. */
static bool too_big(struct world *w, u32 from, u32 bytes)
{
	struct tcp *t = &w->e[from].t;

	if (w->path == 0 || w->now < w->path_at)
		return false;
	if (w->now >= w->path_then_at)
		w->path = w->path_then;
	if (bytes + ((t->flags & F_TIMESTAMPS) != 0 ? 12u : 0u) <= w->path) {
		if (chance(w, 5))
			tcp_path(t, 9000);
		return false;
	}
	w->lost += 1;
	if (!w->mute)
		tcp_path(t, (u16)w->path);
	return true;
}

/* As an offloading host would: cut into mss here, or carried as one large segment. */
static void transmit(struct world *w, u32 from, const struct tcp_out *out)
{
	struct end *e = &w->e[from];
	struct tcp_segment s = out->s;
	u32 left = out->s.len, at = out->offset;

	w->segments += 1;
	if (trace)
		fprintf(stderr,
			"%9.6f %u> flags %02x seq %u len %u ack %u win %u sacks %u, una %u cwnd %u rto "
			"%.3f\n",
			(double)w->now / 1e9, from, s.flags, s.seq, s.len, s.ack, s.window, s.opt.sacks,
			e->t.snd_una, e->t.cong.cwnd, (double)tcp_rto_ns(&e->t) / 1e9);
	if (at + left > e->tx_len) {
		fail(w, "bytes were sent that nobody wrote");
		return;
	}
	if (left > out->mss && left > e->most)
		fail(w, "more was sent than allowed");
	if (left > 0 && too_big(w, from, left < out->mss ? left : out->mss))
		return;
	if (left <= out->mss || (left <= FRAME && chance(w, w->join))) {
		put(w, 1 - from, &s, e->tx + at);
		return;
	}
	while (left > 0) {
		s.len = left < out->mss ? left : out->mss;
		s.flags = out->s.flags;
		if (s.len < left)
			s.flags &= (u8) ~(TCP_FIN | TCP_PSH);
		put(w, 1 - from, &s, e->tx + at);
		s.seq += s.len;
		at += s.len;
		left -= s.len;
	}
}

static void check(struct world *w, const struct end *e)
{
	const struct tcp *t = &e->t;

	if (e->listening)
		return;
	if ((i32)(t->snd_max - t->snd_una) < 0 || (i32)(t->snd_nxt - t->snd_una) < 0)
		fail(w, "snd_una passed snd_nxt");
	if ((i32)(t->snd_max - t->snd_nxt) < 0 || (i32)(t->snd_end + 1 - t->snd_max) < 0)
		fail(w, "snd_nxt passed what there is");
	if (t->state != TCP_SYN_SENT && t->rcv_edge - t->rcv_nxt > t->rx_bytes)
		fail(w, "a window larger than the memory");
	if (t->state >= TCP_ESTABLISHED && t->cong.cwnd < t->mss)
		fail(w, "less than a segment in flight");
	if (t->gaps.n > TCP_GAPS_MAX || t->sacked.n > TCP_GAPS_MAX)
		fail(w, "too many ranges");
	if (t->state != TCP_CLOSED && t->snd_una != t->snd_max && tcp_deadline(t) == TIME_NEVER)
		fail(w, "in flight without a timer");
	if (tcp_unacked(t) > 0 && t->state != TCP_CLOSED && tcp_deadline(t) == TIME_NEVER)
		fail(w, "something to send and no timer");
}

static void settle(struct world *w, u32 side)
{
	struct end *e = &w->e[side];
	struct tcp_out out;
	u32 sent = 0;

	while (!e->listening && tcp_send(&e->t, w->now, e->most, &out)) {
		transmit(w, side, &out);
		sent += 1;
		if (sent > 3000) { /* BUFFER is 2,341 of the smallest segments */
			fail(w, "it never stops sending");
			return;
		}
	}
	check(w, e);
}

static void user(struct world *w, u32 side)
{
	struct end *e = &w->e[side];
	u32 n;

	if (e->listening)
		return;
	n = e->rx_len < e->read_size ? e->rx_len : e->read_size;
	for (u32 i = 0; i < n; i += 1)
		if (e->rx[i] != byte_of(1 - side, e->taken + i)) {
			fail(w, "a byte is not what was written there");
			return;
		}
	memmove(e->rx, e->rx + n, BUFFER - n);
	e->rx_len -= n;
	e->taken += n;
	if (n > 0)
		tcp_took(&e->t, n);
	if (tcp_can_write(&e->t) && e->written < e->goal && e->tx_len < e->config.tx_bytes) {
		n = 1 + draw(w, 8000);
		if (n > e->config.tx_bytes - e->tx_len)
			n = e->config.tx_bytes - e->tx_len;
		if (n > e->goal - e->written)
			n = (u32)(e->goal - e->written);
		for (u32 i = 0; i < n; i += 1)
			e->tx[e->tx_len + i] = byte_of(side, e->written + i);
		e->tx_len += n;
		e->written += n;
		tcp_wrote(&e->t, n);
	}
	if (!e->closed && e->connected && e->written == e->goal) {
		e->closed = true;
		tcp_close(&e->t);
	}
}

/* What the core says of this packet. */
static void keep(struct world *w, struct end *e, const struct packet *p, struct tcp_arrival a)
{
	if (a.len > 0) {
		if (a.skip + a.len > p->s.len || e->rx_len + a.at + a.len > e->config.rx_bytes)
			fail(w, "it keeps more than there is, or than memory holds");
		else
			memcpy(e->rx + e->rx_len + a.at, p->payload + a.skip, a.len);
	}
	e->rx_len += a.ready;
	if (e->rx_len > e->config.rx_bytes)
		fail(w, "more is ready than memory holds");
	if (a.acked > e->tx_len) {
		fail(w, "more is acknowledged than was sent");
		return;
	}
	memmove(e->tx, e->tx + a.acked, BUFFER - a.acked);
	e->tx_len -= a.acked;
	if (a.connected)
		e->connected = true;
	if (a.ended && e->ended)
		fail(w, "it ended twice");
	if (a.ended)
		e->ended = true;
	if (tcp_unacked(&e->t) != e->tx_len && tcp_state(&e->t) != TCP_CLOSED)
		fail(w, "the core and the buffer disagree about what waits");
}

/* The first SYN: with Fast Open (RFC 7413) what it brings counts. */
static void listen(struct world *w, struct end *e, const struct packet *p)
{
	u32 iss = 0xfffffff0u - draw(w, 60000);

	e->listening = false;
	if ((p->s.opt.has & TCP_HAS_FAST_OPEN) == 0) {
		tcp_accept(&e->t, &e->config, &p->s, iss, w->now);
		return;
	}
	e->connected = true;
	keep(w, e, p, tcp_accept_fast(&e->t, &e->config, &p->s, iss, w->now));
}

static void arrive(struct world *w, struct packet *p)
{
	struct end *e = &w->e[p->to];

	if (e->listening) {
		if ((p->s.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)
			listen(w, e, p);
		return;
	}
	if (tcp_state(&e->t) == TCP_CLOSED) {
		struct tcp_segment answer;

		if (tcp_refusal(&p->s, &answer))
			put(w, 1u - p->to, &answer, p->payload);
		return;
	}
	keep(w, e, p, tcp_arrive(&e->t, &p->s, w->now));
}

/* The next thing that happens; false: nothing will. */
static bool step(struct world *w)
{
	u64 next = TIME_NEVER;
	struct packet *first = NULL;

	while (w->used > 0 && !w->packets[w->used - 1].used)
		w->used -= 1;
	for (u32 i = 0; i < w->used; i += 1) {
		struct packet *p = &w->packets[i];

		if (p->used && (p->at < next || (first && p->at == next && p->order < first->order))) {
			first = p;
			next = p->at;
		}
	}
	for (u32 i = 0; i < 2; i += 1)
		if (!w->e[i].listening && tcp_deadline(&w->e[i].t) < next) {
			next = tcp_deadline(&w->e[i].t);
			first = NULL;
		}
	for (u32 i = 0; i < 2; i += 1) { /* a slow reader comes back every millisecond */
		const struct end *e = &w->e[i];
		bool busy = e->rx_len > 0 || (e->connected && !e->closed && e->tx_len < e->config.tx_bytes);

		if (busy && next > w->now + NS_PER_MS) {
			next = w->now + NS_PER_MS;
			first = NULL;
		}
	}
	if (next == TIME_NEVER)
		return false;
	if (next > w->now)
		w->now = next;
	if (first) {
		u32 to = first->to;

		arrive(w, first);
		first->used = false;
		if (chance(w, 700))
			user(w, to);
		settle(w, to);
		return true;
	}
	for (u32 i = 0; i < 2; i += 1) {
		if (w->e[i].listening)
			continue;
		tcp_expire(&w->e[i].t, w->now);
		user(w, i);
		settle(w, i);
	}
	return true;
}

static bool over(const struct world *w)
{
	for (u32 i = 0; i < 2; i += 1)
		if (w->e[i].listening || tcp_state(&w->e[i].t) != TCP_CLOSED || w->e[i].rx_len > 0)
			return false;
	return true;
}

static void begin(struct world *w, u64 seed, bool clean)
{
	static const u32 sizes[] = { 700, 2000, 4096, 10000, 65536 };
	static const u16 mss[] = { 64, 200, 536, 1460, 1460 };
	static const enum tcp_control controls[] = { TCP_CUBIC, TCP_NEWRENO, TCP_BBR };

	for (u32 i = 0; i < FLIGHT; i += 1)
		w->packets[i].used = false;
	memset(w, 0, offsetof(struct world, packets));
	w->random = seed * 0x9e3779b97f4a7c15ull + 0x1234567;
	w->now = 5 * NS_PER_S;
	(void)draw(w, 2);
	w->lose = draw(w, 3) == 0 ? 0 : draw(w, 200);
	w->duplicate = draw(w, 2) ? draw(w, 100) : 0;
	w->reorder = draw(w, 2) ? draw(w, 300) : 0;
	w->forget = draw(w, 2) ? 0 : draw(w, 16);
	w->join = draw(w, 1001);
	w->mark = draw(w, 2) ? draw(w, 300) : 0;
	w->delay_ns = draw(w, 2) ? draw(w, 50) * NS_PER_MS : 20 * NS_PER_US;
	for (u32 i = 0; i < 2; i += 1) {
		struct end *e = &w->e[i];

		e->config.rx_bytes = sizes[draw(w, COUNT(sizes))];
		e->config.tx_bytes = sizes[draw(w, COUNT(sizes))];
		e->config.mss = mss[draw(w, COUNT(mss))];
		e->config.no_delay = draw(w, 2) == 0;
		e->config.give_up_ns = 3600 * NS_PER_S;
		e->config.control = controls[draw(w, COUNT(controls))];
		e->config.pace = draw(w, 3) == 0;
		e->config.ecn = draw(w, 2) ? TCP_ECN_ACTIVE : TCP_ECN_PASSIVE;
		e->goal = draw(w, 4) == 0 ? 0 : draw(w, 100000);
		e->most = draw(w, 2) ? 0 : draw(w, 16000);
		e->read_size = draw(w, 3) ? BUFFER : 1 + draw(w, 2000);
	}
	w->path = draw(w, 3) == 0 ? 100u + draw(w, 1300) : 0;
	w->path_at = w->now + draw(w, 300) * NS_PER_MS;
	w->mute = draw(w, 3) == 0 && w->path >= 1220;
	w->path_then = 550u + draw(w, 910);
	w->path_then_at = w->path_at + draw(w, 3000) * NS_PER_MS;
	if (clean) {
		w->path = 0;
		w->lose = 0;
		w->duplicate = 0;
		w->reorder = 0;
		w->delay_ns = 300 * NS_PER_US;
		w->e[0].read_size = BUFFER;
		w->e[1].read_size = BUFFER;
	}
	w->e[1].listening = true;
	bool fast = seed % 3u == 0 && !clean; /* what a SYN brings to who has no room goes again */

	if (fast) { /* with data, or without */
		w->e[0].config.fast_open = true;
		w->e[0].config.fast_mss = seed % 2u != 0 ? w->e[1].config.mss : 0;
	}
	tcp_connect(&w->e[0].t, &w->e[0].config, 0xffffff00u - draw(w, 60000), w->now);
	if (fast)
		user(w, 0);
	if (draw(w, 8) == 0) { /* both at once */
		w->e[1].listening = false;
		tcp_connect(&w->e[1].t, &w->e[1].config, 0xffffff00u - draw(w, 60000), w->now);
		settle(w, 1);
	}
	settle(w, 0);
}

static void report(const struct world *w, u64 seed, u64 start)
{
	fprintf(stderr, "seed %llu at %.3f s, lose %u reorder %u duplicate %u: %s\n",
		(unsigned long long)seed, (double)(w->now - start) / 1e9, w->lose, w->reorder, w->duplicate,
		w->failure);
	for (u32 i = 0; i < 2; i += 1) {
		const struct end *e = &w->e[i];
		struct view state = tcp_state_name(tcp_state(&e->t));

		fprintf(stderr, "  end %u: %.*s, wrote %llu of %llu, took %llu, unacked %u, retransmits %u\n",
			i, (int)state.n, (const char *)state.p, (unsigned long long)e->written,
			(unsigned long long)e->goal, (unsigned long long)e->taken, tcp_unacked(&e->t),
			e->t.retransmits);
	}
}

static u64 run(struct world *w, u64 seed)
{
	u64 start, steps = 0;

	begin(w, seed, false);
	start = w->now;
	while (!over(w) && !w->failure) {
		steps += 1;
		if (!step(w))
			fail(w, "it sleeps for ever");
		else if (w->now - start > 3600 * NS_PER_S || steps > 3000000)
			fail(w, "no progress");
	}
	for (u32 i = 0; i < 2 && !w->failure; i += 1) {
		/* In LAST-ACK it may happen that the peer's TIME-WAIT is over before it
		 * hears from us again: then all is well but for the last word. */
		if (tcp_end(&w->e[i].t) != TCP_END_NONE && tcp_end(&w->e[i].t) != TCP_END_RESET)
			fail(w, "it did not end in good order");
		else if (w->e[i].taken != w->e[1 - i].goal || !w->e[i].ended)
			fail(w, "not everything arrived");
	}
	if (w->failure)
		report(w, seed, start);
	return w->now - start;
}

static struct world world;

TEST(whatever_the_network_does_the_streams_arrive_intact_and_both_ends_close)
{
	const char *one = getenv("SEED"), *many = getenv("SEEDS");
	u64 seeds = many ? strtoull(many, NULL, 10) : 2000;
	u64 first = one ? strtoull(one, NULL, 10) : 1;
	u64 worst = 0, marked = 0;

	trace = getenv("TRACE") != NULL;
	if (one)
		seeds = 1;
	for (u64 seed = first; seed < first + seeds; seed += 1) {
		u64 took = run(&world, seed);

		if (took > worst)
			worst = took;
		marked += world.marked;
		EXPECT(world.failure == NULL);
		if (test_failures > 3)
			return;
	}
	EXPECT(one || marked > 0);
	printf("%llu seeds, the slowest %.1f s of its own time\n", (unsigned long long)seeds,
		(double)worst / 1e9);
}

TEST(on_a_clean_path_nothing_is_sent_twice)
{
	for (u64 seed = 1; seed <= 50; seed += 1) {
		begin(&world, seed, true);
		while (!over(&world) && !world.failure && step(&world))
			;
		EXPECT(world.failure == NULL);
		EXPECT_EQ(world.e[0].t.retransmits, 0);
		EXPECT_EQ(world.e[1].t.retransmits, 0);
	}
}
