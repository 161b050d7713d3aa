/* iperf3_json.c - parameters and results. */
#include "lib/iperf3/iperf3_parts.h"
#include "lib/json/json.h"

#define TIME_MOST_S 86400u /* iperf3's MAX_TIME */
#define MSS_MOST    9216u  /* its MAX_MSS */
#define RATE_MOST   10000000000000u
#define UDP_USUAL   1460u
#define NAME_BYTES  32u

/* Those that change what we do. What else there is (title, extra_data, num, pacing_timer, zerocopy ...) is the client's affair. */
enum field {
	F_UDP,
	F_SCTP,
	F_OMIT,
	F_TIME,
	F_MSS,
	F_NODELAY,
	F_PARALLEL,
	F_REVERSE,
	F_BIDIRECTIONAL,
	F_WINDOW,
	F_LEN,
	F_BANDWIDTH,
	F_FQRATE,
	F_TOS,
	F_GET_SERVER_OUTPUT,
	F_COUNTERS,
	F_FIELDS
};

struct asked {
	u64 value[F_FIELDS];
};

static struct view field_name(enum field f)
{
	switch (f) {
	case F_UDP: return text("udp");
	case F_SCTP: return text("sctp");
	case F_OMIT: return text("omit");
	case F_TIME: return text("time");
	case F_MSS: return text("MSS");
	case F_NODELAY: return text("nodelay");
	case F_PARALLEL: return text("parallel");
	case F_REVERSE: return text("reverse");
	case F_BIDIRECTIONAL: return text("bidirectional");
	case F_WINDOW: return text("window");
	case F_LEN: return text("len");
	case F_BANDWIDTH: return text("bandwidth");
	case F_FQRATE: return text("fqrate");
	case F_TOS: return text("TOS");
	case F_GET_SERVER_OUTPUT: return text("get_server_output");
	case F_COUNTERS: return text("udp_counters_64bit");
	case F_FIELDS: break;
	}
	return view_none();
}

static u32 field_of(struct view name)
{
	for (u32 f = 0; f < F_FIELDS; f += 1)
		if (view_equal(name, field_name((enum field)f)))
			return f;
	return F_FIELDS;
}

/* A number, or a yes or no, which are 1 and 0. */
static bool read_value(enum json_kind k, struct view raw, u64 *out)
{
	*out = k == JSON_TRUE ? 1u : 0u;
	if (k == JSON_NUMBER)
		return json_number(raw, 0, TIME_NEVER, out);
	return k == JSON_TRUE || k == JSON_FALSE;
}

static bool read_control(enum json_kind k, struct view raw, struct iperf3_params *p)
{
	struct writer w = writer_of(span_of(p->control));

	if (k != JSON_STRING || !json_unescape(&w, raw))
		return false;
	p->control_bytes = (u8)(write_len(&w) & 0xffu);
	return true;
}

/* One member of the outer object. */
static enum iperf3_error parameter(
	struct view name, enum json_kind k, struct view raw, struct asked *a, struct iperf3_params *p)
{
	u8 room[NAME_BYTES];
	struct writer w = writer_of(span_of(room));
	u32 f;

	if (!json_unescape(&w, name))
		return IPERF3_IENONE; /* longer than any that is known */
	f = field_of(write_done(&w));
	if (view_equal(write_done(&w), text("authtoken")))
		return IPERF3_IEAUTHTEST;
	if (view_equal(write_done(&w), text("congestion")))
		return read_control(k, raw, p) ? IPERF3_IENONE : IPERF3_IESETCONGESTION;
	if (f < F_FIELDS && !read_value(k, raw, &a->value[f]))
		return IPERF3_IERECVPARAMS;
	return IPERF3_IENONE;
}

static u32 at_most(u64 v, u32 most)
{
	return v < most ? (u32)v : most;
}

/* What cannot be, and what is not done here. */
static enum iperf3_error judge(const struct asked *a)
{
	u64 len = a->value[F_LEN];

	if (a->value[F_SCTP] != 0)
		return IPERF3_IENOSCTP;
	if (a->value[F_PARALLEL] == 0 || a->value[F_PARALLEL] > IPERF3_STREAMS)
		return IPERF3_IENUMSTREAMS;
	if (a->value[F_MSS] > MSS_MOST)
		return IPERF3_IEMSS;
	if (a->value[F_UDP] != 0 && (len < IPERF3_UDP_LEAST || len > IPERF3_UDP_MOST))
		return IPERF3_IEUDPBLOCKSIZE;
	if (a->value[F_TIME] > TIME_MOST_S || a->value[F_OMIT] > TIME_MOST_S || a->value[F_TOS] > 255u ||
		(a->value[F_REVERSE] != 0 && a->value[F_BIDIRECTIONAL] != 0))
		return IPERF3_IERECVPARAMS;
	return IPERF3_IENONE;
}

/* --fq-rate is a rate as well: we have no other pacing for it. */
static u64 rate_of(const struct asked *a)
{
	u64 rate = a->value[F_BANDWIDTH], queue = a->value[F_FQRATE];

	if (rate == 0 || (queue > 0 && queue < rate))
		rate = queue;
	return rate < RATE_MOST ? rate : RATE_MOST;
}

static void fill_in(struct iperf3_params *p, const struct asked *a)
{
	p->udp = a->value[F_UDP] != 0;
	p->reverse = a->value[F_REVERSE] != 0;
	p->bidirectional = a->value[F_BIDIRECTIONAL] != 0;
	p->no_delay = a->value[F_NODELAY] != 0;
	p->counters_64bit = a->value[F_COUNTERS] != 0;
	p->server_output = a->value[F_GET_SERVER_OUTPUT] != 0;
	p->tos = (u8)(a->value[F_TOS] & 0xffu);
	p->mss = (u16)at_most(a->value[F_MSS], MSS_MOST);
	p->parallel = at_most(a->value[F_PARALLEL], IPERF3_STREAMS);
	p->window_bytes = at_most(a->value[F_WINDOW], BYTES_MAX);
	p->block_bytes = at_most(a->value[F_LEN], p->udp ? IPERF3_UDP_MOST : BYTES_MAX);
	p->omit_ns = at_most(a->value[F_OMIT], TIME_MOST_S) * NS_PER_S;
	p->time_ns = at_most(a->value[F_TIME], TIME_MOST_S) * NS_PER_S;
	p->rate_bits_per_s = rate_of(a);
}

enum iperf3_error iperf3_read_parameters(struct view json, struct iperf3_params *out)
{
	struct asked asked = { { [F_PARALLEL] = 1, [F_LEN] = UDP_USUAL } };
	struct json j = json_start();
	struct reader r = reader_of(json);
	enum iperf3_error e = IPERF3_IENONE;
	struct view name, raw;
	enum json_kind k;

	*out = (struct iperf3_params){ .parallel = 1 };
	if (json_next(&j, &r, &raw) != JSON_OBJECT)
		return IPERF3_IERECVPARAMS;
	while ((k = json_next(&j, &r, &raw)) != JSON_END && e == IPERF3_IENONE) {
		bool outer = j.depth == 1u && k == JSON_NAME;

		if (k == JSON_BAD)
			return IPERF3_IERECVPARAMS;
		if (!outer)
			continue;
		name = raw;
		k = json_next(&j, &r, &raw);
		e = parameter(name, k, raw, &asked, out);
	}
	if (e == IPERF3_IENONE)
		e = judge(&asked);
	if (e == IPERF3_IENONE)
		fill_in(out, &asked);
	return e;
}

/* ---- results ---- */

/* {"streams":[{"bytes":N, ...}, ...], ...}: what has that name and is so deep. */
bool iperf3_read_results(struct view json, u64 *bytes)
{
	struct json j = json_start();
	struct reader r = reader_of(json);
	struct view raw;
	enum json_kind k;
	u64 n, sum = 0;

	*bytes = 0;
	if (json_next(&j, &r, &raw) != JSON_OBJECT)
		return false;
	while ((k = json_next(&j, &r, &raw)) != JSON_END) {
		if (k == JSON_BAD)
			return false;
		if (k != JSON_NAME || j.depth != 3u || !json_is(raw, text("bytes")))
			continue;
		if (json_next(&j, &r, &raw) != JSON_NUMBER || !json_number(raw, 0, TIME_NEVER, &n))
			return false;
		sum = iperf3_later(sum, n);
	}
	*bytes = sum;
	return true;
}

static void write_number(struct writer *w, struct view name, u64 v)
{
	json_write_name(w, name);
	json_write_number(w, v);
}

/* iperf3 numbers streams 1, 3, 4, 5 ... */
static void write_stream(struct writer *w, const struct iperf3 *t, u32 i)
{
	const struct iperf3_stream *s = &t->streams[i];

	json_write_open(w, '{');
	write_number(w, text("id"), i == 0 ? 1u : i + 2u);
	write_number(w, text("bytes"), s->bytes);
	json_write_name(w, text("retransmits"));
	if (iperf3_sends(t, i) && !t->params.udp)
		json_write_number(w, iperf3_sent_again(s));
	else
		json_write_negative(w, 1);
	json_write_name(w, text("jitter"));
	json_write_scaled(w, s->jitter_16ns / 16u, 9);
	write_number(w, text("errors"), s->errors);
	write_number(w, text("packets"), s->datagrams);
	write_number(w, text("start_time"), 0);
	json_write_name(w, text("end_time"));
	json_write_scaled(w, iperf3_took_ns(t), 9);
	json_write_close(w, '}');
}

static void write_output(struct writer *w, const struct iperf3 *t)
{
	u8 room[300];
	struct writer line = writer_of(span_of(room));

	iperf3_write_summary(&line, t);
	write_u8(&line, '\n');
	json_write_name(w, text("server_output_text"));
	json_write_string(w, write_done(&line));
}

/* What an image does of a processor's time it does not know: 0. Retransmits are known of what is sent by TCP. */
void iperf3_write_results(struct writer *w, const struct iperf3 *t)
{
	bool sends = t->params.reverse || t->params.bidirectional;

	json_write_open(w, '{');
	write_number(w, text("cpu_util_total"), 0);
	write_number(w, text("cpu_util_user"), 0);
	write_number(w, text("cpu_util_system"), 0);
	json_write_name(w, text("sender_has_retransmits"));
	if (sends)
		json_write_number(w, t->params.udp ? 0u : 1u);
	else
		json_write_negative(w, 1);
	if (t->used_bytes > 0) {
		json_write_name(w, text("congestion_used"));
		json_write_string(w, view_first(view_of(t->used), t->used_bytes));
	}
	if (t->params.server_output)
		write_output(w, t);
	json_write_name(w, text("streams"));
	json_write_open(w, '[');
	for (u32 i = 0; i < iperf3_streams(t); i += 1)
		write_stream(w, t, i);
	json_write_close(w, ']');
	json_write_close(w, '}');
}
