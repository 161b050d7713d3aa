/* sim_scenario.c - reads scenarios. See sim_scenario.h. */
#include "plat/sim/sim_scenario_words.h"
#include <string.h>
#include "base/format.h"

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
		return scenario_wrong(c, "a name of 1 to 23 letters is needed, not '%.*s'", SHOW(v));
	if (brace == v.n)
		return true;
	if (!read_decimal(&r, 1000000, &out->first.number) || !read_literal(&r, text("..")) ||
		!read_decimal(&r, 1000000, &out->last) || !read_literal(&r, text("}")) || read_left(&r) > 0 ||
		out->last < out->first.number)
		return scenario_wrong(c, "'%.*s' is not NAME{FIRST..LAST}", SHOW(v));
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
	       scenario_wrong(c, "there is no host '%.*s' (hosts come before what is said of them)", SHOW(v));
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
			return scenario_wrong(c, "there are not all hosts '%.*s'", SHOW(v));
	}
	return true;
}

static bool need_switch(struct scenario *c, struct view v, u32 *out)
{
	*out = find_switch(c, v);
	return *out < c->switch_count ||
	       scenario_wrong(c, "there is no switch '%.*s' (switches come before what is on them)", SHOW(v));
}

/* ---- settings ---- */

/* 1: it was one of a wire's; 0: it is another; -1: it is wrong. */
static int link_setting(struct scenario *c, struct sim_link_model *m, struct view key, struct view value)
{
	static const u64 most = 1000000000000ull;
	bool ok;

	if (word_is(key, "loss"))
		ok = value_u32(c, value, value_parts, DICE_ALWAYS, &m->loss);
	else if (word_is(key, "reorder"))
		ok = value_u32(c, value, value_parts, DICE_ALWAYS, &m->reorder);
	else if (word_is(key, "duplicate"))
		ok = value_u32(c, value, value_parts, DICE_ALWAYS, &m->duplicate);
	else if (word_is(key, "corrupt"))
		ok = value_u32(c, value, value_parts, DICE_ALWAYS, &m->corrupt);
	else if (word_is(key, "delay"))
		ok = value_time(c, value, &m->delay_ns);
	else if (word_is(key, "jitter"))
		ok = value_time(c, value, &m->jitter_ns);
	else if (word_is(key, "reorder-by"))
		ok = value_time(c, value, &m->reorder_ns);
	else if (word_is(key, "rate"))
		ok = value_read(c, value, value_rates, most, &m->rate_bits);
	else if (word_is(key, "queue"))
		ok = value_read(c, value, value_sizes, 1u << 30, &m->queue_bytes);
	else if (word_is(key, "mtu"))
		ok = value_u32(c, value, value_plain, 65000, &m->mtu);
	else
		return 0;
	return ok ? 1 : -1;
}

static bool unknown(struct scenario *c, struct view key, const char *known)
{
	return scenario_wrong(c, "'%.*s' is not known here (known: %s)", SHOW(key), known);
}

#define LINK_KEYS "loss reorder duplicate corrupt delay jitter reorder-by rate queue mtu"

static bool parse_switch(struct scenario *c, struct words *w)
{
	struct scenario_switch *s = &c->switches[c->switch_count];
	struct view key, value;

	if (c->switch_count == SCENARIO_SWITCHES)
		return scenario_wrong(c, "more than %u switches", SCENARIO_SWITCHES);
	*s = (struct scenario_switch){ .name = words_next(w) };
	if (s->name.n == 0 || s->name.n >= 24 || find_switch(c, s->name) < c->switch_count)
		return scenario_wrong(c, "a switch needs a name of its own, of at most 23 letters");
	while (words_setting(c, w, &key, &value)) {
		int found = link_setting(c, &s->model, key, value);

		if (found < 0)
			return false;
		if (found > 0)
			continue;
		if (!word_is(key, "kind"))
			return unknown(c, key, "kind " LINK_KEYS);
		s->hub = word_is(value, "hub");
		if (!s->hub && !word_is(value, "switch"))
			return scenario_wrong(c, "kind is hub or switch, not '%.*s'", SHOW(value));
	}
	c->switch_count += 1;
	return true;
}

static bool read_nets(struct scenario *c, struct scenario_host *h, struct view v)
{
	while (v.n > 0) {
		usize n = view_find(v, ',');

		if (h->net_count == SIM_HOST_PORTS)
			return scenario_wrong(c, "more than %u ports", SIM_HOST_PORTS);
		if (!need_switch(c, view_first(v, n), &h->nets[h->net_count]))
			return false;
		h->net_count += 1;
		v = view_from(v, n + 1);
	}
	return true;
}

static bool host_setting(struct scenario *c, struct scenario_host *h, struct view key, struct view value)
{
	if (word_is(key, "image"))
		h->image = value;
	else if (word_is(key, "args"))
		h->args = value;
	else if (word_is(key, "record"))
		h->record = value;
	else if (word_is(key, "net"))
		return read_nets(c, h, value);
	else if (word_is(key, "start"))
		return value_time(c, value, &h->start_ns);
	else if (word_is(key, "late"))
		return value_time(c, value, &h->late_ns);
	else if (word_is(key, "step"))
		return value_time(c, value, &h->step_ns);
	else if (word_is(key, "offload"))
		return value_on(c, value, &h->offload);
	else if (word_is(key, "refuse"))
		return value_u32(c, value, value_parts, DICE_ALWAYS / 2, &h->refuse);
	else
		return unknown(c, key, "image args net record start late step offload refuse");
	return true;
}

static bool parse_host(struct scenario *c, struct words *w)
{
	struct scenario_host h = { .line = c->line };
	struct range range;
	struct view key, value;

	if (!read_range(c, words_next(w), &range))
		return false;
	while (words_setting(c, w, &key, &value))
		if (!host_setting(c, &h, key, value))
			return false;
	if (h.image.n == 0)
		return scenario_wrong(c, "which image? (image=NAME)");
	for (h.name = range.first; h.name.number <= range.last || !h.name.numbered; h.name.number += 1) {
		if (c->host_count == SCENARIO_HOSTS)
			return scenario_wrong(c, "more than %u hosts", SCENARIO_HOSTS);
		if (find_host(c, &h.name) < c->host_count)
			return scenario_wrong(c, "there are two hosts '%.*s'", SHOW(h.name.text));
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

	if (word_is(key, "sectors"))
		return value_read(c, value, value_plain, 1u << 24, &m->sectors);
	if (word_is(key, "sector")) {
		bool ok = value_u32(c, value, value_sizes, 65536, &m->sector_bytes);

		return ok && ((m->sector_bytes >= 512 && (m->sector_bytes & (m->sector_bytes - 1)) == 0) ||
				     scenario_wrong(c, "a sector has 512 bytes or a larger power of two"));
	}
	if (word_is(key, "latency"))
		return value_time(c, value, &m->latency_ns);
	if (word_is(key, "read-errors"))
		return value_u32(c, value, value_parts, DICE_ALWAYS, &m->read_errors);
	if (word_is(key, "write-errors"))
		return value_u32(c, value, value_parts, DICE_ALWAYS, &m->write_errors);
	if (word_is(key, "flush-errors"))
		return value_u32(c, value, value_parts, DICE_ALWAYS, &m->flush_errors);
	if (word_is(key, "refuse"))
		return value_u32(c, value, value_parts, DICE_ALWAYS / 2, &m->refuse);
	if (word_is(key, "torn"))
		return value_u32(c, value, value_parts, DICE_ALWAYS, &m->torn);
	if (word_is(key, "read-only"))
		return value_on(c, value, &m->read_only);
	if (word_is(key, "discard")) {
		bool ok = value_on(c, value, &discard);

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

	if (!need_hosts(c, words_next(w), &first, &count))
		return false;
	while (words_setting(c, w, &key, &value)) {
		if (word_is(key, "load"))
			load = value;
		else if (word_is(key, "save"))
			save = value;
		else if (!disk_setting(c, &model, key, value))
			return false;
	}
	if (model.sectors == 0)
		return scenario_wrong(c, "how large? (sectors=N)");
	for (u32 i = first; i < first + count; i += 1) {
		struct scenario_host *h = &c->hosts[i];

		if (h->disk_count == SIM_HOST_DISKS)
			return scenario_wrong(c, "more than %u disks", SIM_HOST_DISKS);
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
	while (words_setting(c, w, &key, &value)) {
		int found = link_setting(c, &l->model, key, value);

		if (found < 0)
			return false;
		if (found > 0)
			continue;
		if (!word_is(key, "way"))
			return unknown(c, key, "way " LINK_KEYS);
		l->way = word_is(value, "received") ? SIM_RECEIVED
			 : word_is(value, "both")   ? SIM_BOTH
						    : SIM_SENT;
		if (l->way == SIM_SENT && !word_is(value, "sent"))
			return scenario_wrong(c, "way is sent, received or both, not '%.*s'", SHOW(value));
	}
	return true;
}

static bool parse_link(struct scenario *c, struct words *w)
{
	struct scenario_link l;
	u32 first, count;

	if (!need_hosts(c, words_next(w), &first, &count) || !read_link(c, w, &l))
		return false;
	for (u32 i = first; i < first + count; i += 1)
		c->hosts[i].link = l;
	return true;
}

/* ---- at ---- */

static bool add_action(struct scenario *c, const struct scenario_action *a)
{
	if (c->action_count == SCENARIO_ACTIONS)
		return scenario_wrong(c, "more than %u things that happen", SCENARIO_ACTIONS);
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
	return a.group > 2 || scenario_wrong(c, "a partition has two sides or more: a,b|c,d");
}

static bool parse_host_action(struct scenario *c, struct words *w, struct scenario_action a)
{
	u32 first, count;

	if (!need_hosts(c, words_next(w), &first, &count))
		return false;
	if (a.verb == SCENARIO_LINK && !read_link(c, w, &a.link))
		return false;
	if (a.verb == SCENARIO_TYPE)
		a.words = words_next(w);
	a.deadline_ns = 10 * NS_PER_S;
	if (a.verb == SCENARIO_STOP && w->next < w->count && !value_time(c, words_next(w), &a.deadline_ns))
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

	if (!value_time(c, words_next(w), &a.at))
		return false;
	verb = words_next(w);
	if (word_is(verb, "partition") || word_is(verb, "heal")) {
		a.verb = word_is(verb, "heal") ? SCENARIO_HEAL : SCENARIO_PARTITION;
		if (!need_switch(c, words_next(w), &a.net) || !add_action(c, &a))
			return false;
		return a.verb == SCENARIO_HEAL || add_groups(c, a, words_next(w));
	}
	for (u32 i = 0; i < COUNT(verbs); i += 1) {
		if (!word_is(verb, verbs[i].name))
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
	struct view hope = words_next(w);
	u32 first, count, status = 0;

	if (!need_hosts(c, words_next(w), &first, &count))
		return false;
	if (word_is(hope, "console") || word_is(hope, "silence")) {
		e.hope = word_is(hope, "console") ? EXPECT_CONSOLE : EXPECT_SILENCE;
		e.words = words_next(w);
		if (e.words.n == 0)
			return scenario_wrong(c, "which words?");
	} else if (word_is(hope, "leave")) {
		e.hope = EXPECT_LEAVE;
		if (!value_u32(c, words_next(w), value_plain, 255, &status))
			return false;
		e.status = (u8)status;
	} else if (word_is(hope, "running")) {
		e.hope = EXPECT_RUNNING;
	} else {
		return unknown(c, hope, "console silence leave running");
	}
	if (w->next < w->count && word_is(w->word[w->next], "by")) {
		words_next(w);
		if (!value_time(c, words_next(w), &e.by))
			return false;
	}
	for (e.host = first; e.host < first + count; e.host += 1) {
		if (c->expect_count == SCENARIO_EXPECTS)
			return scenario_wrong(c, "more than %u expectations", SCENARIO_EXPECTS);
		c->expects[c->expect_count] = e;
		c->expect_count += 1;
	}
	return true;
}

/* ---- lines ---- */

/* What a line leaves to chance depends on the seed and on the line, so that another line
 * changes nobody's luck. */
static struct dice luck_of(u64 seed, const struct words *w)
{
	for (u32 i = 0; i < w->count; i += 1) {
		struct dice d = dice_make(seed, w->word[i]);
		seed = dice_roll(&d);
	}
	return dice_make(seed, text("line"));
}

static bool parse_seed(struct scenario *c, struct words *w, u64 wanted)
{
	u64 seed;

	if (!value_read(c, words_next(w), value_plain, 1000000000000ull, &seed))
		return false;
	if (wanted == SCENARIO_OWN_SEED)
		c->seed = seed;
	return true;
}

static bool parse_line(struct scenario *c, struct words *w, u64 wanted)
{
	struct view verb = words_next(w);
	bool ok;

	c->luck = luck_of(c->seed, w);
	c->setting = verb;
	if (word_is(verb, "seed"))
		ok = parse_seed(c, w, wanted);
	else if (word_is(verb, "duration"))
		ok = value_time(c, words_next(w), &c->duration_ns);
	else if (word_is(verb, "switch"))
		ok = parse_switch(c, w);
	else if (word_is(verb, "host"))
		ok = parse_host(c, w);
	else if (word_is(verb, "disk"))
		ok = parse_disk(c, w);
	else if (word_is(verb, "link"))
		ok = parse_link(c, w);
	else if (word_is(verb, "at"))
		ok = parse_at(c, w);
	else if (word_is(verb, "expect"))
		ok = parse_expect(c, w);
	else
		return unknown(c, verb, "seed duration switch host disk link at expect");
	if (ok && w->next < w->count)
		return scenario_wrong(c, "'%.*s' is too much in this line", SHOW(w->word[w->next]));
	return ok;
}

bool scenario_parse(struct scenario *c, struct view source, u64 seed)
{
	struct words w = { .count = 0 };

	memset(c, 0, sizeof *c);
	c->seed = seed == SCENARIO_OWN_SEED ? 1 : seed;
	c->duration_ns = 60 * NS_PER_S;
	while (source.n > 0) {
		usize n = view_find(source, '\n');
		struct view line = view_first(source, n);
		bool more = line.n > 0 && view_at(line, line.n - 1) == '\\';

		c->line += 1;
		if (!words_cut(c, &w, more ? view_first(line, line.n - 1) : line))
			return false;
		source = view_from(source, n + 1);
		if (more && source.n > 0)
			continue;
		if (w.count > 0 && !parse_line(c, &w, seed))
			return false;
		w.count = w.next = 0;
	}
	return true;
}
