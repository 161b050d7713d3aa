/* sim_scenario.c - reads scenarios. See sim_scenario.h. */
#include "plat/sim/sim_scenario.h"
#include <stdarg.h>
#include <string.h>
#include "base/format.h"

#define WORDS 64u

/* A line, cut into words. */
struct words {
	struct view word[WORDS];
	u32 count, next;
};

static bool wrong(struct scenario *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct scenario *c, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(c->why, sizeof c->why, format, arguments);
	va_end(arguments);
	return false;
}

/* For "%.*s": an int, and not more than a message takes. */
#define SHOW(v) (int)((v).n < 60 ? (v).n : 60), (const char *)(v).p

static bool is(struct view v, const char *word)
{
	return view_equal(v, view_make(word, strlen(word)));
}

/* ---- words ---- */

static bool is_space(u8 b)
{
	return b == ' ' || b == '\t' || b == '\r';
}

/* A word ends at a space that is not between quotes. The quotes stay in it:
 * they are taken off where a value is read. */
static usize word_length(struct view v)
{
	bool quoted = false;
	usize n = 0;

	for (; n < v.n && (quoted || !is_space(view_at(v, n))); n += 1)
		if (view_at(v, n) == '"' && (n == 0 || view_at(v, n - 1) != '\\'))
			quoted = !quoted;
	return n;
}

static struct view unquoted(struct view v)
{
	if (v.n >= 2 && view_at(v, 0) == '"' && view_at(v, v.n - 1) == '"')
		return view_from(view_first(v, v.n - 1), 1);
	return v;
}

/* Adds the line's words; false: too many, or an open quote. */
static bool cut_words(struct scenario *c, struct words *w, struct view line)
{
	for (;;) {
		while (line.n > 0 && is_space(view_at(line, 0)))
			line = view_from(line, 1);
		if (line.n == 0 || view_at(line, 0) == '#')
			return true;

		usize n = word_length(line);
		struct view word = view_first(line, n);
		usize quote = view_find(word, '"');

		if (quote < n && view_at(word, n - 1) != '"')
			return wrong(c, "the quote after '%.*s' is not closed, or something follows it",
				SHOW(view_first(word, quote)));
		if (w->count == WORDS)
			return wrong(c, "more than %u words in a line", WORDS);
		w->word[w->count] = word;
		w->count += 1;
		line = view_from(line, n);
	}
}

static struct view next_word(struct words *w)
{
	struct view v = w->next < w->count ? w->word[w->next] : view_none();

	if (w->next < w->count)
		w->next += 1;
	return unquoted(v);
}

/* key=value */
static bool next_setting(struct words *w, struct view *key, struct view *value)
{
	struct view v = w->next < w->count ? w->word[w->next] : view_none();
	usize equals = view_find(v, '=');

	if (v.n == 0)
		return false;
	w->next += 1;
	*key = view_first(v, equals);
	*value = unquoted(view_from(v, equals + 1));
	return true;
}

/* ---- values ---- */

struct unit {
	const char *name;
	u64 size;
};

static const struct unit times[] = { { "ns", 1 }, { "us", NS_PER_US }, { "ms", NS_PER_MS }, { "s", NS_PER_S },
	{ "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S }, { 0 } };
static const struct unit parts[] = { { "%", DICE_ALWAYS / 100 }, { 0 } };
static const struct unit sizes[] = { { "", 1 }, { "B", 1 }, { "KB", 1024 }, { "MB", 1 << 20 },
	{ "GB", 1 << 30 }, { 0 } };
static const struct unit rates[] = { { "bit", 1 }, { "kbit", 1000 }, { "Mbit", 1000000 },
	{ "Gbit", 1000000000 }, { 0 } };
static const struct unit plain[] = { { "", 1 }, { 0 } };

/* "12.5ms": digits, perhaps a decimal point and up to six more, and a unit. */
static bool read_value(struct scenario *c, struct view v, const struct unit *units, u64 max, u64 *out)
{
	struct reader r = reader_of(v);
	u64 whole = 0, part = 0, scale = 1;

	*out = 0;
	if (!read_decimal(&r, 1000000000000ull, &whole))
		return wrong(c, "'%.*s' is not a number with a unit", SHOW(v));
	if (read_peek(&r) == '.') {
		for (read_skip(&r, 1); read_peek(&r) >= '0' && read_peek(&r) <= '9' && scale < 1000000;
			scale *= 10)
			part = part * 10 + (read_u8(&r) - '0');
	}
	for (; units->name; units += 1) {
		if (!is(read_rest(&r), units->name))
			continue;
		if (whole > max / units->size || whole * units->size + part * units->size / scale > max)
			return wrong(c, "%.*s is too much", SHOW(v));
		*out = whole * units->size + part * units->size / scale;
		return true;
	}
	return wrong(c, "'%.*s' has no unit that is meant here", SHOW(v));
}

static bool read_time(struct scenario *c, struct view v, u64 *out)
{
	return read_value(c, v, times, 1000000 * NS_PER_S, out);
}

static bool read_u32(struct scenario *c, struct view v, const struct unit *units, u32 max, u32 *out)
{
	u64 n = 0;
	bool ok = read_value(c, v, units, max, &n);

	*out = (u32)n;
	return ok;
}

static bool read_switch(struct scenario *c, struct view v, bool *out)
{
	*out = is(v, "on");
	return *out || is(v, "off") || wrong(c, "'%.*s' is neither on nor off", SHOW(v));
}

/* ---- names ---- */

static bool same_name(const struct scenario_name *a, const struct scenario_name *b)
{
	return view_equal(a->text, b->text) && a->numbered == b->numbered && a->number == b->number;
}

struct range {
	struct scenario_name first;
	u64 last;
};

/* "web" or "c{2..20}" */
static bool read_range(struct scenario *c, struct view v, struct range *out)
{
	usize brace = view_find(v, '{');
	struct reader r = reader_of(view_from(v, brace + 1));

	*out = (struct range){ .first = { view_first(v, brace), brace < v.n, 0 } };
	if (out->first.text.n == 0 || out->first.text.n >= 24)
		return wrong(c, "a name of 1 to 23 letters is needed, not '%.*s'", SHOW(v));
	if (brace == v.n)
		return true;
	if (!read_decimal(&r, 1000000, &out->first.number) || !read_literal(&r, text("..")) ||
		!read_decimal(&r, 1000000, &out->last) || !read_literal(&r, text("}")) || read_left(&r) > 0 ||
		out->last < out->first.number)
		return wrong(c, "'%.*s' is not NAME{FIRST..LAST}", SHOW(v));
	return true;
}

/* The host with this name, or its count: none. "c7" is c{2..20}'s seventh. */
static u32 find_host(const struct scenario *c, const struct scenario_name *name)
{
	u32 i = 0;

	while (i < c->host_count && !same_name(&c->hosts[i].name, name))
		i += 1;
	return i;
}

static u32 find_written(const struct scenario *c, struct view v)
{
	struct scenario_name name = { v, false, 0 };
	u32 i = find_host(c, &name);

	for (usize digits = 1; i == c->host_count && digits < v.n && digits < 8; digits += 1) {
		struct reader r = reader_of(view_from(v, v.n - digits));

		name = (struct scenario_name){ view_first(v, v.n - digits), true, 0 };
		if (read_peek(&r) != '0' || digits == 1)
			if (read_decimal(&r, 1000000, &name.number) && read_left(&r) == 0)
				i = find_host(c, &name);
	}
	return i;
}

static u32 find_switch(const struct scenario *c, struct view name)
{
	u32 i = 0;

	while (i < c->switch_count && !view_equal(c->switches[i].name, name))
		i += 1;
	return i;
}

static bool need_host(struct scenario *c, struct view v, u32 *out)
{
	*out = find_written(c, v);
	return *out < c->host_count ||
	       wrong(c, "there is no host '%.*s' (hosts come before what is said of them)", SHOW(v));
}

/* Every host a word names, one after the other: `i` starts at 0. */
static bool need_hosts(struct scenario *c, struct view v, u32 *first, u32 *count)
{
	struct range range;

	*first = 0;
	*count = 1;
	if (view_find(v, '{') == v.n)
		return need_host(c, v, first);
	if (!read_range(c, v, &range))
		return false;
	*first = find_host(c, &range.first);
	*count = (u32)(range.last - range.first.number + 1);
	for (u32 i = 0; i < *count; i += 1) {
		struct scenario_name name = range.first;

		name.number += i;
		if (find_host(c, &name) != *first + i || *first + i >= c->host_count)
			return wrong(c, "there are not all hosts '%.*s'", SHOW(v));
	}
	return true;
}

static bool need_switch(struct scenario *c, struct view v, u32 *out)
{
	*out = find_switch(c, v);
	return *out < c->switch_count ||
	       wrong(c, "there is no switch '%.*s' (switches come before what is on them)", SHOW(v));
}

/* ---- settings ---- */

/* 1: it was one of a wire's; 0: it is another; -1: it is wrong. */
static int link_setting(struct scenario *c, struct sim_link_model *m, struct view key, struct view value)
{
	static const u64 most = 1000000000000ull;
	bool ok;

	if (is(key, "loss"))
		ok = read_u32(c, value, parts, DICE_ALWAYS, &m->loss);
	else if (is(key, "reorder"))
		ok = read_u32(c, value, parts, DICE_ALWAYS, &m->reorder);
	else if (is(key, "duplicate"))
		ok = read_u32(c, value, parts, DICE_ALWAYS, &m->duplicate);
	else if (is(key, "corrupt"))
		ok = read_u32(c, value, parts, DICE_ALWAYS, &m->corrupt);
	else if (is(key, "delay"))
		ok = read_time(c, value, &m->delay_ns);
	else if (is(key, "jitter"))
		ok = read_time(c, value, &m->jitter_ns);
	else if (is(key, "reorder-by"))
		ok = read_time(c, value, &m->reorder_ns);
	else if (is(key, "rate"))
		ok = read_value(c, value, rates, most, &m->rate_bits);
	else if (is(key, "queue"))
		ok = read_value(c, value, sizes, 1u << 30, &m->queue_bytes);
	else if (is(key, "mtu"))
		ok = read_u32(c, value, plain, 65000, &m->mtu);
	else
		return 0;
	return ok ? 1 : -1;
}

static bool unknown(struct scenario *c, struct view key, const char *known)
{
	return wrong(c, "'%.*s' is not known here (known: %s)", SHOW(key), known);
}

#define LINK_KEYS "loss reorder duplicate corrupt delay jitter reorder-by rate queue mtu"

static bool parse_switch(struct scenario *c, struct words *w)
{
	struct scenario_switch *s = &c->switches[c->switch_count];
	struct view key, value;

	if (c->switch_count == SCENARIO_SWITCHES)
		return wrong(c, "more than %u switches", SCENARIO_SWITCHES);
	*s = (struct scenario_switch){ .name = next_word(w) };
	if (s->name.n == 0 || s->name.n >= 24 || find_switch(c, s->name) < c->switch_count)
		return wrong(c, "a switch needs a name of its own, of at most 23 letters");
	while (next_setting(w, &key, &value)) {
		int found = link_setting(c, &s->model, key, value);

		if (found < 0)
			return false;
		if (found > 0)
			continue;
		if (!is(key, "kind"))
			return unknown(c, key, "kind " LINK_KEYS);
		s->hub = is(value, "hub");
		if (!s->hub && !is(value, "switch"))
			return wrong(c, "kind is hub or switch, not '%.*s'", SHOW(value));
	}
	c->switch_count += 1;
	return true;
}

static bool read_nets(struct scenario *c, struct scenario_host *h, struct view v)
{
	while (v.n > 0) {
		usize n = view_find(v, ',');

		if (h->net_count == SIM_HOST_PORTS)
			return wrong(c, "more than %u ports", SIM_HOST_PORTS);
		if (!need_switch(c, view_first(v, n), &h->nets[h->net_count]))
			return false;
		h->net_count += 1;
		v = view_from(v, n + 1);
	}
	return true;
}

static bool host_setting(struct scenario *c, struct scenario_host *h, struct view key, struct view value)
{
	if (is(key, "image"))
		h->image = value;
	else if (is(key, "args"))
		h->args = value;
	else if (is(key, "record"))
		h->record = value;
	else if (is(key, "net"))
		return read_nets(c, h, value);
	else if (is(key, "start"))
		return read_time(c, value, &h->start_ns);
	else if (is(key, "late"))
		return read_time(c, value, &h->late_ns);
	else if (is(key, "step"))
		return read_time(c, value, &h->step_ns);
	else if (is(key, "offload"))
		return read_switch(c, value, &h->offload);
	else if (is(key, "refuse"))
		return read_u32(c, value, parts, DICE_ALWAYS / 2, &h->refuse);
	else
		return unknown(c, key, "image args net record start late step offload refuse");
	return true;
}

static bool parse_host(struct scenario *c, struct words *w)
{
	struct scenario_host h = { .line = c->line };
	struct range range;
	struct view key, value;

	if (!read_range(c, next_word(w), &range))
		return false;
	while (next_setting(w, &key, &value))
		if (!host_setting(c, &h, key, value))
			return false;
	if (h.image.n == 0)
		return wrong(c, "which image? (image=NAME)");
	for (h.name = range.first; h.name.number <= range.last || !h.name.numbered; h.name.number += 1) {
		if (c->host_count == SCENARIO_HOSTS)
			return wrong(c, "more than %u hosts", SCENARIO_HOSTS);
		if (find_host(c, &h.name) < c->host_count)
			return wrong(c, "there are two hosts '%.*s'", SHOW(h.name.text));
		c->hosts[c->host_count] = h;
		c->host_count += 1;
		if (!h.name.numbered)
			break;
	}
	return true;
}

static bool disk_setting(struct scenario *c, struct sim_disk_model *m, struct view key, struct view value)
{
	bool discard;

	if (is(key, "sectors"))
		return read_value(c, value, plain, 1u << 24, &m->sectors);
	if (is(key, "sector")) {
		bool ok = read_u32(c, value, sizes, 65536, &m->sector_bytes);

		return ok && ((m->sector_bytes >= 512 && (m->sector_bytes & (m->sector_bytes - 1)) == 0) ||
				     wrong(c, "a sector has 512 bytes or a larger power of two"));
	}
	if (is(key, "latency"))
		return read_time(c, value, &m->latency_ns);
	if (is(key, "read-errors"))
		return read_u32(c, value, parts, DICE_ALWAYS, &m->read_errors);
	if (is(key, "write-errors"))
		return read_u32(c, value, parts, DICE_ALWAYS, &m->write_errors);
	if (is(key, "flush-errors"))
		return read_u32(c, value, parts, DICE_ALWAYS, &m->flush_errors);
	if (is(key, "refuse"))
		return read_u32(c, value, parts, DICE_ALWAYS / 2, &m->refuse);
	if (is(key, "torn"))
		return read_u32(c, value, parts, DICE_ALWAYS, &m->torn);
	if (is(key, "read-only"))
		return read_switch(c, value, &m->read_only);
	if (is(key, "discard")) {
		bool ok = read_switch(c, value, &discard);

		m->no_discard = !discard;
		return ok;
	}
	return unknown(c, key,
		"sectors sector latency read-errors write-errors flush-errors refuse torn read-only "
		"discard load save");
}

static bool parse_disk(struct scenario *c, struct words *w)
{
	struct sim_disk_model model = { 0 };
	struct view key, value, load = view_none(), save = view_none();
	u32 first, count;

	if (!need_hosts(c, next_word(w), &first, &count))
		return false;
	while (next_setting(w, &key, &value)) {
		if (is(key, "load"))
			load = value;
		else if (is(key, "save"))
			save = value;
		else if (!disk_setting(c, &model, key, value))
			return false;
	}
	if (model.sectors == 0)
		return wrong(c, "how large? (sectors=N)");
	for (u32 i = first; i < first + count; i += 1) {
		struct scenario_host *h = &c->hosts[i];

		if (h->disk_count == SIM_HOST_DISKS)
			return wrong(c, "more than %u disks", SIM_HOST_DISKS);
		h->disks[h->disk_count].model = model;
		h->disks[h->disk_count].load = load;
		h->disks[h->disk_count].save = save;
		h->disk_count += 1;
	}
	return true;
}

static bool read_link(struct scenario *c, struct words *w, struct scenario_link *l)
{
	struct view key, value;

	*l = (struct scenario_link){ .set = true, .way = SIM_SENT };
	while (next_setting(w, &key, &value)) {
		int found = link_setting(c, &l->model, key, value);

		if (found < 0)
			return false;
		if (found > 0)
			continue;
		if (!is(key, "way"))
			return unknown(c, key, "way " LINK_KEYS);
		l->way = is(value, "received") ? SIM_RECEIVED : is(value, "both") ? SIM_BOTH : SIM_SENT;
		if (l->way == SIM_SENT && !is(value, "sent"))
			return wrong(c, "way is sent, received or both, not '%.*s'", SHOW(value));
	}
	return true;
}

static bool parse_link(struct scenario *c, struct words *w)
{
	struct scenario_link l;
	u32 first, count;

	if (!need_hosts(c, next_word(w), &first, &count) || !read_link(c, w, &l))
		return false;
	for (u32 i = first; i < first + count; i += 1)
		c->hosts[i].link = l;
	return true;
}

/* ---- at ---- */

static bool add_action(struct scenario *c, const struct scenario_action *a)
{
	if (c->action_count == SCENARIO_ACTIONS)
		return wrong(c, "more than %u things that happen", SCENARIO_ACTIONS);
	c->actions[c->action_count] = *a;
	c->action_count += 1;
	return true;
}

/* web,c2|c3,c4 */
static bool add_groups(struct scenario *c, struct scenario_action a, struct view v)
{
	a.verb = SCENARIO_GROUP;
	for (a.group = 1; v.n > 0; a.group += 1) {
		usize bar = view_find(v, '|');

		for (struct view side = view_first(v, bar); side.n > 0;) {
			usize comma = view_find(side, ',');
			u32 first, count;

			if (!need_hosts(c, view_first(side, comma), &first, &count))
				return false;
			for (a.host = first; a.host < first + count; a.host += 1)
				if (!add_action(c, &a))
					return false;
			side = view_from(side, comma + 1);
		}
		v = view_from(v, bar + 1);
	}
	return a.group > 2 || wrong(c, "a partition has two sides or more: a,b|c,d");
}

static bool parse_host_action(struct scenario *c, struct words *w, struct scenario_action a)
{
	u32 first, count;

	if (!need_hosts(c, next_word(w), &first, &count))
		return false;
	if (a.verb == SCENARIO_LINK && !read_link(c, w, &a.link))
		return false;
	if (a.verb == SCENARIO_TYPE)
		a.words = next_word(w);
	a.deadline_ns = 10 * NS_PER_S;
	if (a.verb == SCENARIO_STOP && w->next < w->count && !read_time(c, next_word(w), &a.deadline_ns))
		return false;
	for (a.host = first; a.host < first + count; a.host += 1)
		if (!add_action(c, &a))
			return false;
	return true;
}

static bool parse_at(struct scenario *c, struct words *w)
{
	static const struct {
		const char *name;
		enum scenario_verb verb;
	} verbs[] = { { "unplug", SCENARIO_UNPLUG }, { "plug", SCENARIO_PLUG }, { "link", SCENARIO_LINK },
		{ "power-cut", SCENARIO_POWER_CUT }, { "start", SCENARIO_START }, { "clone", SCENARIO_CLONE },
		{ "type", SCENARIO_TYPE }, { "stop", SCENARIO_STOP } };
	struct scenario_action a = { 0 };
	struct view verb;

	if (!read_time(c, next_word(w), &a.at))
		return false;
	verb = next_word(w);
	if (is(verb, "partition") || is(verb, "heal")) {
		a.verb = is(verb, "heal") ? SCENARIO_HEAL : SCENARIO_PARTITION;
		if (!need_switch(c, next_word(w), &a.net) || !add_action(c, &a))
			return false;
		return a.verb == SCENARIO_HEAL || add_groups(c, a, next_word(w));
	}
	for (u32 i = 0; i < COUNT(verbs); i += 1) {
		if (!is(verb, verbs[i].name))
			continue;
		a.verb = verbs[i].verb;
		return parse_host_action(c, w, a);
	}
	return unknown(c, verb, "partition heal unplug plug link power-cut start clone type stop");
}

/* ---- expect ---- */

static bool parse_expect(struct scenario *c, struct words *w)
{
	struct scenario_expect e = { .line = c->line, .by = TIME_NEVER };
	struct view hope = next_word(w);
	u32 first, count, status = 0;

	if (!need_hosts(c, next_word(w), &first, &count))
		return false;
	if (is(hope, "console") || is(hope, "silence")) {
		e.hope = is(hope, "console") ? EXPECT_CONSOLE : EXPECT_SILENCE;
		e.words = next_word(w);
		if (e.words.n == 0)
			return wrong(c, "which words?");
	} else if (is(hope, "leave")) {
		e.hope = EXPECT_LEAVE;
		if (!read_u32(c, next_word(w), plain, 255, &status))
			return false;
		e.status = (u8)status;
	} else if (is(hope, "running")) {
		e.hope = EXPECT_RUNNING;
	} else {
		return unknown(c, hope, "console silence leave running");
	}
	if (w->next < w->count && is(w->word[w->next], "by")) {
		next_word(w);
		if (!read_time(c, next_word(w), &e.by))
			return false;
	}
	for (e.host = first; e.host < first + count; e.host += 1) {
		if (c->expect_count == SCENARIO_EXPECTS)
			return wrong(c, "more than %u expectations", SCENARIO_EXPECTS);
		c->expects[c->expect_count] = e;
		c->expect_count += 1;
	}
	return true;
}

/* ---- lines ---- */

static bool parse_line(struct scenario *c, struct words *w)
{
	struct view verb = next_word(w);
	bool ok;

	if (is(verb, "seed"))
		ok = read_value(c, next_word(w), plain, 1000000000000ull, &c->seed);
	else if (is(verb, "duration"))
		ok = read_time(c, next_word(w), &c->duration_ns);
	else if (is(verb, "switch"))
		ok = parse_switch(c, w);
	else if (is(verb, "host"))
		ok = parse_host(c, w);
	else if (is(verb, "disk"))
		ok = parse_disk(c, w);
	else if (is(verb, "link"))
		ok = parse_link(c, w);
	else if (is(verb, "at"))
		ok = parse_at(c, w);
	else if (is(verb, "expect"))
		ok = parse_expect(c, w);
	else
		return unknown(c, verb, "seed duration switch host disk link at expect");
	if (ok && w->next < w->count)
		return wrong(c, "'%.*s' is too much in this line", SHOW(w->word[w->next]));
	return ok;
}

bool scenario_parse(struct scenario *c, struct view source)
{
	struct words w = { .count = 0 };

	memset(c, 0, sizeof *c);
	c->seed = 1;
	c->duration_ns = 60 * NS_PER_S;
	while (source.n > 0) {
		usize n = view_find(source, '\n');
		struct view line = view_first(source, n);
		bool more = line.n > 0 && view_at(line, line.n - 1) == '\\';

		c->line += 1;
		if (!cut_words(c, &w, more ? view_first(line, line.n - 1) : line))
			return false;
		source = view_from(source, n + 1);
		if (more && source.n > 0)
			continue;
		if (w.count > 0 && !parse_line(c, &w))
			return false;
		w.count = w.next = 0;
	}
	return true;
}
