/* manifest_test.c - what a manifest may say, and what is said about a wrong one. */
#include "tool/manifest.h"
#include "test/test.h"

static struct manifest m;

static struct view view_text(const char *s)
{
	return view_make(s, s ? strlen(s) : 0);
}

static char *parse(const char *lines)
{
	return manifest_parse(&m, "app/x/x.fata", form("image x\n%s", lines));
}

#define EXPECT_OK(call)        EXPECT_VIEW(view_text(call), text(""))
#define EXPECT_TEXT(got, want) EXPECT_VIEW(view_text(got), text(want))
#define EXPECT_WRONG(lines, why)                                                                             \
	do {                                                                                                 \
		char *said = parse(lines);                                                                   \
		if (!said || !strstr(said, why))                                                             \
			test_fail(__FILE__, __LINE__, "%s: said %s", lines, said ? said : "nothing");        \
	} while (0)

TEST(every_kind_of_line_is_read)
{
	EXPECT_OK(parse("net service flows=10 rx=4K tx=1M rx_buffers=3 tx_buffers=4\n"
			"block disk\n"
			"option port u16 8080 # where\n"
			"option greeting text \"good day\" # what\n"
			"publish 8080:80 5353:53/udp\n"));
	EXPECT_TEXT(m.name, "x");
	EXPECT_EQ(m.net_count, 1);
	EXPECT_EQ(m.nets[0].flows, 10);
	EXPECT_EQ(m.nets[0].rx_bytes, 4096);
	EXPECT_EQ(m.nets[0].tx_bytes, 1048576);
	EXPECT_EQ(m.nets[0].rx_buffers, 3);
	EXPECT_EQ(m.nets[0].tx_buffers, 4);
	EXPECT_TEXT(m.blocks[0], "disk");
	EXPECT_EQ(m.option_count, 2);
	EXPECT_TEXT(m.options[0].preset, "8080");
	EXPECT_TEXT(m.options[0].help, "where");
	EXPECT_TEXT(m.options[1].preset, "good day");
	EXPECT_EQ(m.publish_count, 2);
	EXPECT_EQ(m.publish[0].ours, 8080);
	EXPECT_EQ(m.publish[0].its, 80);
	EXPECT(!m.publish[0].udp);
	EXPECT(m.publish[1].udp);
}

TEST(the_first_comment_is_what_the_image_is_for)
{
	EXPECT_OK(manifest_parse(&m, "app/x/x.fata", "\n# Says hello.\n# And more.\nimage x # not this\n"));
	EXPECT_TEXT(m.about, "Says hello.");
}

TEST(a_net_without_numbers_gets_presets)
{
	EXPECT_OK(parse("net service\n"));
	EXPECT_EQ(m.nets[0].flows, MANIFEST_FLOWS);
	EXPECT_EQ(m.nets[0].tx_bytes, MANIFEST_TX_BYTES);
	EXPECT_EQ(m.nets[0].reassembly_bytes, MANIFEST_REASSEMBLY_BYTES);
	EXPECT_EQ(m.nets[0].reassembly_buffers, MANIFEST_REASSEMBLY_BUFFERS);
}

TEST(a_net_keeps_a_quarter_of_its_flows_for_openings_unless_told)
{
	EXPECT_OK(parse("net service flows=100\n"));
	EXPECT_EQ(m.nets[0].backlog, 26);
	EXPECT_OK(parse("net service flows=100 backlog=7\n"));
	EXPECT_EQ(m.nets[0].backlog, 7);
	EXPECT_OK(parse("net service flows=100 backlog=0\n"));
	EXPECT_EQ(m.nets[0].backlog, 0);
	EXPECT_WRONG("net service backlog=much\n", "from 0 to 1000000");
}

TEST(a_net_may_do_without_reassembly)
{
	EXPECT_OK(parse("net service reassembly=4K reassembly_buffers=0\n"));
	EXPECT_EQ(m.nets[0].reassembly_bytes, 4096);
	EXPECT_EQ(m.nets[0].reassembly_buffers, 0);
	EXPECT_WRONG("net service reassembly=64K\n", "write reassembly=NUMBER, from 1 to 65535");
	EXPECT_WRONG("net service reassembly_buffers=33\n", "from 0 to 32");
}

TEST(an_image_has_every_part_that_it_does_not_go_without)
{
	EXPECT_OK(parse("net service\n"));
	for (const struct manifest_part *p = manifest_parts; p->word; p += 1)
		EXPECT(manifest_has(&m, p));
	EXPECT_OK(parse("without recording sack\nwithout icmp-errors sack # twice is once\n"));
	EXPECT(!m.parts.recording && !m.parts.sack && !m.parts.errors);
	EXPECT(m.parts.captures && m.parts.timestamps && m.parts.advice);
	EXPECT_OK(parse("without everything\nnet service\n"));
	for (const struct manifest_part *p = manifest_parts; p->word; p += 1)
		EXPECT(!manifest_has(&m, p));
	EXPECT_WRONG("without everythin\n", "did you mean 'everything'?");
	EXPECT_WRONG("without\n", "write: without PART..., of recording captures");
	EXPECT_WRONG("without recordings\n",
		"app/x/x.fata:2: no image has 'recordings' to do without; did you mean 'recording'?");
	EXPECT_WRONG("without ip6\n", "(there are recording captures");
}

TEST(what_is_wrong_is_said_with_file_line_and_suggestion)
{
	EXPECT_WRONG("\nnett service\n", "app/x/x.fata:3: no line begins with 'nett'; did you mean 'net'?");
	EXPECT_WRONG("net service flow=3\n", "app/x/x.fata:2: a net has no 'flow'; did you mean 'flows'?");
	EXPECT_WRONG("net service flows=0\n", "write flows=NUMBER, from 1 to 1000000");
	EXPECT_WRONG("net service flows=2K\n", "write flows=NUMBER"); /* K is for bytes */
	EXPECT_WRONG("option port u61 1 # p\n", "no option has the type 'u61'; did you mean 'u16'?");
	EXPECT_WRONG("option port u16 65536 # p\n", "'65536' is no u16: for example 8080");
	EXPECT_WRONG("option wait duration 5x # p\n", "is no duration: for example 30s");
	EXPECT_WRONG("option to ip 1.2.3 # p\n", "is no ip");
	EXPECT_WRONG("option yes bool maybe # p\n", "is no bool");
	EXPECT_WRONG("option port u16 1\n", "says nothing about itself");
	EXPECT_WRONG("option log text # p\n", "--log is an option of every image already");
	EXPECT_WRONG("option Port u16 # p\n", "'Port' cannot be a name");
	EXPECT_WRONG("net a\noption a u16 # p\n", "app/x/x.fata:3: 'a' is there already");
	EXPECT_WRONG("option a-b u16 # p\noption a_b u16 # p\n", "'a_b' is there already");
	EXPECT_WRONG("files pages nowhere/at/all\n", "there is no folder app/x/nowhere/at/all");
	EXPECT_WRONG("pages book /doc\n", "pages need a theme");
	EXPECT_WRONG("publish 80\n", "'80': write YOURS:ITS");
	EXPECT_WRONG("publish 0:80\n", "'0:80': write YOURS:ITS");
	EXPECT_WRONG("publish 53:53/ucp\n", "write YOURS:ITS");
	EXPECT_WRONG("option a text \"no end # p\n", "a quote that does not end");
	EXPECT_WRONG("image y\n", "there is an image line already");
}

TEST(the_image_and_its_file_share_a_name)
{
	EXPECT(strstr(manifest_parse(&m, "app/y/y.fata", "image x\n"), "so must the file be (x.fata)") !=
		NULL);
	EXPECT(strstr(manifest_parse(&m, "app/y/y.fata", "net service\n"), "no 'image NAME' line") != NULL);
}

TEST(no_table_overflows)
{
	struct text t = { 0 };

	for (int i = 0; i <= MANIFEST_OPTIONS; i += 1)
		text_add(&t, "option o%d u16 # p\n", i);
	EXPECT_WRONG(t.at, "too many options: 64 is the most");
	t.n = 0;
	for (int i = 0; i <= MANIFEST_NETS; i += 1)
		text_add(&t, "net n%d\n", i);
	EXPECT_WRONG(t.at, "too many nets");
	t.n = 0;
	text_add(&t, "publish");
	for (int i = 0; i <= MANIFEST_PUBLISH; i += 1)
		text_add(&t, " %d:1", i + 1);
	EXPECT_WRONG(t.at, "too many ports");
}
