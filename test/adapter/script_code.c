/* script_code.c - %{ code }%: the little of Python that scripts ask facts of a connection with. See script.h. */
#include "test/adapter/script.h"
#include <ctype.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* One program: what is left of it, and what it knows. */
struct code {
	struct script *x;
	const char *p;
	struct tcp_info info;
	bool wrong;
};

static long either(struct code *c);

/* ---- names ---- */

#define FACT(name)                                                                                           \
	{ "tcpi_" #name, offsetof(struct tcp_info, tcpi_##name), sizeof((struct tcp_info *)0)->tcpi_##name }

static const struct {
	const char *name;
	usize at, bytes;
} facts[] = { FACT(state), FACT(ca_state), FACT(retransmits), FACT(probes), FACT(backoff), FACT(options),
	FACT(rto), FACT(ato), FACT(snd_mss), FACT(rcv_mss), FACT(unacked), FACT(sacked), FACT(lost),
	FACT(retrans), FACT(last_data_sent), FACT(last_data_recv), FACT(last_ack_recv), FACT(pmtu),
	FACT(rcv_ssthresh), FACT(rtt), FACT(rttvar), FACT(snd_ssthresh), FACT(snd_cwnd), FACT(advmss),
	FACT(reordering), FACT(rcv_rtt), FACT(rcv_space), FACT(total_retrans), FACT(pacing_rate),
	FACT(bytes_acked), FACT(bytes_received), FACT(segs_out), FACT(segs_in), FACT(notsent_bytes),
	FACT(min_rtt), FACT(data_segs_in), FACT(data_segs_out), FACT(delivery_rate), FACT(busy_time),
	FACT(rwnd_limited), FACT(sndbuf_limited), FACT(delivered), FACT(delivered_ce), FACT(bytes_sent),
	FACT(bytes_retrans), FACT(dsack_dups), FACT(reord_seen), FACT(rcv_ooopack), FACT(snd_wnd) };

static const struct {
	const char *name;
	long value;
} constants[] = { { "TCP_CA_Open", 0 }, { "TCP_CA_Disorder", 1 }, { "TCP_CA_CWR", 2 },
	{ "TCP_CA_Recovery", 3 }, { "TCP_CA_Loss", 4 }, { "TCPI_OPT_TIMESTAMPS", 1 }, { "TCPI_OPT_SACK", 2 },
	{ "TCPI_OPT_WSCALE", 4 }, { "TCPI_OPT_ECN", 8 }, { "TCPI_OPT_ECN_SEEN", 16 },
	{ "TCPI_OPT_SYN_DATA", 32 }, { "TCP_ESTABLISHED", 1 }, { "TCP_SYN_SENT", 2 }, { "TCP_SYN_RECV", 3 },
	{ "TCP_FIN_WAIT1", 4 }, { "TCP_FIN_WAIT2", 5 }, { "TCP_TIME_WAIT", 6 }, { "TCP_CLOSE", 7 },
	{ "TCP_CLOSE_WAIT", 8 }, { "TCP_LAST_ACK", 9 }, { "TCP_LISTEN", 10 }, { "TCP_CLOSING", 11 },
	{ "True", 1 }, { "False", 0 } };

static bool fact(const struct code *c, const char *name, long *out)
{
	const u8 *info = (const u8 *)&c->info;
	u64 v = 0;

	for (u32 i = 0; i < COUNT(facts); i += 1)
		if (strcmp(facts[i].name, name) == 0) {
			memcpy(&v, info + facts[i].at, facts[i].bytes); /* little-endian, as all our hosts */
			*out = (long)v;
			return true;
		}
	for (u32 i = 0; i < COUNT(constants); i += 1)
		if (strcmp(constants[i].name, name) == 0) {
			*out = constants[i].value;
			return true;
		}
	return false;
}

static struct script_variable *variable(struct script *x, const char *name)
{
	u32 i = 0;

	while (i < SCRIPT_VARIABLES - 1 && x->variables[i].name[0] && strcmp(x->variables[i].name, name) != 0)
		i += 1;
	return &x->variables[i];
}

/* ---- expressions ---- */

static void blanks(struct code *c)
{
	while (*c->p == ' ' || *c->p == '\t' || (*c->p == '\\' && c->p[1] == '\n'))
		c->p += *c->p == '\\' ? 2 : 1;
}

static bool sign(struct code *c, const char *what)
{
	usize n = strlen(what);

	blanks(c);
	if (strncmp(c->p, what, n) != 0 || (isalpha((unsigned char)*what) && isalnum((unsigned char)c->p[n])))
		return false;
	c->p += n;
	return true;
}

static usize word(struct code *c, char *name, usize room)
{
	usize n = 0;

	blanks(c);
	while (isalnum((unsigned char)c->p[n]) || c->p[n] == '_')
		n += 1;
	snprintf(name, room, "%.*s", (int)n, c->p);
	return n;
}

static void complain(struct code *c, const char *what)
{
	if (!c->wrong)
		script_fail(c->x, "%s: %.40s", what, c->p);
	c->wrong = true;
}

static long atom(struct code *c)
{
	char name[40], *end;
	long v = 0;
	usize n;

	if (sign(c, "(")) {
		v = either(c);
		if (!sign(c, ")"))
			complain(c, "a ) is missing");
		return v;
	}
	if (sign(c, "-"))
		return -atom(c);
	n = word(c, name, sizeof name);
	if (n > 0 && isdigit((unsigned char)*name)) {
		v = strtol(c->p, &end, 0);
		c->p = end;
	} else if (n > 0 && (fact(c, name, &v) || variable(c->x, name)->name[0])) {
		if (variable(c->x, name)->name[0])
			v = variable(c->x, name)->value;
		c->p += n;
	} else {
		complain(c, "this is not known");
	}
	return v;
}

static long product(struct code *c)
{
	long v = atom(c), by;

	while (!c->wrong) {
		if (sign(c, "*")) {
			v *= atom(c);
		} else if (sign(c, "/")) {
			by = atom(c);
			v = by ? v / by : 0;
		} else {
			break;
		}
	}
	return v;
}

static long sum(struct code *c)
{
	long v = product(c);

	while (!c->wrong) {
		if (sign(c, "+"))
			v += product(c);
		else if (sign(c, "-"))
			v -= product(c);
		else
			break;
	}
	return v;
}

static long bits(struct code *c)
{
	long v = sum(c);

	while (!c->wrong) {
		if (sign(c, "&"))
			v &= sum(c);
		else if (sign(c, "|"))
			v |= sum(c);
		else
			break;
	}
	return v;
}

/* As in Python a < b < c is both. */
static long compared(struct code *c)
{
	static const char *const signs[] = { "==", "!=", "<=", ">=", "<", ">" };
	long a = bits(c), b;
	bool right = true, any = false;

	while (!c->wrong) {
		u32 i = 0;

		while (i < COUNT(signs) && !sign(c, signs[i]))
			i += 1;
		if (i == COUNT(signs))
			break;
		b = bits(c);
		right = right && (i == 0          ? a == b
					 : i == 1 ? a != b
					 : i == 2 ? a <= b
					 : i == 3 ? a >= b
					 : i == 4 ? a < b
						  : a > b);
		a = b;
		any = true;
	}
	return any ? right : a;
}

static long both(struct code *c)
{
	long v = sign(c, "not") ? !compared(c) : compared(c);

	while (!c->wrong && sign(c, "and"))
		v = (compared(c) != 0) & (v != 0);
	return v;
}

static long either(struct code *c)
{
	long v = both(c);

	while (!c->wrong && sign(c, "or"))
		v = (both(c) != 0) | (v != 0);
	return v;
}

/* ---- statements ---- */

/* To the end of this one, whatever is there. */
static void skip(struct code *c)
{
	while (*c->p && *c->p != '\n' && *c->p != ';' && strncmp(c->p, "}%", 2) != 0) {
		char quote = *c->p;

		if (quote == '#') {
			c->p += strcspn(c->p, "\n");
			return;
		}
		c->p += *c->p == '\\' && c->p[1] ? 2 : 1;
		if (quote == '\'' || quote == '"')
			c->p += strcspn(c->p, (char[]){ quote, '\n', 0 });
		c->p += (quote == '\'' || quote == '"') && *c->p == quote;
	}
}

static void asserted(struct code *c)
{
	const char *from = c->p;
	char name[40];
	long v;

	if (either(c) || c->wrong)
		return;
	c->p = from;
	while (*c->p == ' ' || *c->p == '(' || isdigit((unsigned char)*c->p) || *c->p == '<' || *c->p == '=')
		c->p += 1; /* the first name is what it is about */
	word(c, name, sizeof name);
	if (fact(c, name, &v))
		script_fail(c->x, "%s is %ld", name, v);
	else
		script_fail(c->x, "it is false");
	c->wrong = true;
}

static void statement(struct code *c)
{
	struct script_variable *to;
	char name[40];
	usize n;

	if (sign(c, "assert")) {
		asserted(c);
		return;
	}
	n = word(c, name, sizeof name);
	if (n == 0 || strcmp(name, "print") == 0)
		return;
	c->p += n;
	to = variable(c->x, name);
	snprintf(to->name, sizeof to->name, "%s", name);
	if (sign(c, "+="))
		to->value += either(c);
	else if (sign(c, "="))
		to->value = either(c);
	else
		complain(c, "only assert, print and = are known");
}

void script_code(struct script *x, const char *from)
{
	struct code c = { .x = x, .p = from + 2 };
	socklen_t n = sizeof c.info;

	if (fata_getsockopt(x->s, x->fd, IPPROTO_TCP, TCP_INFO, &c.info, &n) != 0) {
		script_fail(x, "there is no connection to ask about");
		return;
	}
	while (!x->failed && *c.p && strncmp(c.p, "}%", 2) != 0) {
		statement(&c);
		if (!c.wrong)
			skip(&c);
		c.p += *c.p == '\n' || *c.p == ';';
	}
}
