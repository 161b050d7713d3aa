/* measure.c - see measure.h. */
#include "app/site/measure.h"

#define BYTES_MOST   1000000000ull
#define SINK_MOST    1000000000000ull
#define PATTERN_SIZE 16381u

static u8 pattern[PATTERN_SIZE];

static void make_pattern(void)
{
	u64 x = 1;

	for (u32 i = 0; i < PATTERN_SIZE; i += 1) {
		x = (x * 1664525u + 1013904223u) & 0xffffffffu;
		pattern[i] = (u8)(x >> 24);
	}
}

static void pour(const u64 words[HTTP_WORDS], u64 at, struct span room)
{
	(void)words;
	while (room.n > 0) {
		usize n = copy(room, view_from(view_of(pattern), (usize)(at % PATTERN_SIZE)));

		at += n;
		room = span_from(room, n);
	}
}

static void bytes(struct http_exchange *x)
{
	static const u64 NO_WORDS[HTTP_WORDS];
	struct reader r = reader_of(http_rest(x));
	u64 n;

	if (read_decimal(&r, BYTES_MOST, &n) && read_finished(&r)) {
		http_stream(x, text("application/octet-stream"), n, NO_WORDS);
		return;
	}
	write_text(http_reply(x, 404, text("text/plain; charset=utf-8")),
		"/bytes/N: N is a number from 0 to 1000000000\n");
}

static bool take(struct http_exchange *x, struct view piece)
{
	http_words(x)[0] += piece.n;
	return true;
}

static void taken(struct http_exchange *x)
{
	struct writer *w = http_reply(x, 200, text("text/plain; charset=utf-8"));

	write_decimal(w, http_words(x)[0]);
	write_text(w, " bytes\n");
}

void measure_start(struct http_server *web)
{
	make_pattern();
	http_streams(web, text("/bytes/"), bytes, pour);
	http_upload(web, text("/sink"), SINK_MOST, take, taken);
}
