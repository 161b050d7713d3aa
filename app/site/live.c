/* live.c - see live.h. */
#include "app/site/live.h"
#include "stack/facts.h"
#include <stddef.h>

static struct http_server *web;
static const struct host *host;
static struct view book, called;

/* ---- the facts, gathered for one answer ---- */

struct live {
	u64 uptime_ns, uptime_ms;
	u64 connections, connections_most, connections_limit, connections_all, connections_failed;
	u64 requests, answers_good, answers_bad;
	u64 bytes_in, bytes_out, frames_in, frames_out;
	u64 retransmits, dropped;
	u64 memory, memory_limit;
};

static u64 dropped_frames(const struct host_counts *c)
{
	return c->dropped_malformed + c->dropped_checksum + c->dropped_not_ours + c->dropped_fragments +
	       c->dropped_no_flow + c->dropped_no_buffer + c->dropped_no_neighbour + c->dropped_port_full;
}

static struct live look(void)
{
	struct host_facts h = host_facts(host);
	struct image_facts image = image_facts();
	const u64 *answers = web->counts.answers;

	return (struct live){
		.uptime_ns = h.uptime_ns,
		.uptime_ms = h.uptime_ns / NS_PER_MS,
		.connections = h.flows_now,
		.connections_most = h.flows_most,
		.connections_limit = h.flows_limit,
		.connections_all = web->counts.connections,
		.connections_failed = h.counts.flows_failed,
		.requests = web->counts.requests,
		.answers_good = answers[2] + answers[3],
		.answers_bad = answers[4] + answers[5],
		.bytes_in = h.counts.bytes_in,
		.bytes_out = h.counts.bytes_out,
		.frames_in = h.counts.frames_in,
		.frames_out = h.counts.frames_out,
		.retransmits = h.counts.retransmits,
		.dropped = dropped_frames(&h.counts),
		.memory = image.memory_bytes,
		.memory_limit = image.memory_limit_bytes,
	};
}

/* ---- as text ---- */

enum shape { COUNTED, SIZED, TIMED, PLAIN };

static const struct {
	const char *name;
	enum shape shape;
	usize offset;
} FACTS[] = {
	{ "uptime", TIMED, offsetof(struct live, uptime_ns) },
	{ "uptime_ms", PLAIN, offsetof(struct live, uptime_ms) },
	{ "connections", COUNTED, offsetof(struct live, connections) },
	{ "connections_most", COUNTED, offsetof(struct live, connections_most) },
	{ "connections_limit", COUNTED, offsetof(struct live, connections_limit) },
	{ "connections_all", COUNTED, offsetof(struct live, connections_all) },
	{ "connections_failed", COUNTED, offsetof(struct live, connections_failed) },
	{ "requests", COUNTED, offsetof(struct live, requests) },
	{ "requests_count", PLAIN, offsetof(struct live, requests) },
	{ "answers_good", COUNTED, offsetof(struct live, answers_good) },
	{ "answers_bad", COUNTED, offsetof(struct live, answers_bad) },
	{ "bytes_in", SIZED, offsetof(struct live, bytes_in) },
	{ "bytes_out", SIZED, offsetof(struct live, bytes_out) },
	{ "frames_in", COUNTED, offsetof(struct live, frames_in) },
	{ "frames_out", COUNTED, offsetof(struct live, frames_out) },
	{ "retransmits", COUNTED, offsetof(struct live, retransmits) },
	{ "dropped", COUNTED, offsetof(struct live, dropped) },
	{ "memory", SIZED, offsetof(struct live, memory) },
	{ "memory_bytes", PLAIN, offsetof(struct live, memory) },
	{ "memory_limit", SIZED, offsetof(struct live, memory_limit) },
	{ "memory_limit_bytes", PLAIN, offsetof(struct live, memory_limit) },
};

static struct view name_of(usize fact)
{
	usize n = 0;

	while (FACTS[fact].name[n])
		n += 1;
	return view_make(FACTS[fact].name, n);
}

/* 1234567 as 1,234,567. */
static void write_counted(struct writer *w, u64 v)
{
	u64 scale = 1;

	while (v / scale >= 1000u)
		scale *= 1000u;
	write_decimal(w, v / scale);
	while (scale > 1) {
		scale /= 1000u;
		write_text(w, ",");
		write_decimal_pad(w, v / scale % 1000u, 3);
	}
}

static void write_fact(struct writer *w, usize fact, const struct live *live)
{
	u64 v = *(const u64 *)(const void *)((const u8 *)live + FACTS[fact].offset);

	switch (FACTS[fact].shape) {
	case COUNTED: write_counted(w, v); return;
	case SIZED: write_size(w, v); return;
	case TIMED: write_duration(w, v - v % (v >= NS_PER_S ? NS_PER_S : NS_PER_MS)); return;
	case PLAIN: write_decimal(w, v); return;
	}
}

/* ---- the two answers ---- */

static void json(struct http_exchange *x)
{
	struct writer *w = http_reply(x, 200, text("application/json"));
	struct live live = look();

	write_text(w, "{");
	for (usize i = 0; i < COUNT(FACTS); i += 1) {
		bool number = FACTS[i].shape == PLAIN;

		if (i > 0)
			write_text(w, ",");
		write_text(w, "\n\t\"");
		write_view(w, name_of(i));
		write_view(w, number ? text("\": ") : text("\": \""));
		write_fact(w, i, &live);
		if (!number)
			write_text(w, "\"");
	}
	write_text(w, ",\n\t\"platform\": \"");
	write_view(w, image_facts().platform);
	write_text(w, "\"\n}\n");
}

/* A {word} of the page; false: it is none of ours. */
static bool write_word(struct writer *w, struct view word, const struct live *live)
{
	for (usize i = 0; i < COUNT(FACTS); i += 1) {
		if (!view_equal(word, name_of(i)))
			continue;
		write_fact(w, i, live);
		return true;
	}
	if (view_equal(word, text("platform")))
		write_view(w, image_facts().platform);
	else if (view_equal(word, text("name")))
		http_write_escaped(w, called);
	else
		return false;
	return true;
}

static void page(struct http_exchange *x)
{
	struct live live = look();
	struct kv_file file;
	struct view rest;
	struct writer *w;

	if (!kv_find(book, text("live.html"), &file)) {
		w = http_reply(x, 404, text("text/plain; charset=utf-8"));
		write_text(w, "the book has no live.html\n");
		return;
	}
	w = http_reply(x, 200, kv_type(book, &file));
	rest = kv_body(book, &file, KV_IDENTITY);
	while (rest.n > 0) {
		usize n = view_find(rest, '{');
		struct view from = view_from(rest, n + 1);
		struct view word = view_first(from, view_find(from, '}'));

		write_view(w, view_first(rest, n));
		rest = view_from(rest, n);
		if (rest.n == 0)
			break;
		if (word.n < from.n && write_word(w, word, &live)) {
			rest = view_from(rest, word.n + 2);
		} else {
			write_text(w, "{");
			rest = view_from(rest, 1);
		}
	}
}

void live_start(struct http_server *server, const struct host *h, struct view pages, struct view name)
{
	web = server;
	host = h;
	book = pages;
	called = name;
	http_page(server, text("/live"), page);
	http_page(server, text("/live.html"), page);
	http_page(server, text("/live.json"), json);
}
