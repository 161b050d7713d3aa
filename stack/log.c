#include "stack/log.h"
#include "dev/console.h"
#include "lib/parts/parts.h"

struct pair {
	struct view source;
	enum log_level level;
};

struct levels {
	enum log_level other; /* for sources that are not named */
	u32 count;
	struct pair pairs[LOG_OPTION_MAX];
};

#define CUT_MARK "..."

static struct log {
	struct levels levels;
	struct log_source *first; /* those that are known, the latest first */
	u64 start, now;
	bool started;
	bool open; /* between log_begin and log_end of a line that is shown */
	bool held; /* some source has lines not told of */
	u8 line[LOG_LINE_BYTES + sizeof CUT_MARK];
} logs;

struct view log_level_name(enum log_level level)
{
	switch (level) {
	case LOG_OFF: return text("off");
	case LOG_ERROR: return text("error");
	case LOG_WARN: return text("warn");
	case LOG_INFO: return text("info");
	case LOG_DEBUG: return text("debug");
	}
	return text("?");
}

/* ---- levels ---- */

static bool level_named(struct view name, enum log_level *out)
{
	for (u32 i = LOG_OFF; i <= LOG_DEBUG; i += 1) {
		if (view_equal(name, log_level_name((enum log_level)i))) {
			*out = (enum log_level)i;
			return true;
		}
	}
	*out = LOG_OFF;
	return false;
}

/* One LEVEL or SOURCE:LEVEL. */
static bool levels_add(struct levels *l, struct view item)
{
	usize colon = view_find(item, ':');
	struct view source = view_first(item, colon);
	enum log_level level;

	if (colon == item.n)
		return level_named(item, &l->other);
	if (source.n == 0 || l->count == LOG_OPTION_MAX || !level_named(view_from(item, colon + 1), &level))
		return false;
	l->pairs[l->count] = (struct pair){ source, level };
	l->count += 1;
	return true;
}

/* The last pair that names it counts. */
static enum log_level level_for(struct view source)
{
	if (!image_parts.levels)
		return LOG_INFO;
	enum log_level level = logs.levels.other;

	for (u32 i = 0; i < logs.levels.count; i += 1)
		if (view_equal(logs.levels.pairs[i].source, source))
			level = logs.levels.pairs[i].level;
	return level;
}

bool log_configure(struct view option, struct view *bad)
{
	struct levels l = { .other = LOG_INFO };
	struct view rest = option;

	*bad = view_none();
	while (rest.n > 0) {
		usize comma = view_find(rest, ',');
		struct view item = view_first(rest, comma);

		/* A comma with nothing behind it is a mistake too. */
		if (!levels_add(&l, item) || comma + 1 == rest.n) {
			*bad = item;
			return false;
		}
		rest = view_from(rest, comma + 1);
	}
	logs.levels = l;
	for (struct log_source *s = logs.first; s; s = s->next)
		s->level = level_for(s->name);
	return true;
}

struct view log_unused(void)
{
	for (u32 i = 0; i < logs.levels.count; i += 1) {
		struct log_source *s = logs.first;

		while (s && !view_equal(s->name, logs.levels.pairs[i].source))
			s = s->next;
		if (!s)
			return logs.levels.pairs[i].source;
	}
	return view_none();
}

bool log_wanted(struct log_source *s, enum log_level level)
{
	if (!s->known) {
		s->known = true;
		s->level = level_for(s->name);
		s->lines_left = 2 * LOG_LINES_PER_S;
		s->next = logs.first;
		logs.first = s;
	}
	return level != LOG_OFF && level <= s->level;
}

/* ---- lines ---- */

static void write_head(struct writer *w, const struct log_source *s, enum log_level level)
{
	u64 us = (logs.now - logs.start) / NS_PER_US;
	struct view name = log_level_name(level);

	write_decimal(w, us / 1000000);
	write_text(w, ".");
	write_decimal_pad(w, us % 1000000, 6);
	write_text(w, " ");
	write_view(w, name);
	write_fill(w, ' ', 6 - name.n);
	write_view(w, s->name);
	write_text(w, ": ");
}

static struct writer line_open(const struct log_source *s, enum log_level level)
{
	/* A writer that went bad does not know how far it came: what is still zero says it. */
	fill(span_of(logs.line), 0);
	logs.open = true;

	struct writer w = writer_of(span_first(span_of(logs.line), LOG_LINE_BYTES - 1));
	write_head(&w, s, level);
	return w;
}

static void line_close(struct writer *w)
{
	usize n = write_len(w);

	if (write_bad(w)) {
		while (n > 0 && logs.line[n - 1] == 0)
			n -= 1;
		if (n > LOG_LINE_BYTES - sizeof CUT_MARK)
			n = LOG_LINE_BYTES - sizeof CUT_MARK;
		n += copy(span_from(span_of(logs.line), n), text(CUT_MARK));
	}
	logs.line[n] = '\n';
	console_write(view_first(view_of(logs.line), n + 1));
	logs.open = false;
}

/* Tells what was held, as one line that itself is never held. */
static void tell_held(struct log_source *s)
{
	struct writer w = line_open(s, LOG_WARN);

	write_decimal(&w, s->held);
	write_view(&w, s->held == 1 ? text(" more line") : text(" more lines"));
	line_close(&w);
	s->held = 0;
}

/* Every second brings LOG_LINES_PER_S lines, and two seconds' worth can be saved. */
static void refresh(struct log_source *s)
{
	u64 second = (logs.now - logs.start) / NS_PER_S;

	if (second == s->second)
		return;
	u64 more = second - s->second < 2 ? LOG_LINES_PER_S : 2 * LOG_LINES_PER_S;
	u64 lines = s->lines_left + more;

	s->lines_left = (u32)(lines < 2 * LOG_LINES_PER_S ? lines : 2 * LOG_LINES_PER_S);
	s->second = second;
}

struct writer log_begin(struct log_source *s, enum log_level level)
{
	struct writer nowhere = writer_of(span_first(span_of(logs.line), 0));

	if (!log_on(s, level))
		return nowhere;
	if (image_parts.floods)
		refresh(s);
	if (logs.open || (image_parts.floods && s->lines_left == 0)) {
		s->held += 1;
		logs.held = image_parts.floods;
		return nowhere;
	}
	if (image_parts.floods && s->held > 0)
		tell_held(s);
	if (image_parts.floods)
		s->lines_left -= 1;
	return line_open(s, level);
}

void log_end(struct writer *w)
{
	if (w->cap > 0)
		line_close(w);
}

void log_text(struct log_source *s, enum log_level level, struct view line)
{
	struct writer w = log_begin(s, level);

	write_view(&w, line);
	log_end(&w);
}

void log_view(struct writer *w, struct view v)
{
	struct reader r = reader_of(v);

	while (read_left(&r) > 0 && !write_bad(w)) {
		u8 c = read_u8(&r);
		u8 byte[1] = { c };

		if (c >= ' ' && c < 0x7f && c != '\\') {
			write_u8(w, c);
		} else {
			write_text(w, "\\x");
			write_hex_bytes(w, view_of(byte));
		}
	}
}

/* ---- time ---- */

void log_time(u64 now)
{
	if (!logs.started) {
		logs.start = now;
		logs.started = true;
		logs.levels.other = LOG_INFO; /* set here, so that the log takes no room in the file */
	}
	logs.now = now;
	if (!image_parts.floods || !logs.held || logs.open)
		return;

	logs.held = false;
	for (struct log_source *s = logs.first; s; s = s->next) {
		refresh(s);
		if (s->held > 0 && s->lines_left > 0)
			tell_held(s);
		if (s->held > 0)
			logs.held = true;
	}
}

u64 log_deadline(void)
{
	if (!logs.held)
		return TIME_NEVER;
	return logs.start + ((logs.now - logs.start) / NS_PER_S + 1) * NS_PER_S;
}
