#include "stack/log.h"
#include "dev/console.h"
#include "test/test.h"

/* The console of this test: everything written since the last look. */
static u8 console[1 << 16];
static usize shown;
static u32 calls;

void console_write(struct view v)
{
	shown += copy(span_from(span_of(console), shown), v);
	calls += 1;
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	(void)n;
}

static struct view look(void)
{
	struct view v = view_first(view_of(console), shown);

	shown = 0;
	calls = 0;
	return v;
}

/* The log is one for the whole program: each test takes place
 * ten seconds later, so that every source may speak again, and sets its own levels. */
static u64 tick(void)
{
	static u64 now;

	now += 10 * NS_PER_S;
	log_time(now);
	look();
	return now;
}

static void levels(struct view option)
{
	struct view bad;

	EXPECT(log_configure(option, &bad));
	EXPECT_EQ(bad.n, 0);
}

static struct log_source HTTP = LOG_SOURCE("http");
static struct log_source TCP = LOG_SOURCE("tcp");

TEST(a_line_has_time_level_source_and_text)
{
	u64 now = tick(); /* the first: this is the start */

	log_time(now + 2 * NS_PER_MS + 134 * NS_PER_US + 999);
	struct writer w = log_begin(&HTTP, LOG_INFO);
	write_text(&w, "listening on port ");
	write_decimal(&w, 80);
	EXPECT_EQ(shown, 0);
	log_end(&w);
	EXPECT_EQ(calls, 1);
	EXPECT_VIEW(look(), text("0.002134 info  http: listening on port 80\n"));

	log_text(&HTTP, LOG_ERROR, text("x"));
	EXPECT_VIEW(look(), text("0.002134 error http: x\n"));
	log_text(&TCP, LOG_WARN, text("y"));
	EXPECT_VIEW(look(), text("0.002134 warn  tcp: y\n"));
}

TEST(info_is_shown_and_debug_is_not_where_nothing_is_said)
{
	tick();
	levels(view_none());
	EXPECT(log_on(&HTTP, LOG_INFO));
	EXPECT(!log_on(&HTTP, LOG_DEBUG));
	log_text(&HTTP, LOG_DEBUG, text("detail"));
	EXPECT_EQ(shown, 0);
}

TEST(a_line_that_is_off_swallows_everything)
{
	tick();
	levels(text("off"));
	EXPECT(!log_on(&HTTP, LOG_ERROR));
	struct writer w = log_begin(&HTTP, LOG_ERROR);
	write_text(&w, "nobody hears");
	write_decimal(&w, 1);
	write_view(&w, view_none());
	log_view(&w, text("this"));
	log_end(&w);
	EXPECT_EQ(calls, 0);
}

TEST(levels_are_set_for_all_and_for_some)
{
	tick();
	levels(text("debug"));
	EXPECT(log_on(&HTTP, LOG_DEBUG) && log_on(&TCP, LOG_DEBUG));
	levels(text("tcp:debug,http:error"));
	EXPECT(log_on(&TCP, LOG_DEBUG));
	EXPECT(log_on(&HTTP, LOG_ERROR) && !log_on(&HTTP, LOG_WARN));
	levels(text("http:info,warn"));
	EXPECT(log_on(&HTTP, LOG_INFO) && !log_on(&TCP, LOG_INFO) && log_on(&TCP, LOG_WARN));
	levels(text("http:off,debug,http:warn"));
	EXPECT(log_on(&HTTP, LOG_WARN) && !log_on(&HTTP, LOG_INFO)); /* the last word counts */
}

TEST(a_source_that_speaks_later_has_the_level_it_was_given)
{
	static struct log_source late = LOG_SOURCE("late"), other = LOG_SOURCE("other");

	tick();
	levels(text("late:debug"));
	EXPECT(log_on(&late, LOG_DEBUG));
	EXPECT(log_on(&other, LOG_INFO) && !log_on(&other, LOG_DEBUG));
}

TEST(a_wrong_option_is_named_and_changes_nothing)
{
	static const struct {
		const char *option, *bad;
	} table[] = {
		{ "loud", "loud" },
		{ "http:loud", "http:loud" },
		{ "http:", "http:" },
		{ ":debug", ":debug" },
		{ "tcp:debug,,http:info", "" },
		{ "tcp:debug,", "tcp:debug" },
		{ "debug,http:INFO", "http:INFO" },
		{ "a:info,b:info,c:info,d:info,e:info,f:info,g:info,h:info,"
		  "i:info,j:info,k:info,l:info,m:info,n:info,o:info,p:info,q:info",
			"q:info" },
	};
	struct view bad;

	tick();
	levels(text("warn"));
	for (usize i = 0; i < COUNT(table); i += 1) {
		EXPECT(!log_configure(view_make(table[i].option, strlen(table[i].option)), &bad));
		EXPECT_VIEW(bad, view_make(table[i].bad, strlen(table[i].bad)));
		EXPECT(log_on(&HTTP, LOG_WARN) && !log_on(&HTTP, LOG_INFO));
	}
}

TEST(a_misspelt_source_is_told_of)
{
	tick();
	levels(text("http:info,htpt:debug"));
	log_text(&HTTP, LOG_INFO, text("here"));
	EXPECT_VIEW(log_unused(), text("htpt"));
	levels(text("http:info"));
	EXPECT_EQ(log_unused().n, 0);
}

TEST(a_long_line_is_cut_and_says_so)
{
	static u8 much[1000];

	tick();
	levels(text("info"));
	fill(span_of(much), 'a');
	for (usize n = 0; n < sizeof much; n += 1) {
		struct writer w = log_begin(&HTTP, LOG_INFO);

		log_view(&w, view_first(view_of(much), n));
		write_text(&w, "END");
		log_end(&w);
		EXPECT(shown <= LOG_LINE_BYTES);
		EXPECT_EQ(console[shown - 1], '\n');
		struct view line = view_first(view_of(console), shown - 1);
		struct view tail = view_from(line, line.n - 3);
		EXPECT(view_equal(tail, text("END")) || view_equal(tail, text("...")));
		if (n >= LOG_LINE_BYTES)
			EXPECT_EQ(shown, LOG_LINE_BYTES);
		tick();
	}
}

TEST(bytes_from_outside_cannot_forge_a_line)
{
	tick();
	levels(text("info"));
	struct writer w = log_begin(&HTTP, LOG_INFO);
	log_view(&w, text("/a\n0.1 info tcp: \x1b[2J\\\xc2\x9b\x7f ok"));
	log_end(&w);
	struct view line = look();
	EXPECT_VIEW(view_from(line, view_find(line, '/')),
		text("/a\\x0a0.1 info tcp: \\x1b[2J\\x5c\\xc2\\x9b\\x7f ok\n"));
}

TEST(a_flood_is_held_and_counted)
{
	u64 now = tick();

	levels(text("info"));
	for (int i = 0; i < 1000; i += 1)
		log_text(&HTTP, LOG_ERROR, text("flood"));
	EXPECT_EQ(calls, 2 * LOG_LINES_PER_S);
	EXPECT_EQ(log_deadline(), now + NS_PER_S);

	look();
	log_text(&TCP, LOG_ERROR, text("another source is not held"));
	EXPECT_EQ(calls, 1);

	look();
	log_time(now + NS_PER_S - 1);
	EXPECT_EQ(calls, 0);
	log_time(log_deadline());
	EXPECT_EQ(calls, 1);
	struct view line = look();
	EXPECT_VIEW(view_from(line, view_find(line, 'w')), text("warn  http: 900 more lines\n"));
	EXPECT_EQ(log_deadline(), TIME_NEVER);

	/* In the next second it has one second's lines, not two. */
	for (int i = 0; i < 1000; i += 1)
		log_text(&HTTP, LOG_ERROR, text("flood"));
	EXPECT_EQ(calls, LOG_LINES_PER_S);
	EXPECT(log_deadline() != TIME_NEVER);
	log_time(now + 2 * NS_PER_S);
}

TEST(what_was_held_is_told_before_the_next_line)
{
	u64 now = tick();

	levels(text("info"));
	for (u32 i = 0; i < 2 * LOG_LINES_PER_S + 7; i += 1)
		log_text(&HTTP, LOG_INFO, text("flood"));
	look();
	log_time(now + NS_PER_S);
	log_text(&HTTP, LOG_INFO, text("calm"));
	EXPECT_EQ(calls, 2);
	struct view both = look();
	struct view first = view_first(both, view_find(both, '\n'));
	EXPECT_VIEW(view_from(first, first.n - 12), text("7 more lines"));
}

TEST(a_line_inside_a_line_is_counted_and_harms_nothing)
{
	u64 now = tick();

	levels(text("info"));
	struct writer outer = log_begin(&HTTP, LOG_INFO);
	write_text(&outer, "outer ");
	log_text(&TCP, LOG_INFO, text("inner"));
	log_time(now + 1);
	write_text(&outer, "ends");
	log_end(&outer);
	struct view line = look();
	EXPECT_VIEW(view_from(line, view_find(line, 'o')), text("o  http: outer ends\n"));
	log_time(now + 2);
	line = look();
	EXPECT_VIEW(view_from(line, view_find(line, 'w')), text("warn  tcp: 1 more line\n"));
}
