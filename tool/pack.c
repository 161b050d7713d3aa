/* pack.c - files into one blob. See pack.h, and lib/kv/kv.h for the blob's layout. */
#include "tool/pack.h"
#include "base/writer.h"
#include "lib/kv/kv.h"
#include "tool/files.h"
#include "tool/pages.h"
#include "tool/trouble.h"
#include <brotli/encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* What a name ends in, what it is, and whether compressing it can be worth it. */
static const struct {
	const char *end, *type;
	bool dense;
} TYPES[] = {
	{ ".html", "text/html; charset=utf-8", false },
	{ ".css", "text/css; charset=utf-8", false },
	{ ".js", "text/javascript; charset=utf-8", false },
	{ ".mjs", "text/javascript; charset=utf-8", false },
	{ ".json", "application/json", false },
	{ ".map", "application/json", false },
	{ ".svg", "image/svg+xml", false },
	{ ".txt", "text/plain; charset=utf-8", false },
	{ ".md", "text/markdown; charset=utf-8", false },
	{ ".c", "text/plain; charset=utf-8", false },
	{ ".h", "text/plain; charset=utf-8", false },
	{ ".xml", "application/xml", false },
	{ ".csv", "text/csv; charset=utf-8", false },
	{ ".wasm", "application/wasm", false },
	{ ".webmanifest", "application/manifest+json", false },
	{ ".ico", "image/vnd.microsoft.icon", false },
	{ ".pdf", "application/pdf", false },
	{ ".ttf", "font/ttf", false },
	{ ".png", "image/png", true },
	{ ".jpg", "image/jpeg", true },
	{ ".jpeg", "image/jpeg", true },
	{ ".gif", "image/gif", true },
	{ ".webp", "image/webp", true },
	{ ".avif", "image/avif", true },
	{ ".woff", "font/woff", true },
	{ ".woff2", "font/woff2", true },
	{ ".gz", "application/gzip", true },
	{ ".zip", "application/zip", true },
};

static bool ends_same(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcasecmp(name + n - m, end) == 0;
}

const char *pack_type(const char *name)
{
	for (size_t i = 0; i < COUNT(TYPES); i += 1)
		if (ends_same(name, TYPES[i].end))
			return TYPES[i].type;
	return "application/octet-stream";
}

static bool worth_a_try(const char *name)
{
	for (size_t i = 0; i < COUNT(TYPES); i += 1)
		if (ends_same(name, TYPES[i].end))
			return !TYPES[i].dense;
	return false;
}

void pack_add(struct pack *p, const char *name, struct view bytes)
{
	if (bytes.n > BYTES_MAX / 2)
		stop_with("%s: larger than %u bytes; an image cannot carry it", name, BYTES_MAX / 2);
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 64;
		struct pack_file *more = room_for(cap, sizeof *more);

		if (p->n)
			memcpy(more, p->files, p->n * sizeof *more);
		p->files = more;
		p->cap = cap;
	}
	p->files[p->n++] = (struct pack_file){ name, bytes };
}

/* A folder is an input too: a file that appears in it changes its time. */
static void note_folders(struct pack *p, const char *folder, const char *path)
{
	for (char *up = path_folder(path); strlen(up) > strlen(folder); up = path_folder(up))
		words_add_new(&p->inputs, up);
	words_add_new(&p->inputs, folder);
}

void pack_add_folder(struct pack *p, const char *folder)
{
	struct words all = { 0 };

	if (!folder_exists(folder))
		stop_with("%s: no such folder to pack", folder);
	files_below(folder, &all);
	for (size_t i = 0; i < all.n; i += 1) {
		size_t n;
		char *bytes = file_read(all.at[i], &n);

		if (!bytes)
			stop_with("%s: cannot be read", all.at[i]);
		pack_add(p, all.at[i] + strlen(folder) + 1, view_make(bytes, n));
		words_add_new(&p->inputs, all.at[i]);
		note_folders(p, folder, all.at[i]);
	}
}

/* ---- SHA-256 (FIPS 180-4) ---- */

static const uint32_t K[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5,                                                                         //
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, //
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, //
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, //
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, //
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, //
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, //
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2 };

static uint32_t turn(uint32_t x, unsigned by)
{
	return x >> by | x << (32 - by);
}

static void sha_block(uint32_t h[8], const u8 block[64])
{
	uint32_t w[64], a[8];

	for (unsigned i = 0; i < 16; i += 1)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (unsigned i = 16; i < 64; i += 1) {
		uint32_t s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;

		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
	memcpy(a, h, sizeof a);
	for (unsigned i = 0; i < 64; i += 1) {
		uint32_t s1 = turn(a[4], 6) ^ turn(a[4], 11) ^ turn(a[4], 25);
		uint32_t t1 = a[7] + s1 + ((a[4] & a[5]) ^ (~a[4] & a[6])) + K[i] + w[i];
		uint32_t s0 = turn(a[0], 2) ^ turn(a[0], 13) ^ turn(a[0], 22);
		uint32_t t2 = s0 + ((a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]));

		memmove(a + 1, a, 7 * sizeof *a);
		a[4] += t1;
		a[0] = t1 + t2;
	}
	for (unsigned i = 0; i < 8; i += 1)
		h[i] += a[i];
}

void pack_sha256(struct view v, u8 out[32])
{
	uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
		0x5be0cd19 };
	u8 last[128] = { 0 };
	size_t whole = v.n / 64 * 64, rest = v.n - whole, ends = rest < 56 ? 64 : 128;

	for (size_t at = 0; at < whole; at += 64)
		sha_block(h, v.p + at);
	if (rest)
		memcpy(last, v.p + whole, rest);
	last[rest] = 0x80;
	for (unsigned i = 0; i < 8; i += 1)
		last[ends - 1 - i] = (u8)((u64)v.n * 8 >> 8 * i);
	for (size_t at = 0; at < ends; at += 64)
		sha_block(h, last + at);
	for (unsigned i = 0; i < 32; i += 1)
		out[i] = (u8)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- bodies ---- */

static struct view gzipped(struct view v)
{
	z_stream z = { 0 };
	gz_header head = { .os = 255 }; /* no name, no time, no system: the same bytes everywhere */
	u8 *out;

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
		deflateSetHeader(&z, &head) != Z_OK)
		stop_with("zlib does not start: is there memory left?");
	size_t room = deflateBound(&z, v.n) + 64;
	out = room_for(room, 1);
	z.next_in = (u8 *)(uintptr_t)v.p;
	z.avail_in = (uInt)v.n;
	z.next_out = out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		stop_with("zlib did not finish a file of %zu bytes", v.n);
	room = z.total_out;
	deflateEnd(&z);
	return view_make(out, room);
}

static struct view brotlied(struct view v, const char *name)
{
	size_t n = BrotliEncoderMaxCompressedSize(v.n) + 64;
	u8 *out = room_for(n, 1);
	BrotliEncoderMode mode = worth_a_try(name) ? BROTLI_MODE_TEXT : BROTLI_MODE_GENERIC;

	if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, mode, v.n, v.p, &n, out))
		stop_with("%s: brotli did not compress it", name);
	return view_make(out, n);
}

/* Kept when it saves a twentieth. */
static bool smaller(struct view v, struct view whole)
{
	return v.n < whole.n - whole.n / 20;
}

static void make_tag(struct view body, char tag[KV_TAG_BYTES])
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	u8 hash[32];

	pack_sha256(body, hash);
	tag[0] = tag[KV_TAG_BYTES - 1] = '"';
	for (unsigned i = 0; i < 4; i += 1) {
		uint32_t three =
			(uint32_t)hash[3 * i] << 16 | (uint32_t)hash[3 * i + 1] << 8 | hash[3 * i + 2];

		for (unsigned j = 0; j < 4; j += 1)
			tag[1 + 4 * i + j] = DIGITS[three >> (18 - 6 * j) & 63];
	}
}

/* ---- the blob ---- */

static int by_name(const void *a, const void *b)
{
	const struct pack_file *x = a, *y = b;

	return view_compare(view_make(x->name, strlen(x->name)), view_make(y->name, strlen(y->name)));
}

static uint32_t put(struct text *t, struct view v)
{
	size_t at = t->n;

	text_add_bytes(t, (const char *)v.p, v.n);
	if (t->n > BYTES_MAX)
		stop_with("the pack would be larger than %u bytes; take something out", BYTES_MAX);
	return (uint32_t)at;
}

/* One file's entry, its parts put behind what is there. */
static void put_entry(struct text *t, size_t entry_at, const struct pack_file *f)
{
	struct view name = view_make(f->name, strlen(f->name));
	const char *type = pack_type(f->name);
	struct view bodies[KV_CODINGS] = { f->bytes, view_none(), view_none() };
	u8 entry[KV_ENTRY_BYTES];
	struct writer w = writer_of(span_of(entry));

	if (worth_a_try(f->name) && f->bytes.n > 0) {
		bodies[KV_GZIP] = gzipped(f->bytes);
		bodies[KV_BR] = brotlied(f->bytes, f->name);
	}
	write_be32(&w, kv_hash(name));
	write_be32(&w, put(t, name));
	write_be32(&w, (u32)name.n);
	write_be32(&w, put(t, view_make(type, strlen(type))));
	write_be32(&w, (u32)strlen(type));
	write_be64(&w, 0); /* times of a checkout say nothing, and would differ between builds */
	for (unsigned i = 0; i < KV_CODINGS; i += 1) {
		char tag[KV_TAG_BYTES];

		if (i != KV_IDENTITY && (!bodies[i].n || !smaller(bodies[i], f->bytes))) {
			write_fill(&w, 0, 12);
			continue;
		}
		make_tag(bodies[i], tag);
		write_be32(&w, put(t, bodies[i]));
		write_be32(&w, (u32)bodies[i].n);
		write_be32(&w, put(t, view_of(tag)));
	}
	memcpy(t->at + entry_at, entry, sizeof entry);
}

struct view pack_blob(const struct pack *p)
{
	struct pack_file *files = room_for(p->n + 1, sizeof *files);
	uint32_t slots = 2, *table;
	struct text t = { 0 };
	u8 head[KV_HEAD_BYTES];
	struct writer w = writer_of(span_of(head));

	if (p->n)
		memcpy(files, p->files, p->n * sizeof *files);
	qsort(files, p->n, sizeof *files, by_name);
	while (slots < 2 * p->n)
		slots *= 2;
	table = room_for(slots, sizeof *table);
	text_add_bytes(&t, (const char *)head, sizeof head);
	for (size_t i = 0; i < p->n; i += 1) {
		const char *name = files[i].name;
		uint32_t at = kv_hash(view_make(name, strlen(name)));

		if (i > 0 && strcmp(files[i - 1].name, name) == 0)
			stop_with("%s: two files of this name; rename one of them", name);
		while (table[at & (slots - 1)])
			at += 1;
		table[at & (slots - 1)] = (uint32_t)i + 1;
	}
	for (uint32_t i = 0; i < slots; i += 1) {
		u8 slot[4] = { (u8)(table[i] >> 24), (u8)(table[i] >> 16), (u8)(table[i] >> 8),
			(u8)table[i] };

		text_add_bytes(&t, (const char *)slot, sizeof slot);
	}
	size_t entries_at = t.n;
	text_add_bytes(&t, room_for(p->n + 1, KV_ENTRY_BYTES), p->n * KV_ENTRY_BYTES);
	for (size_t i = 0; i < p->n; i += 1)
		put_entry(&t, entries_at + i * KV_ENTRY_BYTES, &files[i]);

	write_view(&w, text("fata kv1"));
	write_be32(&w, (u32)t.n);
	write_be32(&w, (u32)p->n);
	write_be32(&w, slots);
	write_be32(&w, 0);
	memcpy(t.at, head, sizeof head);
	return view_make(t.at, t.n);
}

/* ---- the verb ---- */

static const char USAGE[] =
	"fata pack [--pages=THEME] [--title=TITLE] [--strict] [--deps=FILE] [--unpacked] FOLDER OUT\n"
	"\n"
	"Packs the files below FOLDER into the blob OUT, for an image to carry (the build\n"
	"calls it for a manifest's `files` line).\n"
	"\n"
	"  --pages=THEME  FOLDER holds Markdown: render it with this theme, pack the pages\n"
	"  --title=TITLE  the site's name in the pages\n"
	"  --deps=FILE    write a depfile for ninja: what OUT depends on\n"
	"  --unpacked     OUT is a folder: write the files as they are, to look at them\n";

/* Spaces, # and $ have meanings in a depfile. */
static void put_escaped(struct text *t, const char *path)
{
	for (; *path; path += 1) {
		if (*path == ' ' || *path == '#')
			text_add(t, "\\");
		if (*path == '$')
			text_add(t, "$");
		text_add_bytes(t, path, 1);
	}
}

static void write_deps(const struct pack *p, const char *deps, const char *out)
{
	struct text t = { 0 };

	put_escaped(&t, out);
	text_add(&t, ":");
	for (size_t i = 0; i < p->inputs.n; i += 1) {
		text_add(&t, " \\\n  ");
		put_escaped(&t, p->inputs.at[i]);
	}
	text_add(&t, "\n");
	file_write(deps, t.at, t.n);
}

static const char *value_of(const char *argument, const char *name)
{
	return starts_with(argument, name) ? argument + strlen(name) : NULL;
}

int pack_verb(int count, char **arguments)
{
	struct pack p = { 0 };
	const char *theme = NULL, *deps = NULL, *title = "", *places[2] = { NULL, NULL }, *v;
	bool unpacked = false, strict = false;
	size_t n = 0;

	for (int i = 0; i < count; i += 1) {
		const char *a = arguments[i];

		if (strcmp(a, "--help") == 0) {
			fputs(USAGE, stdout);
			return 0;
		}
		if ((v = value_of(a, "--pages=")))
			theme = path_clean(v);
		else if ((v = value_of(a, "--title=")))
			title = v;
		else if ((v = value_of(a, "--deps=")))
			deps = v;
		else if (strcmp(a, "--unpacked") == 0)
			unpacked = true;
		else if (strcmp(a, "--strict") == 0)
			strict = true;
		else if (a[0] == '-')
			usage_error("pack", "there is no option %s", a);
		else if (n < 2)
			places[n++] = a;
		else
			usage_error("pack", "one FOLDER and one OUT, and then '%s'?", a);
	}
	if (n < 2)
		usage_error("pack", "which FOLDER, and where OUT to?");

	if (theme)
		pages_render(&p, path_clean(places[0]), theme, title, strict);
	else
		pack_add_folder(&p, path_clean(places[0]));
	if (unpacked) {
		for (size_t i = 0; i < p.n; i += 1)
			file_write(form("%s/%s", places[1], p.files[i].name),
				(const char *)p.files[i].bytes.p, p.files[i].bytes.n);
	} else {
		struct view blob = pack_blob(&p);

		if (!kv_intact(blob))
			stop_with("%s: the pack made of it cannot be read back; that is a fault in fata",
				places[0]);
		file_write(places[1], (const char *)blob.p, blob.n);
	}
	if (deps)
		write_deps(&p, deps, places[1]);
	return 0;
}
