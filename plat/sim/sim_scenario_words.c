/* sim_scenario_words.c - see sim_scenario_words.h. */
#include "plat/sim/sim_scenario_words.h"
#include <stdarg.h>
#include <string.h>
#include "base/format.h"

bool scenario_wrong(struct scenario *c, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(c->why, sizeof c->why, format, arguments);
	va_end(arguments);
	return false;
}

bool word_is(struct view v, const char *word)
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
bool words_cut(struct scenario *c, struct words *w, struct view line)
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
			return scenario_wrong(c,
				"the quote after '%.*s' is not closed, or something follows it",
				SHOW(view_first(word, quote)));
		if (w->count == WORDS)
			return scenario_wrong(c, "more than %u words in a line", WORDS);
		w->word[w->count] = word;
		w->count += 1;
		line = view_from(line, n);
	}
}

struct view words_next(struct words *w)
{
	struct view v = w->next < w->count ? w->word[w->next] : view_none();

	if (w->next < w->count)
		w->next += 1;
	return unquoted(v);
}

/* key=value */
bool words_setting(struct scenario *c, struct words *w, struct view *key, struct view *value)
{
	struct view v = w->next < w->count ? w->word[w->next] : view_none();
	usize equals = view_find(v, '=');

	if (v.n == 0)
		return false;
	w->next += 1;
	*key = c->setting = view_first(v, equals);
	*value = unquoted(view_from(v, equals + 1));
	return true;
}

/* ---- values ---- */

const struct unit value_times[] = { { "ns", 1 }, { "us", NS_PER_US }, { "ms", NS_PER_MS }, { "s", NS_PER_S },
	{ "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S }, { 0 } };
const struct unit value_parts[] = { { "%", DICE_ALWAYS / 100 }, { 0 } };
const struct unit value_sizes[] = { { "", 1 }, { "B", 1 }, { "KB", 1024 }, { "MB", 1 << 20 },
	{ "GB", 1 << 30 }, { 0 } };
const struct unit value_rates[] = { { "bit", 1 }, { "kbit", 1000 }, { "Mbit", 1000000 },
	{ "Gbit", 1000000000 }, { 0 } };
const struct unit value_plain[] = { { "", 1 }, { 0 } };

/* "12.5ms": digits, perhaps a decimal point and up to six more, and a unit, which `unit` tells. */
static bool read_one(struct scenario *c, struct view v, const struct unit *units, u64 max, u64 *out,
	const struct unit **unit)
{
	struct reader r = reader_of(v);
	u64 whole = 0, part = 0, scale = 1;

	*out = 0;
	if (!read_decimal(&r, 1000000000000ull, &whole))
		return scenario_wrong(c, "'%.*s' is not a number with a unit", SHOW(v));
	if (read_peek(&r) == '.') {
		for (read_skip(&r, 1); read_peek(&r) >= '0' && read_peek(&r) <= '9' && scale < 1000000;
			scale *= 10)
			part = part * 10 + (read_u8(&r) - '0');
	}
	for (; units->name; units += 1) {
		if (!word_is(read_rest(&r), units->name))
			continue;
		if (whole > max / units->size || whole * units->size + part * units->size / scale > max)
			return scenario_wrong(c, "%.*s is too much", SHOW(v));
		*out = whole * units->size + part * units->size / scale;
		*unit = units;
		return true;
	}
	return scenario_wrong(c, "'%.*s' has no unit that is meant here", SHOW(v));
}

/* One of "A|B|C"; each is as likely as the others. */
static struct view draw_word(struct scenario *c, struct view v)
{
	u64 count = 1, chosen;

	for (struct view left = v; view_find(left, '|') < left.n; count += 1)
		left = view_from(left, view_find(left, '|') + 1);
	if (count == 1)
		return v;
	for (chosen = dice_below(&c->luck, count); chosen > 0; chosen -= 1)
		v = view_from(v, view_find(v, '|') + 1);
	return view_first(v, view_find(v, '|'));
}

/* From first to last. What spans more than three octaves is drawn by octave: 1ms..1s is as often
 * below 32 ms as above. */
static u64 draw_between(struct dice *luck, u64 first, u64 last)
{
	u64 octaves = 0;

	while (first > 0 && octaves < 63 && first <= (last >> octaves) / 2)
		octaves += 1;
	if (octaves > 3) {
		first <<= dice_below(luck, octaves + 1);
		last = first <= last / 2 ? first * 2 : last;
	}
	return first + dice_below(luck, last - first + 1);
}

__attribute__((format(printf, 2, 3))) static void note_draw(struct scenario *c, const char *format, ...)
{
	usize n = strlen(c->drawn);
	va_list arguments;

	snprintf(c->drawn + n, sizeof c->drawn - n, "%s%.*s ", n > 0 ? ", " : "", SHOW(c->setting));
	n = strlen(c->drawn);
	va_start(arguments, format);
	vsnprintf(c->drawn + n, sizeof c->drawn - n, format, arguments);
	va_end(arguments);
}

/* The place of ".." in it, or its length. */
static usize find_range(struct view v)
{
	usize i = 0;

	while (i + 1 < v.n && (view_at(v, i) != '.' || view_at(v, i + 1) != '.'))
		i += 1;
	return i + 1 < v.n ? i : v.n;
}

bool value_read(struct scenario *c, struct view v, const struct unit *units, u64 max, u64 *out)
{
	struct view word = draw_word(c, v);
	usize dots = find_range(word);
	const struct unit *unit = units;
	u64 last;

	if (!read_one(c, view_first(word, dots), units, max, out, &unit))
		return false;
	if (dots < word.n) {
		if (!read_one(c, view_from(word, dots + 2), units, max, &last, &unit))
			return false;
		if (last < *out)
			return scenario_wrong(c, "'%.*s' ends before it begins", SHOW(word));
		*out = draw_between(&c->luck, *out, last);
	}
	if (dots < word.n || word.n < v.n)
		note_draw(c, "%.4g%s", (double)*out / (double)unit->size, unit->name);
	return true;
}

bool value_time(struct scenario *c, struct view v, u64 *out)
{
	return value_read(c, v, value_times, 1000000 * NS_PER_S, out);
}

bool value_u32(struct scenario *c, struct view v, const struct unit *units, u32 max, u32 *out)
{
	u64 n = 0;
	bool ok = value_read(c, v, units, max, &n);

	*out = (u32)n;
	return ok;
}

bool value_on(struct scenario *c, struct view v, bool *out)
{
	struct view word = draw_word(c, v);

	*out = word_is(word, "on");
	if (word.n < v.n)
		note_draw(c, "%.*s", SHOW(word));
	return *out || word_is(word, "off") || scenario_wrong(c, "'%.*s' is neither on nor off", SHOW(word));
}
