/* script.c - plays a script: times, packets in and out. See script.h. */
#include "test/adapter/script.h"
#include <ctype.h>
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
	fprintf(x->report, "    in: %s\n", x->line);
}

/* ---- the stack's packets ---- */

static void output(void *context, const void *bytes, size_t n)
{
	struct script *x = context;
	struct script_packet *p = &x->waiting[x->waits];

	if (!script_is_tcp(x, bytes, (u32)n))
		return; /* neighbours, groups: not what scripts are about */
	if (x->waits == SCRIPT_WAITS) {
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

	if (x->waits == 0 || !script_segment_take(x, x->waiting[0].bytes, x->waiting[0].n, &got))
		return;
	script_segment_text(&got, words, sizeof words);
	script_fail(x, "before this line, at %.6f s, came what was not expected: > %s",
		(double)x->waiting[0].at / (double)NS_PER_S, words);
}

/* What is wrong with it, or null. */
static const char *difference(const struct script_segment *want, const struct script_segment *got)
{
	if (want->flags != got->flags)
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
	return script_options_match(want->options, got->options) ? NULL : "its options differ";
}

static void expect(struct script *x, const char *from, u64 at, bool whenever)
{
	u64 latest = whenever ? x->now + WHENEVER_NS : at + x->tolerance_ns, came;
	struct script_segment want, got;
	const char *why;
	char words[600];

	if (!script_segment_read(x, from, &want))
		return;
	run(x, latest, true);
	if (x->waits == 0) {
		script_fail(x, "nothing came until then");
		return;
	}
	came = x->waiting[0].at;
	if (!script_segment_take(x, x->waiting[0].bytes, x->waiting[0].n, &got))
		return;
	script_segment_text(&got, words, sizeof words);
	why = difference(&want, &got);
	if (!why && !whenever && came < at)
		why = "it came too early";
	if (!why && came > latest)
		why = "it came too late";
	if (x->trace)
		fprintf(x->report, "%10.6f > %s\n", (double)came / (double)NS_PER_S, words);
	if (why)
		script_fail(x, "%s: > %s came at %.6f s", why, words, (double)came / (double)NS_PER_S);
	x->base = came;
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

static void inject(struct script *x, const char *from)
{
	static u8 packet[SCRIPT_PACKET];
	struct script_segment m = { 0 };
	u32 n;

	from += strspn(from, " ");
	if (strncmp(from, "icmp ", 5) == 0) {
		n = script_icmp_make(x, from + 5, packet);
		if (n == 0)
			script_fail(x, "icmp TROUBLE (script.h has them; too_big MTU), then [SEQ:END(LEN)]");
	} else {
		if (!script_segment_read(x, from, &m))
			return;
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

/* The stack is made when the first event comes. */
static bool born(struct script *x)
{
	struct fata_config c = { .output = output,
		.context = x,
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

static void setting(struct script *x, const char *from)
{
	char name[24];
	unsigned v;

	if (sscanf(from, "--%23[a-z_]=%u", name, &v) != 2 || x->s) {
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
	else
		script_fail(x, "there is no --%s (family mtu rx tx ecn tolerance_ms)", name);
}

/* The time at the line's beginning; `whenever`: it is *. */
static const char *read_time(struct script *x, const char *p, u64 *at, bool *whenever)
{
	bool relative = *p == '+';
	char *end;
	double seconds;

	*whenever = *p == '*';
	*at = x->now;
	if (*whenever)
		return p + 1;
	seconds = strtod(p + relative, &end);
	if (end == p + relative) {
		script_fail(x, "a line begins with a time: 0.1, +.1 or *");
		return NULL;
	}
	*at = (relative ? x->base : 0) + (u64)(seconds * 1e9 + 0.5);
	return end;
}

static void event(struct script *x, const char *p)
{
	bool whenever;
	u64 at;

	p = read_time(x, p, &at, &whenever);
	if (!p || !born(x))
		return;
	p += strspn(p, " \t");
	if (*p == '>') {
		expect(x, p + 1, at, whenever);
		return;
	}
	if (at < x->now) {
		if (x->now - at > x->tolerance_ns)
			script_fail(x, "that time is over");
		at = x->now; /* the packet before it took a tick */
	}
	run(x, at, false);
	none_waits(x);
	x->base = x->now;
	if (x->failed)
		return;
	if (x->trace)
		fprintf(x->report, "%10.6f %s\n", (double)x->now / (double)NS_PER_S, p);
	if (*p == '<')
		inject(x, p + 1);
	else if (*p == '%')
		script_assert(x, p);
	else
		script_call(x, p);
}

/* Without comments and blanks around it; empty: nothing is there. */
static char *stripped(char *line)
{
	char *comment = strstr(line, "//"), *end;

	if (comment)
		*comment = 0;
	line += strspn(line, " \t");
	if (*line == '#')
		*line = 0;
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		end -= 1;
	*end = 0;
	return line;
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
}

bool script_play(const char *path, int family, FILE *report, bool trace)
{
	struct script *x = calloc(1, sizeof *x);
	FILE *f = fopen(path, "r");
	char line[1000];
	bool right;

	*x = (struct script){ .path = path,
		.family = family,
		.report = report,
		.trace = trace,
		.mtu = 1500,
		.tolerance_ns = 3 * NS_PER_MS,
		.local_port = SCRIPT_PORT,
		.peer_port = SCRIPT_PEER,
		.peer_isn = 0xfffffc00u };
	if (!f)
		script_fail(x, "it cannot be read");
	while (f && !x->failed && fgets(line, sizeof line, f)) {
		char *p = stripped(line);

		x->number += 1;
		x->line = p;
		if (x->only_family != 0 && x->only_family != (u32)family)
			break;
		if (strncmp(p, "--", 2) == 0)
			setting(x, p);
		else if (*p)
			event(x, p);
	}
	if (f)
		fclose(f);
	over(x);
	right = !x->failed;
	free(x);
	return right;
}
