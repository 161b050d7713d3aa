/* pack_test.c - packs and pages: what goes in comes out, the same every time. */
#include "tool/pack.h"
#include "lib/kv/kv.h"
#include "tool/pages_parts.h"
#include "tool/files.h"
#include "tool/pages.h"
#include "test/test.h"
#include <brotli/decode.h>
#include <unistd.h>
#include <zlib.h>

static struct view say(const char *s)
{
	return view_make(s, strlen(s));
}

TEST(sha256_gives_the_values_of_fips_180)
{
	static const struct {
		const char *text, *hash;
	} ROWS[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	static u8 million[1000000];
	u8 hash[32], want[32];

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		pack_sha256(say(ROWS[i].text), hash);
		EXPECT_VIEW(view_of(hash), test_hex(span_of(want), ROWS[i].hash));
	}
	memset(million, 'a', sizeof million);
	pack_sha256(view_of(million), hash);
	EXPECT_VIEW(view_of(hash),
		test_hex(span_of(want), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

static struct view many(const char *s, usize n)
{
	struct text t = { 0 };

	for (usize i = 0; i < n; i += 1)
		text_add(&t, "%s %zu\n", s, i);
	return view_make(t.at, t.n);
}

TEST(what_is_packed_is_found_with_bodies_that_unpack_to_it)
{
	struct pack p = { 0 };
	struct view page = many("<p>all work and no play", 300), blob, body;
	struct kv_file file;
	static u8 back[100000];
	z_stream z = { 0 };
	size_t n = sizeof back;

	pack_add(&p, "z/page.html", page);
	pack_add(&p, "tiny.txt", text("x"));
	pack_add(&p, "picture.PNG", page);
	pack_add(&p, "none", text(""));
	blob = pack_blob(&p);
	EXPECT(kv_intact(blob));
	EXPECT_EQ(kv_count(blob), 4);
	EXPECT(kv_find(blob, text("z/page.html"), &file));
	EXPECT_VIEW(kv_type(blob, &file), text("text/html; charset=utf-8"));
	EXPECT_VIEW(kv_body(blob, &file, KV_IDENTITY), page);

	body = kv_body(blob, &file, KV_GZIP);
	EXPECT(body.n > 0 && body.n < page.n / 2);
	EXPECT_EQ(inflateInit2(&z, 31), Z_OK);
	z.next_in = (u8 *)(uintptr_t)body.p;
	z.avail_in = (uInt)body.n;
	z.next_out = back;
	z.avail_out = sizeof back;
	EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
	EXPECT_VIEW(view_make(back, z.total_out), page);
	inflateEnd(&z);
	EXPECT_EQ(view_at(body, 4) | view_at(body, 5) | view_at(body, 6) | view_at(body, 7), 0); /* no time */

	body = kv_body(blob, &file, KV_BR);
	EXPECT_EQ(BrotliDecoderDecompress(body.n, body.p, &n, back), BROTLI_DECODER_RESULT_SUCCESS);
	EXPECT_VIEW(view_make(back, n), page);
	EXPECT(!view_equal(kv_tag(blob, &file, KV_GZIP), kv_tag(blob, &file, KV_BR)));
	EXPECT_EQ(kv_tag(blob, &file, KV_BR).n, KV_TAG_BYTES);

	EXPECT(kv_find(blob, text("picture.PNG"), &file) && !kv_has(&file, KV_GZIP) && !kv_has(&file, KV_BR));
	EXPECT_VIEW(kv_type(blob, &file), text("image/png"));
	EXPECT(kv_find(blob, text("tiny.txt"), &file) && !kv_has(&file, KV_GZIP));
	EXPECT(kv_find(blob, text("none"), &file) && kv_has(&file, KV_IDENTITY));
}

TEST(the_order_in_which_files_are_added_makes_no_difference)
{
	struct pack a = { 0 }, b = { 0 };

	pack_add(&a, "one.txt", many("one", 50));
	pack_add(&a, "two.css", many("two", 50));
	pack_add(&b, "two.css", many("two", 50));
	pack_add(&b, "one.txt", many("one", 50));
	EXPECT_VIEW(pack_blob(&a), pack_blob(&b));
	EXPECT_EQ(kv_count(pack_blob(&(struct pack){ 0 })), 0);
	EXPECT(kv_intact(pack_blob(&(struct pack){ 0 })));
}

static char *plain_cell(void *context, const char *markdown)
{
	(void)context;
	return escaped(markdown);
}

TEST(tables_become_html_and_lines_keep_their_numbers)
{
	static const struct {
		const char *markdown, *html;
	} ROWS[] = {
		{ "a | b\n--- | ---:\n1 | 2\n3\n",
			"<div class=\"table\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">a</th>"
			"<th class=\"right\" scope=\"col\">b</th></tr></thead><tbody><tr><td>1</td>"
			"<td class=\"right\">2</td></tr></tbody></table></div>\n\n\n3\n" },
		{ "| a\\|b |\n|:-:|\n",
			"<div class=\"table\" tabindex=\"0\"><table><thead><tr>"
			"<th class=\"center\" "
			"scope=\"col\">a|b</th></tr></thead><tbody></tbody></table></div>\n\n" },
		{ "a | b\nc | d\n", "a | b\nc | d\n" },
		{ "a | b\n---\n", "a | b\n---\n" },
		{ "a | b\n--- | --- | ---\n", "a | b\n--- | --- | ---\n" },
		{ "```\na | b\n--|--\n```\n", "```\na | b\n--|--\n```\n" },
		{ "    a | b\n    --|--\n", "    a | b\n    --|--\n" },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1)
		EXPECT_VIEW(say(tables_rendered(ROWS[i].markdown, plain_cell, NULL)), say(ROWS[i].html));
}

TEST(anchors_are_githubs)
{
	struct heading taken[] = { { 2, "a", "the-tool" }, { 2, "b", "the-tool-1" } };

	EXPECT_VIEW(say(anchor_of("3. Signatures (`dev/`)", NULL, 0)), text("3-signatures-dev"));
	EXPECT_VIEW(say(anchor_of("What's _new_ & fast?", NULL, 0)), text("whats-_new_--fast"));
	EXPECT_VIEW(say(anchor_of("The tool", taken, 2)), text("the-tool-2"));
}

TEST(colour_never_changes_the_code)
{
	EXPECT_VIEW(say(colored("if (a < 1) return \"x\"; /* c */", "c")),
		text("<span class=\"k\">if</span> (a &lt; <span class=\"n\">1</span>) <span "
		     "class=\"k\">return</span> "
		     "<span class=\"s\">&quot;x&quot;</span>; <span class=\"c\">/* c */</span>"));
	EXPECT_VIEW(say(colored("$ ls # x\nout < put\n", "sh")),
		text("<span class=\"p\">$ </span>ls <span class=\"c\"># x</span>\n<span class=\"o\">out &lt; "
		     "put</span>\n"));
	EXPECT_VIEW(say(colored("a < b", "")), text("a &lt; b"));
	EXPECT_VIEW(say(colored("/* open", "c")), text("<span class=\"c\">/* open</span>"));
	EXPECT_VIEW(say(colored("\"open", "c")), text("<span class=\"s\">&quot;open</span>"));
}

static char *folder;

static void write_file(const char *name, const char *s)
{
	file_write(form("%s/%s", folder, name), s, strlen(s));
}

static struct view rendered(const struct pack *p, const char *name)
{
	for (size_t i = 0; i < p->n; i += 1)
		if (strcmp(p->files[i].name, name) == 0)
			return p->files[i].bytes;
	test_fail(__FILE__, __LINE__, "there is no %s", name);
	return view_none();
}

TEST(a_folder_becomes_pages_with_links_between_them)
{
	char place[] = "/tmp/fata-pages-XXXXXX";
	struct pack p = { 0 };

	folder = mkdtemp(place);
	EXPECT(folder != NULL);
	write_file("book/order", "b.md\n");
	write_file("book/index.md", "# Home\n\nTo [b](b.md#part) and [deep](sub/10-deep.md).\n");
	write_file("book/a.md", "# A\n");
	write_file("book/b.md", "# B\n\n## Part\n\n| x |\n|---|\n| [home](index.md) |\n");
	write_file("book/sub/index.md", "# Sub\n");
	write_file("book/sub/10-deep.md", "# Deep\n\n[up](../b.md)\n");
	write_file("theme/layout.html", "{root}|{title}|{previous}|{next}|{page}\n{content}{nav}");
	write_file("theme/style.css", "body{}");
	write_file("theme/pages/live.html", "<!-- Live -->\n{uptime}");
	pages_render(&p, form("%s/book", folder), form("%s/theme", folder), "T", true);
	EXPECT_VIEW(view_first(rendered(&p, "index.html"), 165),
		text("|Home - T||<a rel=\"next\" href=\"b.html\"><small>Next</small> B</a>|home\n"
		     "<h1 id=\"home\">\nHome\n</h1>\n<p>To <a href=\"b.html#part\">b</a> and <a "
		     "href=\"sub/deep.html\">deep</a"));
	EXPECT(view_starts(rendered(&p, "sub/deep.html"), text("../|Deep - T|")));
	EXPECT(view_starts(rendered(&p, "live.html"), text("|Live - T|||live\n\n{uptime}")));
	EXPECT_VIEW(rendered(&p, "style.css"), text("body{}"));
	EXPECT(strstr((const char *)rendered(&p, "sub/deep.html").p, "<a href=\"../b.html\">up</a>") != NULL);
	EXPECT(strstr((const char *)rendered(&p, "b.html").p, "<td><a href=\"index.html\">home</a></td>") !=
		NULL);
	EXPECT(system(form("rm -r '%s'", folder)) == 0);
}
