/* kv_test.c - packs as fata writes them, and damaged ones. */
#include "lib/kv/kv.h"
#include "test/test.h"

/* A small pack made by hand, by the layout in kv.h and not by tool/pack.c. */
static usize put(u8 *p, usize at, u64 v, usize bytes)
{
	for (usize i = 0; i < bytes; i += 1)
		p[at + i] = (u8)(v >> 8 * (bytes - 1 - i));
	return at + bytes;
}

static usize put_text(u8 *p, usize *end, const char *s)
{
	usize at = *end;

	memcpy(p + at, s, strlen(s));
	*end += strlen(s);
	return at;
}

struct maker {
	const char *name, *type, *bodies[KV_CODINGS], *tags[KV_CODINGS];
};

static const struct maker FILES[] = {
	{ "a.css", "text/css", { "body{}", NULL, "br!" },
		{ "\"aaaaaaaaaaaaaaaa\"", NULL, "\"bbbbbbbbbbbbbbbb\"" } },
	{ "empty", "text/plain", { "", NULL, NULL }, { "\"cccccccccccccccc\"", NULL, NULL } },
	{ "guide/index.html", "text/html", { "<p>", "gz", NULL },
		{ "\"dddddddddddddddd\"", "\"eeeeeeeeeeeeeeee\"", NULL } },
};

static struct view make(struct span room)
{
	const usize slots = 8, count = COUNT(FILES);
	usize files_at = KV_HEAD_BYTES + slots * 4, end = files_at + count * KV_ENTRY_BYTES;
	u8 *p = room.p;

	memset(p, 0, room.n);
	for (usize i = 0; i < count; i += 1) {
		const struct maker *m = &FILES[i];
		usize at = files_at + i * KV_ENTRY_BYTES;
		u32 hash = kv_hash(view_make(m->name, strlen(m->name))), slot = hash;

		while (p[KV_HEAD_BYTES + slot % slots * 4 + 3])
			slot += 1;
		put(p, KV_HEAD_BYTES + slot % slots * 4, i + 1, 4);
		at = put(p, at, hash, 4);
		at = put(p, at, put_text(p, &end, m->name), 4);
		at = put(p, at, strlen(m->name), 4);
		at = put(p, at, put_text(p, &end, m->type), 4);
		at = put(p, at, strlen(m->type), 4);
		at = put(p, at, i == 2 ? 784111777 : 0, 8);
		for (usize c = 0; c < KV_CODINGS; c += 1) {
			if (!m->tags[c]) {
				at += 12;
				continue;
			}
			at = put(p, at, put_text(p, &end, m->bodies[c]), 4);
			at = put(p, at, strlen(m->bodies[c]), 4);
			at = put(p, at, put_text(p, &end, m->tags[c]), 4);
		}
	}
	memcpy(p, "fata kv1", 8);
	put(p, 8, end, 4);
	put(p, 12, count, 4);
	put(p, 16, slots, 4);
	return view_make(p, end);
}

TEST(a_file_is_found_with_its_type_bodies_and_tags)
{
	u8 room[1000];
	struct view pack = make(span_of(room));
	struct kv_file file;

	EXPECT(kv_intact(pack));
	EXPECT_EQ(kv_count(pack), 3);
	EXPECT(kv_find(pack, text("a.css"), &file));
	EXPECT_EQ(file.index, 0);
	EXPECT_VIEW(kv_name(pack, &file), text("a.css"));
	EXPECT_VIEW(kv_type(pack, &file), text("text/css"));
	EXPECT_VIEW(kv_body(pack, &file, KV_IDENTITY), text("body{}"));
	EXPECT_VIEW(kv_body(pack, &file, KV_BR), text("br!"));
	EXPECT_VIEW(kv_tag(pack, &file, KV_BR), text("\"bbbbbbbbbbbbbbbb\""));
	EXPECT(kv_has(&file, KV_IDENTITY) && !kv_has(&file, KV_GZIP) && kv_has(&file, KV_BR));
	EXPECT_VIEW(kv_body(pack, &file, KV_GZIP), text(""));
	EXPECT_EQ(file.modified_s, 0);
	EXPECT(kv_find(pack, text("guide/index.html"), &file));
	EXPECT_EQ(file.modified_s, 784111777);
	EXPECT(kv_find(pack, text("empty"), &file));
	EXPECT(kv_has(&file, KV_IDENTITY));
	EXPECT_VIEW(kv_body(pack, &file, KV_IDENTITY), text(""));
}

TEST(a_name_that_is_not_there_is_not_found)
{
	static const char *const NAMES[] = { "", "a", "a.cs", "a.csss", "A.css", "guide/", "guide/index.htm",
		"/a.css", "zzz" };
	u8 room[1000];
	struct view pack = make(span_of(room));
	struct kv_file file;

	for (usize i = 0; i < COUNT(NAMES); i += 1) {
		EXPECT(!kv_find(pack, view_make(NAMES[i], strlen(NAMES[i])), &file));
		EXPECT_EQ(file.name.n, 0);
	}
	EXPECT(!kv_at(pack, 3, &file));
	EXPECT(!kv_at(pack, 0xffffffffu, &file));
}

TEST(the_hash_is_fnv_1a)
{
	/* from the authors' test suite */
	EXPECT_EQ(kv_hash(text("")), 0x811c9dc5u);
	EXPECT_EQ(kv_hash(text("a")), 0xe40c292cu);
	EXPECT_EQ(kv_hash(text("foobar")), 0xbf9cf968u);
}

TEST(a_blob_cut_short_is_no_pack)
{
	u8 room[1000];
	struct view pack = make(span_of(room));

	for (usize n = 0; n < pack.n; n += 1) {
		u8 *exact = malloc(n + 1);
		struct kv_file file;

		memcpy(exact, pack.p, n);
		EXPECT_EQ(kv_count(view_make(exact, n)), 0);
		EXPECT(!kv_find(view_make(exact, n), text("empty"), &file));
		EXPECT(!kv_intact(view_make(exact, n)));
		free(exact);
	}
}

/* Whatever one damaged byte does, what is given lies inside and is called what was asked for. */
TEST(a_damaged_byte_never_leads_outside)
{
	u8 room[1000];
	usize total = make(span_of(room)).n;

	for (usize i = 0; i < total; i += 1)
		for (int bit = 0; bit < 8; bit += 1) {
			struct view whole = make(span_of(room)), pack;
			u8 *exact = malloc(whole.n);
			struct kv_file file;

			memcpy(exact, whole.p, whole.n);
			exact[i] ^= (u8)(1 << bit);
			pack = view_make(exact, whole.n);
			if (kv_find(pack, text("a.css"), &file)) {
				EXPECT_VIEW(kv_name(pack, &file), text("a.css"));
				for (enum kv_coding c = 0; c < KV_CODINGS; c += 1)
					EXPECT_EQ(kv_body(pack, &file, c).n, file.body[c].n);
			}
			free(exact);
		}
}

TEST(a_table_that_goes_round_ends_the_search)
{
	u8 room[1000];
	struct view pack = make(span_of(room));
	struct kv_file file;

	for (usize i = 0; i < 8; i += 1)
		put(room, KV_HEAD_BYTES + i * 4, 1, 4); /* every slot says: the first file */
	EXPECT(!kv_find(pack, text("nothing"), &file));
	EXPECT(!kv_intact(pack));
}

TEST(codings_have_their_registered_names)
{
	EXPECT_VIEW(kv_coding_name(KV_GZIP), text("gzip"));
	EXPECT_VIEW(kv_coding_name(KV_BR), text("br"));
	EXPECT_VIEW(kv_coding_name(KV_IDENTITY), text("identity"));
}
