/* iperf3_count.c - streams: what is counted, and when to send. */
#include "base/format.h"
#include "lib/iperf3/iperf3_parts.h"

#define DATAGRAM_HELLO  "9876" /* 0x36373839 as a little-endian machine has it in memory */
#define DATAGRAM_ANSWER "6789"
#define PORTION_LEAST   1460u
#define PORTION_MOST    65536u

u64 iperf3_later(u64 at, u64 ns)
{
	return at < TIME_NEVER - ns ? at + ns : TIME_NEVER;
}

bool iperf3_is_cookie(const struct iperf3 *t, struct view v)
{
	return view_equal(v, view_of(t->cookie));
}

bool iperf3_is_hello(struct view datagram)
{
	return view_equal(datagram, text(DATAGRAM_HELLO));
}

struct view iperf3_hello_answer(void)
{
	return text(DATAGRAM_ANSWER);
}

u32 iperf3_streams(const struct iperf3 *t)
{
	u32 one_way = t->params.parallel < IPERF3_STREAMS ? t->params.parallel : IPERF3_STREAMS;

	return t->params.bidirectional ? 2u * one_way : one_way;
}

bool iperf3_sends(const struct iperf3 *t, u32 stream)
{
	return t->params.bidirectional ? stream >= t->params.parallel : t->params.reverse;
}

void iperf3_opened(struct iperf3 *t, u64 now)
{
	t->news_ns = now;
}

static void say(struct iperf3 *t, enum iperf3_message m)
{
	if (t->out_len < sizeof t->out) {
		t->out[t->out_len] = (u8)m;
		t->out_len += 1u;
	}
}

void iperf3_run(struct iperf3 *t, struct view control, u64 now)
{
	require(t->state == IPERF3_CREATE_STREAMS);
	say(t, IPERF3_SAYS_TEST_START);
	say(t, IPERF3_SAYS_TEST_RUNNING);
	t->state = IPERF3_TEST_RUNNING;
	t->used_bytes = (u8)copy(span_of(t->used), control);
	t->news_ns = t->run_ns = now;
	t->counted_ns = iperf3_later(now, t->params.omit_ns);
	t->omitting = t->params.omit_ns > 0;
	for (u32 i = 0; i < IPERF3_STREAMS_BOTH; i += 1)
		t->streams[i].next_ns = now;
}

/* iperf3 3.12 begins again with bytes, retransmits and jitter, and goes on with the numbers of datagrams. */
void iperf3_count_from_here(struct iperf3 *t, u64 now)
{
	t->omitting = false;
	t->counted_ns = now;
	for (u32 i = 0; i < IPERF3_STREAMS_BOTH; i += 1) {
		t->streams[i].bytes = 0;
		t->streams[i].jitter_16ns = 0;
		t->streams[i].retransmits_omitted = t->streams[i].retransmits;
	}
}

u64 iperf3_sent_again(const struct iperf3_stream *s)
{
	return since(s->retransmits_omitted, s->retransmits);
}

u64 iperf3_took_ns(const struct iperf3 *t)
{
	return since(t->counted_ns, t->ended_ns);
}

static bool counts(const struct iperf3 *t, u32 stream)
{
	return t->state == IPERF3_TEST_RUNNING && stream < IPERF3_STREAMS_BOTH;
}

static u32 at(u32 stream)
{
	return stream < IPERF3_STREAMS_BOTH ? stream : 0;
}

void iperf3_took(struct iperf3 *t, u32 stream, usize n, u64 now)
{
	if (!counts(t, stream) || n == 0)
		return;
	t->streams[at(stream)].bytes = iperf3_later(t->streams[at(stream)].bytes, n);
	t->news_ns = now;
}

void iperf3_sent(struct iperf3 *t, u32 stream, usize n, u64 now)
{
	u64 bits = 8u * (u64)(n < BYTES_MAX ? n : BYTES_MAX), rate = t->params.rate_bits_per_s;

	if (!counts(t, stream) || n == 0)
		return;
	iperf3_took(t, stream, n, now);
	if (t->params.udp)
		t->streams[at(stream)].datagrams = iperf3_later(t->streams[at(stream)].datagrams, 1);
	if (rate > 0)
		t->streams[at(stream)].next_ns =
			iperf3_later(t->streams[at(stream)].next_ns, bits * NS_PER_S / rate);
}

void iperf3_retransmits(struct iperf3 *t, u32 stream, u32 total)
{
	if (counts(t, stream) && total >= t->streams[at(stream)].retransmits)
		t->streams[at(stream)].retransmits = total;
}

u64 iperf3_send_at(const struct iperf3 *t, u32 stream)
{
	return counts(t, stream) && iperf3_sends(t, stream) ? t->streams[at(stream)].next_ns : TIME_NEVER;
}

usize iperf3_portion(const struct iperf3 *t)
{
	u64 in_a_millisecond = t->params.rate_bits_per_s / 8000u;

	if (t->params.udp)
		return t->params.block_bytes;
	if (t->params.rate_bits_per_s == 0 || in_a_millisecond > PORTION_MOST)
		return PORTION_MOST;
	return in_a_millisecond < PORTION_LEAST ? PORTION_LEAST : (usize)in_a_millisecond;
}

/* ---- datagrams: seconds, microseconds, a number from 1 on of four or eight bytes ---- */

void iperf3_write_head(const struct iperf3 *t, struct writer *w, u32 stream, u64 now)
{
	u64 number = iperf3_later(t->streams[at(stream)].datagrams, 1);

	write_be32(w, (u32)(now / NS_PER_S & 0xffffffffu));
	write_be32(w, (u32)(now % NS_PER_S / NS_PER_US));
	if (t->params.counters_64bit)
		write_be64(w, number);
	else
		write_be32(w, (u32)(number & 0xffffffffu));
}

/* RFC 1889 6.3.1: the difference in what two datagrams took, of which only the difference of the clocks is not known. */
static u64 difference(const struct iperf3_stream *s, u64 sent, u64 arrived)
{
	u64 here = since(s->arrived_ns, arrived), there = since(s->sent_ns, sent),
	    back = since(sent, s->sent_ns);

	return iperf3_later(there > here ? since(here, there) : since(there, here), back);
}

/* A.8, in sixteenths of a nanosecond */
static void jitter(struct iperf3_stream *s, u64 sent, u64 arrived)
{
	u64 d = s->bytes > 0 ? difference(s, sent, arrived) : 0, j = s->jitter_16ns;
	u64 most = 1ull << 58;

	d = d < most ? d : most;
	j = j < 16u * most ? j : 16u * most;
	s->jitter_16ns = j / 16u * 15u + j % 16u + d;
	s->sent_ns = sent;
	s->arrived_ns = arrived;
}

/* As iperf3 has it: numbers that are missing are lost until they come late; what comes twice is late. */
static void number(struct iperf3_stream *s, u64 n)
{
	u64 errors = s->errors, newest = s->datagrams;

	if (n > newest) {
		s->errors = iperf3_later(errors, since(iperf3_later(newest, 1), n));
		s->datagrams = n;
		return;
	}
	s->reordered = iperf3_later(s->reordered, 1);
	s->errors = errors > 0 ? errors - 1u : 0;
}

void iperf3_datagram(struct iperf3 *t, u32 stream, struct view datagram, u64 now)
{
	struct reader r = reader_of(datagram);
	u64 s = read_be32(&r), us = read_be32(&r);
	u64 n = t->params.counters_64bit ? read_be64(&r) : read_be32(&r);

	if (!counts(t, stream) || read_bad(&r))
		return;
	number(&t->streams[at(stream)], n);
	jitter(&t->streams[at(stream)], s * NS_PER_S + us * NS_PER_US, now);
	iperf3_took(t, stream, datagram.n, now);
}

/* ---- facts ---- */

u64 iperf3_bytes(const struct iperf3 *t, bool sent)
{
	u64 sum = 0;

	for (u32 i = 0; i < iperf3_streams(t); i += 1)
		if (iperf3_sends(t, i) == sent)
			sum = iperf3_later(sum, t->streams[i].bytes);
	return sum;
}

u64 iperf3_bits_per_s(const struct iperf3 *t, u64 bytes)
{
	u64 ms = iperf3_took_ns(t) / NS_PER_MS, most = 1ull << 50;
	u64 b = bytes < most ? bytes : most;

	return ms > 0 ? b / ms * 8000u + b % ms * 8000u / ms : 0;
}

static void write_rate(struct writer *w, u64 bits)
{
	u64 unit = bits < 10000000u ? 1000u : bits < 10000000000u ? 1000000u : 1000000000u;

	write_decimal(w, bits / unit);
	if (bits / unit < 100u) {
		write_u8(w, '.');
		write_decimal(w, bits % unit * 10u / unit);
	}
	write_view(w, unit == 1000u ? text(" kbit/s") : unit == 1000000u ? text(" Mbit/s") : text(" Gbit/s"));
}

/* Of what is received: lost, late, and the worst jitter. */
static void write_losses(struct writer *w, const struct iperf3 *t)
{
	u64 errors = 0, all = 0, late = 0, worst = 0;

	for (u32 i = 0; i < iperf3_streams(t); i += 1) {
		const struct iperf3_stream *s = &t->streams[i];

		if (iperf3_sends(t, i))
			continue;
		errors = iperf3_later(errors, s->errors);
		all = iperf3_later(all, s->datagrams);
		late = iperf3_later(late, s->reordered);
		worst = s->jitter_16ns > worst ? s->jitter_16ns : worst;
	}
	write_text(w, ", ");
	write_decimal(w, errors);
	write_text(w, " of ");
	write_decimal(w, all);
	write_text(w, " datagrams lost, ");
	write_decimal(w, late);
	write_text(w, " out of order, jitter ");
	write_duration(w, worst / 16u);
}

static void write_way(struct writer *w, const struct iperf3 *t, bool sent)
{
	u64 bytes = iperf3_bytes(t, sent), again = 0;

	write_text(w, ", ");
	write_decimal(w, t->params.parallel);
	write_view(w, sent ? text(" sent: ") : text(" received: "));
	write_size(w, bytes);
	write_text(w, " in ");
	write_duration(w, iperf3_took_ns(t));
	write_text(w, ", ");
	write_rate(w, iperf3_bits_per_s(t, bytes));
	if (t->params.udp && !sent)
		write_losses(w, t);
	if (t->params.udp || !sent)
		return;
	for (u32 i = 0; i < iperf3_streams(t); i += 1)
		again = iperf3_later(again, iperf3_sent_again(&t->streams[i]));
	write_text(w, ", ");
	write_decimal(w, again);
	write_text(w, " segments sent again");
}

void iperf3_write_summary(struct writer *w, const struct iperf3 *t)
{
	write_view(w, t->params.udp ? text("UDP") : text("TCP"));
	if (!t->params.reverse)
		write_way(w, t, false);
	if (t->params.reverse || t->params.bidirectional)
		write_way(w, t, true);
}
