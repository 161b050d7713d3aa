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

/* Words of a body that comes: its bytes, and how many of them, from the first on, were the pattern's. */
static bool take(struct http_exchange *x, struct view piece)
{
	u64 *came = http_words(x), *good = came + 1;

	came[0] += piece.n;
	while (piece.n > 0 && *good == came[0] - piece.n) {
		struct view like =
			view_first(view_from(view_of(pattern), (usize)(*good % PATTERN_SIZE)), piece.n);

		if (view_equal(view_first(piece, like.n), like))
			*good += like.n;
		piece = view_from(piece, like.n);
	}
	return true;
}

static void taken(struct http_exchange *x)
{
	struct writer *w = http_reply(x, 200, text("text/plain; charset=utf-8"));
	const u64 *words = http_words(x);

	write_decimal(w, words[0]);
	write_view(w, words[0] == words[1] ? text(" bytes, all of the pattern\n") : text(" bytes\n"));
}

void measure_start(struct http_server *web)
{
	make_pattern();
	http_streams(web, text("/bytes/"), bytes, pour);
	http_upload(web, text("/sink"), SINK_MOST, take, taken);
}
