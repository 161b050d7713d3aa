/* script.c - plays a script: times, packets in and out. See script.h. */
#include "test/adapter/script.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define WHENEVER_NS (60 * NS_PER_S) /* how long * waits */

u8 script_byte(u64 i)
{
	return (u8)(i * 7u + i / 256u);
}

static void say(struct script *x, const char *what)
{
	fprintf(x->report, "%s:%d: (IPv%d, at %.6f s) %s\n", x->path, x->number, x->family,
		(double)x->now / (double)NS_PER_S, what);
}

void script_fail(struct script *x, const char *format, ...)
{
	char what[700];
	va_list arguments;

	if (x->failed)
		return; /* what comes after it says nothing */
	x->failed = true;
	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	say(x, what);
	fprintf(x->report, "    in: %s\n", x->line ? x->line : "");
}

/* ---- the stack's packets ---- */

static void output(void *context, const void *bytes, size_t n)
{
	struct script *x = context;
	struct script_packet *p = &x->waiting[x->waits];

	if (!script_is_tcp(x, bytes, (u32)n) || (x->drill && script_is_other(x, bytes)))
		return; /* neighbours, groups: not what scripts are about */
	if (x->waits == SCRIPT_WAITS) {
		if (x->drill)
			return;
		script_fail(x, "%u packets came and none was expected", SCRIPT_WAITS);
		return;
	}
	p->at = fata_now(x->s);
	p->n = (u32)n;
	p->bytes = malloc(n);
	memcpy(p->bytes, bytes, n);
	x->waits += 1;
}

static void forget_first(struct script *x)
{
	free(x->waiting[0].bytes);
	x->waits -= 1;
	memmove(x->waiting, x->waiting + 1, x->waits * sizeof x->waiting[0]);
}

/* Until then, or until a packet comes. */
static void run(struct script *x, u64 until, bool stop)
{
	while (x->now < until && !(stop && x->waits > 0)) {
		u64 next = fata_next_deadline(x->s);

		x->now = next > x->now && next < until ? next : until;
		(void)fata_advance(x->s, x->now);
	}
}

static void none_waits(struct script *x)
{
	struct script_segment got;
	char words[600];

	if (x->drill || x->waits == 0 || !script_segment_take(x, x->waiting[0].bytes, x->waiting[0].n, &got))
		return;
	script_segment_text(&got, words, sizeof words);
	script_fail(x, "before this line, at %.6f s, came what was not expected: > %s",
		(double)x->waiting[0].at / (double)NS_PER_S, words);
}

/* What is wrong with it, or null. */
static const char *difference(
	struct script *x, const struct script_segment *want, const struct script_segment *got)
{
	u8 unlike = want->flags ^ got->flags;

	if ((x->drill ? unlike & ~8 : unlike) != 0) /* when to push is Linux's own */
		return "its flags differ";
	if (want->seq != got->seq || want->len != got->len)
		return "its sequence numbers differ";
	if (want->has_ack != got->has_ack || want->ack != got->ack)
		return "its acknowledgement differs";
	if (want->window >= 0 && want->window != got->window)
		return "its window differs";
	if (want->urgent >= 0 && want->urgent != got->urgent)
		return "its urgent pointer differs";
	if (want->ttl != 0 && want->ttl != got->ttl)
		return "its ttl differs";
	if (want->ecn >= 0 && want->ecn != got->ecn)
		return "its mark differs";
	if (want->dscp >= 0 && want->dscp != got->dscp)
		return "its dscp differs";
	if (x->drill ? !script_options_alike(x, want->options, got->options, (got->flags & 2) != 0)
		     : !script_options_match(want->options, got->options))
		return "its options differ";
	return NULL;
}

/* Linux gives its segments to the device as one, which cuts them: what we sent as several is one to a script. */
static bool joined(
	struct script *x, const struct script_segment *want, struct script_segment *got, u64 latest)
{
	struct script_segment more;

	while (x->drill && got->len > 0 && got->len < want->len && got->seq == want->seq) {
		forget_first(x);
		run(x, latest, true);
		if (x->waits == 0) {
			script_fail(x, "only %u bytes of it came", got->len);
			return false;
		}
		if (!script_segment_take(x, x->waiting[0].bytes, x->waiting[0].n, &more))
			return false;
		if (more.seq != got->seq + got->len || more.len == 0)
			break;
		got->len += more.len;
		got->flags |= more.flags;
		got->window = more.window;
	}
	return true;
}

static void expect(struct script *x, const char *from, const struct script_time *t)
{
	u64 latest = t->whenever ? x->now + WHENEVER_NS : t->end + x->tolerance_ns, came;
	u64 early = x->drill ? x->tolerance_ns : 0;
	struct script_segment want, got;
	const char *why;
	char words[600];

	if (!script_segment_read(x, from, &want))
		return;
	if (x->drill && (want.flags & 2) != 0) {
		want.ack -= want.has_ack ? x->said_isn : 0;
		want.seq = 0;
	}
	run(x, latest, true);
	if (x->waits == 0) {
		script_fail(x, "nothing came until then");
		return;
	}
	came = x->waiting[0].at;
	if (!script_segment_take(x, x->waiting[0].bytes, x->waiting[0].n, &got) ||
		!joined(x, &want, &got, latest))
		return;
	script_segment_text(&got, words, sizeof words);
	why = difference(x, &want, &got);
	if (!why && !t->whenever && came + early < t->at)
		why = "it came too early";
	if (!why && came > latest)
		why = "it came too late";
	if (x->trace)
		fprintf(x->report, "%10.6f > %s\n", (double)came / (double)NS_PER_S, words);
	if (why)
		script_fail(x, "%s: > %s came at %.6f s", why, words, (double)came / (double)NS_PER_S);
	x->base = x->drill && !t->whenever && t->end == t->at ? t->at : came;
	if (x->waits > 0)
		forget_first(x);
}

static void give(struct script *x, const u8 *packet, u32 n, u32 cut)
{
	static u8 piece[SCRIPT_PACKET];
	u32 body = n - (x->family == 4 ? 20 : 40);

	if (cut == 0) {
		if (fata_input(x->s, packet, n) != 0)
			script_fail(x, "the packet was not taken");
		return;
	}
	for (u32 from = (body - 1) / cut * cut;; from -= cut) {
		u32 bytes = script_piece_make(x, packet, n, from, cut, piece);

		if (fata_input(x->s, piece, bytes) != 0)
			script_fail(x, "a fragment was not taken");
		if (from == 0)
			return;
	}
}

/* TFO_COOKIE: what the stack tells who asks for one, and any if it tells none. */
static void learn_cookie(struct script *x)
{
	struct script_segment m = { .flags = 2, .window = 1000, .urgent = -1, .options = "mss 1000,FO" };
	static u8 packet[SCRIPT_PACKET];
	u16 port = x->peer_port;

	x->peer_port = 1;
	give(x, packet, script_segment_make(x, &m, packet), 0);
	if (x->waits > 0)
		script_cookie_take(x, x->waiting[x->waits - 1].bytes, x->waiting[x->waits - 1].n);
	if (x->waits > 0)
		free(x->waiting[--x->waits].bytes);
	m = (struct script_segment){ .flags = 4, .seq = 1, .urgent = -1 };
	give(x, packet, script_segment_make(x, &m, packet), 0);
	x->peer_port = port;
	if (x->cookie_bytes == 0)
		x->cookie_bytes = 8;
}

static void inject(struct script *x, const char *from)
{
	static u8 packet[SCRIPT_PACKET];
	struct script_segment m = { 0 };
	u32 n;

	from += strspn(from, " ");
	if (strncmp(from, "icmp ", 5) == 0 || strncmp(from, "icmpv6 ", 7) == 0) {
		n = script_icmp_make(x, from + (from[4] == ' ' ? 5 : 7), packet);
		if (n == 0)
			script_fail(x, "icmp TROUBLE (script.h has them; too_big MTU), then [SEQ:END(LEN)]");
	} else {
		if (!script_segment_read(x, from, &m))
			return;
		if (x->drill && x->again &&
			(m.flags & 18) == 2) { /* packetdrill has a port for each connection */
			x->peer_port += 1;
			x->isn_known = x->again = false;
		}
		if (x->drill &&
			(m.flags & 2) != 0) { /* a SYN says where its numbers begin, for itself alone */
			x->said_isn = m.seq;
			m.seq = 0;
		}
		if (strstr(m.options, "TFO_COOKIE") && x->cookie_bytes == 0)
			learn_cookie(x);
		n = script_segment_make(x, &m, packet);
		if ((m.flags & 18) == 2 && m.seq != x->syn_seq) { /* it may begin another connection */
			x->isn_known = false;
			x->syn_seq = m.seq;
		}
		if ((m.flags & 4) != 0) /* and whatever SYN comes next does */
			x->syn_seq = UINT32_MAX;
	}
	if (!x->failed)
		give(x, packet, n, m.cut);
}

/* ---- lines ---- */

static int meanwhile(void *context, struct fata_stack *s, uint64_t until);

/* The stack is made when the first event comes. */
static bool born(struct script *x)
{
	struct fata_config c = { .output = output,
		.wait = meanwhile,
		.context = x,
		.connections = 64,
		.mtu = (u16)(x->mtu + (x->family == 6 ? 20 : 0)),
		.ip4 = x->family == 4 ? "192.168.0.1/24" : NULL,
		.ip6 = x->family == 6 ? "fd3d::1/64" : NULL,
		.seed = 4711,
		.ecn = x->ecn != 0,
		.rx_bytes = x->rx_bytes,
		.tx_bytes = x->tx_bytes };
	const char *why;

	if (x->s)
		return true;
	x->s = fata_create(&c, &why);
	if (!x->s)
		script_fail(x, "the stack: %s", why);
	return x->s != NULL;
}

/* What Linux's settings are to us: those that we have. */
static void sysctls(struct script *x, const char *from)
{
	const char *p;
	unsigned a, b;

	p = strstr(from, "tcp_ecn=");
	if (p)
		x->ecn = p[8] == '1';
	p = strstr(from, "tcp_timestamps=");
	if (p)
		x->no_timestamps = p[15] == '0';
	p = strstr(from, "tcp_rmem=");
	if (p && sscanf(p, "tcp_rmem=\"%*u %*u $((%u*1024*%u", &a, &b) == 2)
		x->rx_bytes = a * 1024 * b;
	else if (p && sscanf(p, "tcp_rmem=\"%*u %*u %u", &a) == 1)
		x->rx_bytes = a;
}

static void setting(struct script *x, const char *from)
{
	char name[24];
	unsigned v;

	if (sscanf(from, "--ip_version=ipv%u", &v) == 1) {
		x->only_family = v;
		return;
	}
	if (sscanf(from, "--tolerance_usecs=%u", &v) == 1) {
		x->tolerance_ns = v * NS_PER_US > x->tolerance_ns ? v * NS_PER_US : x->tolerance_ns;
		return;
	}
	if (sscanf(from, "--%23[a-z_]=%u", name, &v) != 2 || x->s) {
		if (!x->drill)
			script_fail(x, "--NAME=NUMBER is expected, before the first event");
		return;
	}
	if (strcmp(name, "family") == 0)
		x->only_family = v;
	else if (strcmp(name, "mtu") == 0)
		x->mtu = v;
	else if (strcmp(name, "rx") == 0)
		x->rx_bytes = v;
	else if (strcmp(name, "tx") == 0)
		x->tx_bytes = v;
	else if (strcmp(name, "ecn") == 0)
		x->ecn = v;
	else if (strcmp(name, "tolerance_ms") == 0)
		x->tolerance_ns = v * NS_PER_MS;
	else if (strcmp(name, "tcp_ts_tick_usecs") == 0)
		x->tick_us = v;
	else if (!x->drill)
		script_fail(x, "there is no --%s (family mtu rx tx ecn tolerance_ms)", name);
}

static void called(struct script *x, const char *p, const struct script_time *t)
{
	bool blocks = x->blocks;
	u64 until = x->blocks_until, off;

	x->blocks = t->call;
	x->blocks_until = t->end;
	script_call(x, p);
	x->blocks = blocks;
	x->blocks_until = until;
	off = x->now > t->end ? x->now - t->end : t->end - x->now;
	if (t->call && off > x->tolerance_ns)
		script_fail(x, "the call ended at %.6f s", (double)x->now / (double)NS_PER_S);
}

static void event(struct script *x, const char *p)
{
	struct script_time t;

	p = script_time_read(x, p, &t);
	if (!p)
		script_fail(x, "a line begins with a time: 0.1, +.1, +.1~+.2, +0...0.2 or *");
	if (!p || !born(x))
		return;
	p += strspn(p, " \t");
	if (*p == '>') {
		expect(x, p + 1, &t);
		return;
	}
	if (t.at < x->now) {
		if (x->now - t.at > x->tolerance_ns)
			script_fail(x, "that time is over");
		t.at = x->now; /* the packet before it took a tick */
	}
	run(x, t.at, false);
	none_waits(x);
	x->base = x->now;
	if (x->failed)
		return;
	if (x->trace)
		fprintf(x->report, "%10.6f %s\n", (double)x->now / (double)NS_PER_S, p);
	if (*p == '<')
		inject(x, p + 1);
	else if (*p == '%')
		script_code(x, p);
	else if (*p == '`')
		sysctls(x, p);
	else
		called(x, p, &t);
}

static void play_next(struct script *x)
{
	const struct script_line *l = &x->lines[x->next_line];
	const char *before = x->line;
	int number = x->number;

	x->next_line += 1;
	x->number = l->number;
	x->line = l->text;
	if (strncmp(l->text, "--", 2) == 0)
		setting(x, l->text);
	else if (*l->text == '`')
		sysctls(x, l->text);
	else
		event(x, l->text);
	if (before && !x->failed) { /* back to the call that waits */
		x->line = before;
		x->number = number;
	}
}

/* While a call waits the script goes on. */
static int meanwhile(void *context, struct fata_stack *s, uint64_t until)
{
	struct script *x = context;
	struct script_time t;
	u64 limit = x->blocks_until + x->tolerance_ns;
	u64 next;

	if (!x->blocks || x->failed)
		return 0;
	if (x->next_line < x->line_count) {
		const char *p = script_time_read(x, x->lines[x->next_line].text, &t);

		if (!p || p[strspn(p, " \t")] == '>' || t.at <= x->now) {
			play_next(x);
			return 1;
		}
		limit = t.at < limit ? t.at : limit;
	}
	limit = until < limit ? until : limit;
	next = fata_next_deadline(s);
	if (x->now >= limit)
		return 0;
	run(x, next > x->now && next < limit ? next : limit, false);
	return 1;
}

static void over(struct script *x)
{
	if (x->s && !x->failed) {
		x->line = "(the end)";
		none_waits(x);
	}
	while (x->waits > 0)
		forget_first(x);
	fata_destroy(x->s);
	script_lines_drop(x);
}

bool script_play(const char *path, int family, FILE *report, enum script_how how)
{
	struct script *x = calloc(1, sizeof *x);
	bool right;

	*x = (struct script){ .path = path,
		.family = family,
		.report = report,
		.trace = (how & SCRIPT_TRACE) != 0,
		.drill = (how & SCRIPT_PACKETDRILL) != 0,
		.mtu = 1500,
		.tolerance_ns = 3 * NS_PER_MS,
		.local_port = SCRIPT_PORT,
		.peer_port = SCRIPT_PEER,
		.peer_isn = 0xfffffc00u };
	if (x->drill) { /* as its defaults.sh has them */
		x->tolerance_ns = 4 * NS_PER_MS;
		x->rx_bytes = 15 * 1024 * 1024;
		x->tx_bytes = 4 * 1024 * 1024;
	}
	if (!script_lines_read(x))
		script_fail(x, "it cannot be read");
	while (!x->failed && x->next_line < x->line_count) {
		x->line = NULL;
		if (x->only_family != 0 && x->only_family != (u32)family)
			break;
		play_next(x);
	}
	over(x);
	right = !x->failed;
	free(x);
	return right;
}
