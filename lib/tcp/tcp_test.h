/* tcp_test.h - conversations with one struct tcp, written down like a capture. For tests.
 *
 *     TALK("listen",
 *          "< S 0:0(0) win 8000 <mss 1000>",      a segment comes
 *          "> S. 0:0(0) ack 1 <mss 1000>",        this one, and no other, is sent
 *          "< . 1:1(0) ack 1 win 8000",
 *          "= ESTABLISHED",
 *          "write 100", "> P. 1:101(100) ack 1",
 *          "+200", "> P. 1:101(100) ack 1");      nothing for 200 ms, then this
 *
 * Segments are FLAGS seq:end(len) [ack N] [win N] [<options>], before them [ect0] or [ce] (the IP
 * header's), among FLAGS E for ECE and W for CWR; sequence numbers count
 * from each side's initial one, which is chosen so that they wrap early. What an
 * expected segment does not mention is not compared, except flags, numbers and ack.
 * Options: mss N, wscale N, sackOK, fast (a Fast Open cookie is the caller's), TS val N ecr N (val * is any), sack a:b c:d, none.
 * Before each "<" and "+" all that there was to send must have been expected; what the
 * user does comes before it, as in life.
 *
 *     listen / connect [rx N] [mss N] [unsaid N] [nodelay] [keepalive MS] [every S] [probes N]
 *                      [giveup MS] [most N] [path N] [newreno | bbr] [pace] [ecn | noecn]
 *                      [fast N]   tcp_accept_fast(); the SYN asks (0), or gives a cookie with that MSS
 *     tune ...         the same words: tcp_tune(); timeout MS: tcp_user_timeout()
 *     cwnd N  ssthresh N  phase NAME    what the congestion control thinks
 *     mss N           what a segment carries now
 *     write N   take N   close   abort   strip (the next segment's payload is lost)
 *     + MS            time passes, timers run; nothing is sent before the last 2 ms
 *     = STATE [END]   the state, and how it ended
 *     got N  acked N  ended  unended  at N len N skip N    of all / of the last arrival
 *     sleeps          no timer runs
 *     troubled  untroubled    tcp_is_in_trouble()
 *     fast  slow      tcp_is_fast(), or not
 *     lost N          holes below are taken for lost
 *     path N          the path takes N; no-port, forbidden: hard ICMP errors; no-way, no-network: soft ones
 *     settles         whatever it sends now is not looked at
 */
#ifndef LIB_TCP_TCP_TEST_H
#define LIB_TCP_TCP_TEST_H

#include "lib/tcp/tcp_core.h"
#include "test/test.h"

#define TALK_OURS   0xfffff800u /* our initial sequence number, */
#define TALK_THEIRS 0xfffffc00u /* and theirs */

struct talk {
	struct tcp t;
	struct tcp_config config;
	u64 now;
	u32 most;
	bool open, listening, strip;
	struct tcp_arrival last;
	u64 got, acked;
	bool ended;
	const char *line;
	const char *file;
	int number;
};

#define TALK(...)                                                                                            \
	do {                                                                                                 \
		static const char *const lines[] = { __VA_ARGS__ };                                          \
		talk_play(__FILE__, __LINE__, lines, COUNT(lines));                                          \
	} while (0)

/* Established, we listened; nothing negotiated but the MSS. */
#define TALK_SERVED(options)                                                                                 \
	"listen " options, "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1 win 10000 <mss 1000>",      \
		"< . 1:1(0) ack 1 win 10000", "= ESTABLISHED"

static void talk_fail(struct talk *k, const char *what, const char *detail)
{
	test_fail(k->file, k->number, "at \"%s\": %s%s", k->line, what, detail);
}

static void talk_describe(const struct tcp_segment *s, char *to, usize room)
{
	u32 seq = s->seq - TALK_OURS;
	static const char *const marks[] = { "", "[ect1] ", "[ect0] ", "[ce] " };
	int n = snprintf(to, room, "%s%s%s%s%s%s%s%s %u:%u(%u)", marks[s->ecn % 4],
		s->flags & TCP_SYN ? "S" : "", s->flags & TCP_FIN ? "F" : "", s->flags & TCP_RST ? "R" : "",
		s->flags & TCP_PSH ? "P" : "", s->flags & TCP_ACK ? "." : "", s->flags & TCP_ECE ? "E" : "",
		s->flags & TCP_CWR ? "W" : "", seq, seq + s->len, s->len);

	if (s->flags & TCP_ACK)
		n += snprintf(to + n, room - (usize)n, " ack %u", s->ack - TALK_THEIRS);
	n += snprintf(to + n, room - (usize)n, " win %u <", s->window);
	if (s->opt.has & TCP_HAS_MSS)
		n += snprintf(to + n, room - (usize)n, "mss %u ", s->opt.mss);
	if (s->opt.has & TCP_HAS_SACK_OK)
		n += snprintf(to + n, room - (usize)n, "sackOK ");
	if (s->opt.has & TCP_HAS_TIMESTAMP)
		n += snprintf(to + n, room - (usize)n, "TS val %u ecr %u ", s->opt.ts_value, s->opt.ts_echo);
	if (s->opt.has & TCP_HAS_WSCALE)
		n += snprintf(to + n, room - (usize)n, "wscale %u ", s->opt.wscale);
	if (s->opt.has & TCP_HAS_FAST_OPEN)
		n += snprintf(to + n, room - (usize)n, "fast ");
	for (u32 i = 0; i < s->opt.sacks; i += 1)
		n += snprintf(to + n, room - (usize)n, "%s%u:%u ", i == 0 ? "sack " : "",
			s->opt.sack[i].from - TALK_THEIRS, s->opt.sack[i].to - TALK_THEIRS);
	snprintf(to + n, room - (usize)n, ">");
}

/* ---- reading a line ---- */

struct talk_segment {
	struct tcp_segment s;
	bool has_ack, has_win, has_options, any_ts;
};

static bool talk_word(const char **p, const char *word)
{
	usize n = strlen(word);

	while (**p == ' ' || **p == ',')
		*p += 1;
	if (strncmp(*p, word, n) != 0 || strchr(" ,>:(", (*p)[n]) == NULL)
		return false;
	*p += n;
	return true;
}

static u32 talk_number(const char **p)
{
	char *end;
	u32 v;

	while (**p == ' ' || **p == ':' || **p == '(')
		*p += 1;
	v = (u32)strtoul(*p, &end, 10);
	if (end == *p) {
		fprintf(stderr, "a number is missing at \"%s\"\n", *p);
		abort();
	}
	*p = end;
	return v;
}

static void talk_options(const char **p, struct talk_segment *g, u32 sack_base)
{
	struct tcp_options *o = &g->s.opt;

	g->has_options = true;
	for (;;) {
		if (talk_word(p, "mss")) {
			o->mss = (u16)talk_number(p);
			o->has |= TCP_HAS_MSS;
		} else if (talk_word(p, "wscale")) {
			o->wscale = (u8)talk_number(p);
			o->has |= TCP_HAS_WSCALE;
		} else if (talk_word(p, "fast")) {
			o->has |= TCP_HAS_FAST_OPEN;
		} else if (talk_word(p, "sackOK")) {
			o->has |= TCP_HAS_SACK_OK;
		} else if (talk_word(p, "TS")) {
			o->has |= TCP_HAS_TIMESTAMP;
			if (!talk_word(p, "val"))
				abort();
			g->any_ts = talk_word(p, "*");
			if (!g->any_ts)
				o->ts_value = talk_number(p);
			if (talk_word(p, "ecr"))
				o->ts_echo = talk_number(p);
		} else if (talk_word(p, "sack")) {
			while (**p == ' ' && (*p)[1] >= '0' && (*p)[1] <= '9' && o->sacks < TCP_SACK_MAX) {
				o->sack[o->sacks].from = talk_number(p) + sack_base;
				o->sack[o->sacks].to = talk_number(p) + sack_base;
				o->sacks += 1;
			}
		} else if (!talk_word(p, "none")) {
			break;
		}
	}
}

static struct talk_segment talk_segment(const char *p, u32 seq_base, u32 ack_base)
{
	struct talk_segment g = { 0 };
	const char *letters = "FSRP.UEW";
	static const char *const marks[] = { "[ect1]", "[ect0]", "[ce]" };
	u32 end;

	while (*p == ' ')
		p += 1;
	for (u32 i = 0; i < COUNT(marks); i += 1)
		if (strncmp(p, marks[i], strlen(marks[i])) == 0) {
			g.s.ecn = (u8)(i + 1);
			p += strlen(marks[i]) + 1;
		}
	for (; *p && *p != ' '; p += 1) {
		const char *at = strchr(letters, *p);

		if (!at) {
			fprintf(stderr, "what flag is '%c'?\n", *p);
			abort();
		}
		g.s.flags |= (u8)(1 << (at - letters));
	}
	g.s.seq = talk_number(&p) + seq_base;
	end = talk_number(&p) + seq_base;
	g.s.len = talk_number(&p);
	if (end - g.s.seq != g.s.len) {
		fprintf(stderr, "the end is not seq + len: %s\n", p);
		abort();
	}
	p += 1; /* ) */
	if (talk_word(&p, "ack")) {
		g.s.ack = talk_number(&p) + ack_base;
		g.has_ack = true;
	}
	if (talk_word(&p, "win")) {
		g.s.window = (u16)talk_number(&p);
		g.has_win = true;
	}
	while (*p == ' ')
		p += 1;
	if (*p == '<') {
		p += 1;
		talk_options(&p, &g, ack_base);
	}
	return g;
}

/* ---- playing it ---- */

static void talk_quiet(struct talk *k)
{
	struct tcp_out out;
	char shown[256];

	while (k->open && tcp_send(&k->t, k->now, k->most, &out)) {
		talk_describe(&out.s, shown, sizeof shown);
		talk_fail(k, "before this, nobody expected ", shown);
	}
}

static bool talk_same_options(const struct tcp_options *a, const struct talk_segment *g)
{
	const struct tcp_options *b = &g->s.opt;
	bool same = a->has == b->has && a->sacks == b->sacks && a->mss == b->mss && a->wscale == b->wscale &&
		    a->ts_echo == b->ts_echo && (g->any_ts || a->ts_value == b->ts_value);

	for (u32 i = 0; same && i < a->sacks; i += 1)
		same = a->sack[i].from == b->sack[i].from && a->sack[i].to == b->sack[i].to;
	return same;
}

static void talk_expect(struct talk *k, const char *rest)
{
	struct talk_segment g = talk_segment(rest, TALK_OURS, TALK_THEIRS);
	struct tcp_out out;
	char shown[256];

	if (!k->open || !tcp_send(&k->t, k->now, k->most, &out)) {
		talk_fail(k, "nothing was sent", "");
		return;
	}
	talk_describe(&out.s, shown, sizeof shown);
	if (out.s.ecn != g.s.ecn || out.s.flags != g.s.flags || out.s.seq != g.s.seq || out.s.len != g.s.len)
		talk_fail(k, "sent was ", shown);
	else if (g.has_ack && out.s.ack != g.s.ack)
		talk_fail(k, "another ack: ", shown);
	else if (g.has_win && out.s.window != g.s.window)
		talk_fail(k, "another window: ", shown);
	else if (g.has_options && !talk_same_options(&out.s.opt, &g))
		talk_fail(k, "other options: ", shown);
	if (out.s.len > 0 && out.s.seq + ((out.s.flags & TCP_SYN) != 0) != snd_first(&k->t) + out.offset)
		talk_fail(k, "a wrong offset: ", shown);
	if (out.s.from_port != 0 || out.s.to_port != 0)
		talk_fail(k, "ports are the caller's: ", shown);
}

static void talk_arrive(struct talk *k, const char *rest)
{
	struct talk_segment g = talk_segment(rest, TALK_THEIRS, TALK_OURS);

	if (k->strip)
		tcp_strip(&g.s);
	k->strip = false;
	if (k->listening && k->config.fast_open) {
		k->last = tcp_accept_fast(&k->t, &k->config, &g.s, TALK_OURS, k->now);
		k->got = k->last.ready;
		k->listening = false;
		k->open = true;
		return;
	}
	if (k->listening) {
		tcp_accept(&k->t, &k->config, &g.s, TALK_OURS, k->now);
		k->listening = false;
		k->open = true;
		return;
	}
	k->last = tcp_arrive(&k->t, &g.s, k->now);
	k->got += k->last.ready;
	k->acked += k->last.acked;
	if (k->last.ended && k->ended)
		talk_fail(k, "it ended twice", "");
	k->ended = k->ended || k->last.ended;
}

static void talk_wait(struct talk *k, u64 ns)
{
	u64 until = k->now + ns;

	while (tcp_deadline(&k->t) < until - 2 * NS_PER_MS) {
		if (tcp_deadline(&k->t) > k->now)
			k->now = tcp_deadline(&k->t);
		tcp_expire(&k->t, k->now);
		talk_quiet(k);
	}
	k->now = until;
	if (tcp_deadline(&k->t) <= until)
		tcp_expire(&k->t, until);
}

/* What a connection is told, from here to the end of the line. */
static void talk_configure(struct talk *k, const char *p)
{
	k->config = (struct tcp_config){ .rx_bytes = 10000, .tx_bytes = 1u << 20, .mss = 1000 };
	for (;;) {
		if (talk_word(&p, "rx"))
			k->config.rx_bytes = talk_number(&p);
		else if (talk_word(&p, "mss"))
			k->config.mss = (u16)talk_number(&p);
		else if (talk_word(&p, "nodelay"))
			k->config.no_delay = true;
		else if (talk_word(&p, "newreno"))
			k->config.control = TCP_NEWRENO;
		else if (talk_word(&p, "bbr"))
			k->config.control = TCP_BBR;
		else if (talk_word(&p, "pace"))
			k->config.pace = true;
		else if (talk_word(&p, "noecn"))
			k->config.ecn = TCP_ECN_OFF;
		else if (talk_word(&p, "ecn"))
			k->config.ecn = TCP_ECN_ACTIVE;
		else if (talk_word(&p, "keepalive"))
			k->config.keepalive_ns = talk_number(&p) * NS_PER_MS;
		else if (talk_word(&p, "every"))
			k->config.keepalive_probe_s = (u8)talk_number(&p);
		else if (talk_word(&p, "probes"))
			k->config.keepalive_probes = (u8)talk_number(&p);
		else if (talk_word(&p, "unsaid"))
			k->config.mss_unsaid = (u16)talk_number(&p);
		else if (talk_word(&p, "giveup"))
			k->config.give_up_ns = talk_number(&p) * NS_PER_MS;
		else if (talk_word(&p, "most"))
			k->most = talk_number(&p);
		else if (talk_word(&p, "fast")) {
			k->config.fast_open = true;
			k->config.fast_mss = (u16)talk_number(&p);
		} else if (talk_word(&p, "path"))
			k->config.path_mss = (u16)talk_number(&p);
		else
			break;
	}
}

static void talk_open(struct talk *k, const char *p, bool active)
{
	talk_configure(k, p);
	k->listening = !active;
	k->open = active;
	if (active)
		tcp_connect(&k->t, &k->config, TALK_OURS, k->now);
}

static void talk_state(struct talk *k, const char *p)
{
	struct view state = tcp_state_name(tcp_state(&k->t)), end = tcp_end_name(tcp_end(&k->t));
	char shown[64];

	snprintf(shown, sizeof shown, "%.*s %.*s", (int)state.n, (const char *)state.p, (int)end.n,
		(const char *)end.p);
	while (*p == ' ')
		p += 1;
	if (strncmp(shown, p, strlen(p)) != 0 || (shown[strlen(p)] != ' ' && shown[strlen(p)] != 0))
		talk_fail(k, "the state is ", shown);
}

static void talk_count(struct talk *k, const char *what, u64 got, u64 want)
{
	char shown[64];

	snprintf(shown, sizeof shown, "%s is %llu", what, (unsigned long long)got);
	if (got != want)
		talk_fail(k, shown, "");
}

static void talk_phase(struct talk *k, const char *want)
{
	struct tcp_facts f;
	struct view name;

	tcp_facts(&k->t, &f);
	name = tcp_phase_name(f.phase);
	if (name.n != strlen(want) || memcmp(name.p, want, name.n) != 0)
		talk_fail(k, "the phase is ", (const char *)name.p);
}

static bool talk_facts(struct talk *k, const char *p)
{
	if (talk_word(&p, "cwnd"))
		talk_count(k, "cwnd", k->t.cong.cwnd, talk_number(&p));
	else if (talk_word(&p, "mss"))
		talk_count(k, "mss", k->t.mss, talk_number(&p));
	else if (talk_word(&p, "ssthresh"))
		talk_count(k, "ssthresh", k->t.cong.ssthresh, talk_number(&p));
	else if (strncmp(p, "phase ", 6) == 0)
		talk_phase(k, p + 6);
	else if (talk_word(&p, "lost"))
		talk_count(k, "lost_to", k->t.lost_to - TALK_OURS, talk_number(&p));
	else if (talk_word(&p, "got"))
		talk_count(k, "got", k->got, talk_number(&p));
	else if (talk_word(&p, "acked"))
		talk_count(k, "acked", k->acked, talk_number(&p));
	else if (talk_word(&p, "at"))
		talk_count(k, "at", k->last.at, talk_number(&p));
	else if (talk_word(&p, "len"))
		talk_count(k, "len", k->last.len, talk_number(&p));
	else if (talk_word(&p, "skip"))
		talk_count(k, "skip", k->last.skip, talk_number(&p));
	else if (strcmp(p, "ended") == 0)
		talk_count(k, "ended", k->ended, true);
	else if (strcmp(p, "unended") == 0)
		talk_count(k, "ended", k->ended, false);
	else if (strcmp(p, "connected") == 0)
		talk_count(k, "connected", k->last.connected, true);
	else if (strcmp(p, "troubled") == 0)
		talk_count(k, "trouble", tcp_is_in_trouble(&k->t), true);
	else if (strcmp(p, "untroubled") == 0)
		talk_count(k, "trouble", tcp_is_in_trouble(&k->t), false);
	else if (strcmp(p, "fast") == 0)
		talk_count(k, "fast", tcp_is_fast(&k->t), true);
	else if (strcmp(p, "slow") == 0)
		talk_count(k, "fast", tcp_is_fast(&k->t), false);
	else if (strcmp(p, "sleeps") == 0)
		talk_count(k, "the deadline", tcp_deadline(&k->t), TIME_NEVER);
	else
		return false;
	return true;
}

static void talk_line(struct talk *k, const char *p)
{
	struct tcp_out out;

	k->line = p;
	if (*p == '>') {
		talk_expect(k, p + 1);
		return;
	}
	if (strcmp(p, "settles") == 0) {
		while (tcp_send(&k->t, k->now, k->most, &out))
			;
		return;
	}
	if (*p == '<' || *p == '+')
		talk_quiet(k);
	if (*p == '<')
		talk_arrive(k, p + 1);
	else if (*p == '=')
		talk_state(k, p + 1);
	else if (*p == '+')
		talk_wait(k, strtoull(p + 1, NULL, 10) * NS_PER_MS);
	else if (talk_word(&p, "listen"))
		talk_open(k, p, false);
	else if (talk_word(&p, "connect"))
		talk_open(k, p, true);
	else if (talk_word(&p, "tune")) {
		talk_configure(k, p);
		tcp_tune(&k->t, &k->config, k->now);
	} else if (talk_word(&p, "timeout"))
		tcp_user_timeout(&k->t, talk_number(&p) * NS_PER_MS, k->now);
	else if (talk_word(&p, "write"))
		tcp_wrote(&k->t, talk_number(&p));
	else if (talk_word(&p, "take"))
		tcp_took(&k->t, talk_number(&p));
	else if (talk_word(&p, "most"))
		k->most = talk_number(&p);
	else if (talk_word(&p, "path"))
		tcp_path(&k->t, (u16)talk_number(&p));
	else if (strcmp(p, "no-port") == 0 || strcmp(p, "forbidden") == 0)
		tcp_unreachable(&k->t, *p == 'n' ? TCP_END_NO_PORT : TCP_END_FORBIDDEN, true);
	else if (strcmp(p, "no-way") == 0 || strcmp(p, "no-network") == 0)
		tcp_unreachable(&k->t, p[3] == 'w' ? TCP_END_NO_WAY : TCP_END_NO_NETWORK, false);
	else if (strcmp(p, "close") == 0)
		tcp_close(&k->t);
	else if (strcmp(p, "abort") == 0)
		tcp_abort(&k->t);
	else if (strcmp(p, "strip") == 0)
		k->strip = true;
	else if (!talk_facts(k, p))
		talk_fail(k, "no such line", "");
}

static void talk_play(const char *file, int number, const char *const *lines, usize count)
{
	struct talk k = { .now = 3 * NS_PER_S, .file = file, .number = number };

	for (usize i = 0; i < count; i += 1)
		talk_line(&k, lines[i]);
	k.line = "the end";
	talk_quiet(&k);
}

#endif
