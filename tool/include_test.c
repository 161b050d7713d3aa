/* include_test.c - the rule by which includes name sources, on a small tree of its own. */
#include "tool/include.h"
#include <unistd.h>
#include "test/test.h"
#include "tool/files.h"

static void put(const char *path, const char *bytes)
{
	file_write(path, bytes, strlen(bytes));
}

/* Each test has a folder of its own below out/: what was read once is remembered by its path. */
static void begin(const char *name)
{
	make_folders(form("out/test/include_test/%ld/%s", (long)getpid(), name));
	EXPECT_EQ(chdir(form("out/test/include_test/%ld/%s", (long)getpid(), name)), 0);
}

static void end(void)
{
	EXPECT_EQ(chdir("../../../../.."), 0);
}

TEST(a_header_brings_its_sources_but_no_test_fuzzer_or_proof)
{
	struct sources s = { .arch = "x86_64" };

	begin("bring");
	put("app1.c", "#include \"lib/tcp/tcp.h\"\n");
	put("lib/tcp/tcp.h", "\n");
	put("lib/tcp/tcp.c", " # include \"base1/view.h\" /* spaced as the preprocessor allows */\n");
	put("lib/tcp/tcp_send.c", "\n");
	put("lib/tcp/tcp_test.c", "\n");
	put("lib/tcp/tcp_fuzz.c", "\n");
	put("lib/tcp/tcp_prove.c", "\n");
	put("lib/tcp/tcpdump.c", "\n");
	put("base1/view.h", "\n");
	put("base1/view.c", "\n");
	sources_follow(&s, "app1.c");
	words_sort(&s.files);
	char *files = words_join(&s.files, " ");
	EXPECT_VIEW(view_make(files, strlen(files)),
		text("app1.c base1/view.c lib/tcp/tcp.c lib/tcp/tcp_send.c"));
	end();
}

TEST(a_signature_brings_the_platform_all_of_it)
{
	struct words platform = words_split("plat/a/one.c plat/a/two.c");
	struct sources s = { .arch = "x86_64", .platform = &platform };

	begin("signature");
	put("app2.c", "#include \"dev/net.h\"\n#include <zlib.h>\n");
	put("dev/net.h", "\n");
	put("dev/net.c", "\n"); /* even if there were one */
	put("plat/a/one.c", "#include \"lib/x/x.h\"\n");
	put("plat/a/two.c", "\n");
	put("lib/x/x.h", "\n");
	put("lib/x/x.c", "\n");
	sources_follow(&s, "app2.c");
	words_sort(&s.files);
	char *files = words_join(&s.files, " ");
	EXPECT_VIEW(view_make(files, strlen(files)), text("app2.c lib/x/x.c plat/a/one.c plat/a/two.c"));
	EXPECT(s.devices);
	EXPECT_VIEW(view_make(s.libraries.at[0], strlen(s.libraries.at[0])), text("-lz"));
	end();
}

TEST(headers_that_include_each_other_come_to_an_end)
{
	struct sources s = { .arch = "x86_64" };

	begin("circle");
	put("app3.c", "#include \"p/p.h\"\n");
	put("p/p.h", "#include \"q/q.h\"\n");
	put("q/q.h", "#include \"p/p.h\"\n");
	put("q/q.c", "#include \"q.h\"\n");
	sources_follow(&s, "app3.c");
	EXPECT_EQ(s.files.n, 2);
	EXPECT_EQ(s.headers.n, 2);
	end();
}

TEST(paths_are_cleaned)
{
	static const struct {
		const char *given, *want;
	} cases[] = { { "a/./b//c", "a/b/c" }, { "a/b/../c", "a/c" }, { "../x", "../x" },
		{ "a/../../x", "../x" }, { "/a/../../b", "/b" }, { "./", "." }, { "/", "/" } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		char *got = path_clean(cases[i].given);
		EXPECT_VIEW(view_make(got, strlen(got)), view_make(cases[i].want, strlen(cases[i].want)));
	}
}
