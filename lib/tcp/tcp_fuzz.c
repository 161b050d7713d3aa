/* tcp_fuzz.c - any bytes as a header, and as a conversation: segments, time and user in any order.
 *
 * In a conversation each step is a few bytes that choose an event. Numbers of a
 * segment are chosen near what would be valid, or anywhere; so the fuzzer needs
 * no luck to get deep, and still can say everything. After each event the caller's
 * side is played faithfully and what must always hold is checked.
 */
#include <stdlib.h>
#include "lib/tcp/tcp.h"
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_cookie.h"
#include "lib/tcp/tcp_core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	(void)file, (void)line, (void)what;
	abort();
}

#define must(condition)                                                                                      \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			abort();                                                                             \
	} while (0)

struct play {
	struct tcp t;
	struct tcp_config config;
	u64 now;
	u32 rx_len, tx_len;
	bool ended, connected;
};

static void decode(struct view v)
{
	struct reader r = reader_of(v), again;
	struct tcp_segment s, back;
	u8 room[TCP_HEADER_MAX];
	struct writer w = writer_of(span_of(room));

	if (!tcp_read(&r, &s))
		return;
	must(s.len == read_left(&r) && s.opt.sacks <= TCP_SACK_MAX);
	tcp_write(&w, &s, 0);
	must(!write_bad(&w));
	again = reader_of(write_done(&w));
	must(tcp_read(&again, &back) && read_left(&again) == 0);
	must(back.seq == s.seq && back.ack == s.ack && back.flags == s.flags && back.opt.has == s.opt.has);
	must(back.opt.ts_value == s.opt.ts_value && back.opt.mss == s.opt.mss);
	must(back.opt.fast.bytes == s.opt.fast.bytes && back.opt.fast.byte[3] == s.opt.fast.byte[3]);
	(void)tcp_refusal(&s, &back);
}

/* ---- what must always hold ---- */

static void check_ranges(const struct tcp_ranges *l, u32 from, u32 to)
{
	must(l->n <= TCP_GAPS_MAX);
	for (u32 i = 0; i + 1u < TCP_RECENT; i += 1) /* each at most once */
		for (u32 k = i + 1u; k < TCP_RECENT; k += 1)
			must(l->recent[i] != l->recent[k] || l->recent[i] >= l->n);
	for (u32 i = 0; i < l->n; i += 1) {
		must(seq_before(l->r[i].from, l->r[i].to));
		must(seq_before(from, l->r[i].from) && !seq_before(to, l->r[i].to));
		from = l->r[i].to;
	}
}

static void check(const struct play *p)
{
	const struct tcp *t = &p->t;

	must(t->state <= TCP_TIME_WAIT && t->state != TCP_LISTEN);
	if (t->state == TCP_CLOSED) {
		must(tcp_deadline(t) == TIME_NEVER);
		return;
	}
	must(tcp_end(t) == TCP_END_NONE);
	must(seq_dist(t->snd_una, t->snd_max) <= seq_dist(t->snd_una, snd_last(t)));
	must(seq_dist(t->snd_una, t->snd_nxt) <= seq_dist(t->snd_una, t->snd_max));
	must(seq_dist(t->snd_una, snd_last(t)) <= TCP_WINDOW_MAX);
	must(tcp_unacked(t) == p->tx_len);
	check_ranges(&t->sacked, t->snd_una, t->snd_max);
	if (t->state != TCP_SYN_SENT) {
		must(p->ended || seq_dist(t->rcv_nxt, t->rcv_edge) == t->rx_bytes - p->rx_len);
		check_ranges(&t->gaps, t->rcv_nxt, t->rcv_edge);
	}
	if (synchronized(t))
		must(t->cong.cwnd >= t->mss && t->cong.cwnd <= TCP_WINDOW_MAX);
	must(tcp_rto_ns(t) >= TCP_RTO_MIN_NS && tcp_rto_ns(t) <= TCP_RTO_MAX_NS);
	/* what waits to be acknowledged, or to be sent, has a time */
	if (t->snd_una != snd_last(t))
		must(t->rto_due_ns != TIME_NEVER || (t->cc & CC_PACED) != 0);
	if (t->state == TCP_TIME_WAIT)
		must(t->quiet_due_ns != TIME_NEVER);
	must((t->flags & (F_ACK_NOW | F_RST | F_PROBE | F_REXMIT | F_TAIL)) == 0); /* all was sent */
	/* rto_due_ns stands for one thing; a window begins only at what was reported */
	must((t->flags & (F_PTO | F_REO)) != (F_PTO | F_REO));
	must(seq_dist(t->snd_una, t->lost_to) <= seq_dist(t->snd_una, t->snd_max));
	must((t->flags & F_PTO) == 0 || (t->sacked.n == 0 && (t->flags & F_RECOVERY) == 0));
	must((t->cc & (CC_PACED | CC_ACK_TOO)) == 0 ||
		((t->cc & CC_PACED) != 0 && t->ack_due_ns != TIME_NEVER));
	must((t->flags & F_TLP_AGAIN) == 0 || (t->flags & F_TLP) != 0);
	/* a probe of the path is in flight, and nothing is repaired beside it; no segment is larger than all agreed on */
	if ((t->flags & F_MTU_PROBE) != 0) {
		must(t->path_below != 0 && (t->flags & (F_RECOVERY | F_LOSS | F_PERSIST)) == 0);
		must(seq_before(t->snd_una, t->mtu_probe) && !seq_before(t->snd_max, t->mtu_probe));
		must(t->rexmit == t->mtu_probe);
	}
	must(!synchronized(t) || tcp_path_takes(t) <= t->peer_mss);
	must(t->path_below <= t->peer_mss + 1u);
}

static void settle(struct play *p, u32 most)
{
	struct tcp_out out;
	u32 sent = 0;

	while (tcp_send(&p->t, p->now, most, &out)) {
		sent += 1;
		must(sent < 5000);
		must(out.offset + out.s.len <= p->tx_len || out.s.len == 0);
		must(out.s.len <= (most > out.mss ? most : out.mss));
		must(!synchronized(&p->t) || out.mss <= p->t.peer_mss);
		must(out.s.opt.sacks <= TCP_SACK_MAX);
		must((out.s.flags & TCP_ACK) != 0 || (out.s.flags & (TCP_SYN | TCP_RST)) != 0);
	}
	check(p);
}

/* ---- events ---- */

static u32 near(struct reader *r, u32 base, u32 edge)
{
	u8 how = read_u8(r);

	if (how < 64)
		return base;
	if (how < 96)
		return edge;
	if (how < 160)
		return seq_add(base, read_u8(r));
	if (how < 192)
		return seq_dist(read_u8(r), base);
	if (how < 224)
		return seq_add(base, read_be16(r));
	return how < 240 ? seq_add(edge, read_u8(r)) : read_be32(r);
}

static struct tcp_segment any_segment(struct reader *r, const struct tcp *t)
{
	static const u8 flags[] = { TCP_ACK, TCP_ACK | TCP_PSH, TCP_ACK | TCP_FIN, TCP_RST, TCP_RST | TCP_ACK,
		TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK };
	struct tcp_segment s = { 0 };
	u8 how = read_u8(r);

	s.flags = how < 240 ? flags[how % 8u] : read_u8(r);
	if ((how & 128) != 0) {
		u8 marks = read_u8(r);

		s.ecn = marks % 4u;
		s.flags |= (u8)(marks & (TCP_ECE | TCP_CWR));
	}
	s.seq = near(r, t->rcv_nxt, t->rcv_edge);
	s.ack = near(r, t->snd_una, t->snd_max);
	s.window = (how & 8) ? 65535 : read_be16(r);
	if ((how & 16) != 0)
		s.len = read_be16(r);
	if ((how & 32) != 0 || (t->flags & F_TIMESTAMPS) != 0) {
		s.opt.has |= TCP_HAS_TIMESTAMP;
		s.opt.ts_value = near(r, t->ts_recent, t->ts_recent);
		s.opt.ts_echo =
			near(r, seq_add(t->heard_ms, t->ts_offset), seq_add(t->sent_ms, t->ts_offset));
	}
	if ((s.flags & TCP_SYN) != 0) {
		s.opt.has |= read_u8(r) % 32u;
		s.opt.mss = read_be16(r);
		s.opt.wscale = read_u8(r);
	}
	if ((how & 64) != 0) {
		s.opt.sacks = read_u8(r) % (TCP_SACK_MAX + 1u);
		for (u32 i = 0; i < s.opt.sacks; i += 1) {
			s.opt.sack[i].from = near(r, t->snd_una, t->snd_max);
			s.opt.sack[i].to = near(r, t->snd_una, t->snd_max);
		}
	}
	return s;
}

static void arrived(struct play *p, const struct tcp_segment *s, struct tcp_arrival a)
{
	must(a.skip <= s->len && a.len <= s->len - a.skip);
	must(a.len == 0 || p->rx_len + a.at + a.len <= p->config.rx_bytes);
	must(a.ready <= p->config.rx_bytes - p->rx_len);
	must(a.ready == 0 || !p->ended);
	must(a.acked <= p->tx_len);
	must(a.path == 0 || a.path == tcp_path_takes(&p->t));
	must(!a.connected || !p->connected);
	must(!a.ended || !p->ended);
	p->rx_len += a.ready;
	p->tx_len -= a.acked;
	p->connected = p->connected || a.connected;
	p->ended = p->ended || a.ended;
	must(tcp_peer_ended(&p->t) == p->ended);
}

static void arrive(struct play *p, struct reader *r)
{
	struct tcp_segment s = any_segment(r, &p->t);

	if (p->rx_len == p->config.rx_bytes && (s.seq & 1) != 0)
		tcp_strip(&s);
	arrived(p, &s, tcp_arrive(&p->t, &s, p->now));
}

static void wait(struct play *p, struct reader *r)
{
	u64 until = p->now + read_be16(r) * NS_PER_MS;
	u64 due = tcp_deadline(&p->t);

	p->now = due < until && due > p->now ? due : until;
	tcp_expire(&p->t, p->now);
}

static void user(struct play *p, struct reader *r, u8 what)
{
	u32 n = read_be16(r);

	switch (what) {
	case 0:
		if (n > p->config.tx_bytes - p->tx_len)
			n = p->config.tx_bytes - p->tx_len;
		if (tcp_can_write(&p->t)) {
			tcp_wrote(&p->t, n);
			p->tx_len += n;
		}
		break;
	case 1:
		n = n < p->rx_len ? n : p->rx_len;
		tcp_took(&p->t, n);
		p->rx_len -= n;
		break;
	case 2: tcp_close(&p->t); break;
	default:
		if (n < 256)
			tcp_abort(&p->t);
		else if (n < 512)
			tcp_unreachable(&p->t, n & 2 ? TCP_END_NO_PORT : TCP_END_NO_NETWORK, (n & 1) != 0);
		else
			tcp_path(&p->t, (u16)n);
		break;
	}
}

/* A handshake of which nothing is kept; the ACK may be spoilt. False: then nothing has begun. */
static bool by_cookie(struct play *p, const struct tcp_segment *syn, struct reader *r)
{
	static const struct siphash_key key = { 1, 2 };
	struct tcp_segment answer, ack = { .flags = TCP_ACK, .window = read_be16(r) };
	u32 spoilt = read_u8(r) < 16 ? read_be32(r) : 0;
	u64 later = p->now + read_u8(r) * NS_PER_S;
	bool good;

	tcp_cookie_answer(&key, 7, &p->config, syn, p->now, &answer);
	must(answer.flags == (TCP_SYN | TCP_ACK) && answer.ack == seq_add(syn->seq, 1));
	ack.seq = answer.ack;
	ack.ack = seq_add(seq_add(answer.seq, 1), spoilt);
	ack.opt.has = answer.opt.has & TCP_HAS_TIMESTAMP;
	ack.opt.ts_value = syn->opt.ts_value;
	ack.opt.ts_echo = answer.opt.ts_value;
	good = tcp_cookie_accept(&p->t, &key, 7, &p->config, &ack, later);
	must(good || spoilt != 0 || later - p->now >= TCP_COOKIE_NS);
	p->now = later;
	if (!good)
		return false;
	p->connected = tcp_arrive(&p->t, &ack, p->now).connected;
	must(p->connected);
	return true;
}

static void converse(struct reader *r)
{
	struct play p = { .now = NS_PER_S };
	u8 how = read_u8(r);
	struct tcp_segment syn;

	p.config.rx_bytes = 1u + read_be16(r) * ((how & 1) ? 1u : 64u);
	p.config.tx_bytes = 1u << 20;
	p.config.mss = (u16)(64u + read_be16(r) % 9000u);
	p.config.clock_offset = (how & 32) != 0 ? 0xfffffff0u : 0;
	p.config.no_delay = (how & 2) != 0;
	p.config.keepalive_ns = (how & 4) ? NS_PER_S : 0;
	p.config.give_up_ns = (how & 8) ? 5 * NS_PER_S : 0;
	p.config.control = (how & 32) ? TCP_NEWRENO : (how & 64) ? TCP_BBR : TCP_CUBIC;
	p.config.pace = (how & 64) != 0;
	p.config.ecn = (how & 128) ? TCP_ECN_ACTIVE : TCP_ECN_PASSIVE;
	p.config.keepalive_probes = (how & 32) ? 3 : 0;
	p.config.keepalive_probe_s = (how & 64) ? 1 : 0;
	if ((how & 16) != 0) {
		p.config.fast_open = (how & 8) != 0;
		p.config.fast_mss = (how & 2) != 0 ? p.config.mss : 0;
		tcp_connect(&p.t, &p.config, read_be32(r), p.now);
		if (p.config.fast_open)
			user(&p, r, 0);
	} else {
		syn = any_segment(r, &p.t);
		if ((how & 64) == 0 && (syn.opt.has & TCP_HAS_FAST_OPEN) != 0)
			arrived(&p, &syn, tcp_accept_fast(&p.t, &p.config, &syn, read_be32(r), p.now));
		else if ((how & 64) == 0)
			tcp_accept(&p.t, &p.config, &syn, read_be32(r), p.now);
		else if (!by_cookie(&p, &syn, r))
			return;
	}
	settle(&p, 0);
	while (read_left(r) > 0) {
		u8 what = read_u8(r);

		if (what < 128)
			arrive(&p, r);
		else if (what < 168)
			wait(&p, r);
		else
			user(&p, r, what % 4u);
		if (what % 8u < 3u && what >= 168)
			continue;  /* several calls of the user before the caller sends */
		if (what == 255) { /* all of it may change while it lives */
			p.config.no_delay = !p.config.no_delay;
			p.config.keepalive_ns = p.config.keepalive_ns == 0 ? NS_PER_S : 0;
			p.config.control = (enum tcp_control)((p.config.control + 1) % (TCP_BBR + 1));
			tcp_tune(&p.t, &p.config, p.now);
		} else if (what == 254) {
			tcp_user_timeout(&p.t, 2 * NS_PER_S, p.now);
		}
		settle(&p, what % 16u == 0 ? 60000 : 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(view_make(data, size));

	if (read_u8(&r) % 8u == 0)
		decode(read_rest(&r));
	else
		converse(&r);
	return 0;
}
