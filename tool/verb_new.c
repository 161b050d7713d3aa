/* verb_new.c - fata new app NAME: a small program that is complete: it builds, runs, and has a test. */
#include "tool/files.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <stdio.h>
#include <string.h>

/* In each, @ is the program's name. */
static const char manifest[] =
	"# Answers every line it is sent with the same line in capital letters.\n"
	"image   @\n"
	"net     service   flows=1000          # one Ethernet port with a host on it\n"
	"option  port      u16   8080          # the TCP port to listen on\n"
	"# A line like `without recording captures sack` leaves parts out: lib/parts/parts.h lists them.\n";

static const char program[] =
	"/* @.c - the shell: connections in, answers out. What it does with them is in @_shout.c. */\n"
	"#include \"image.h\" /* made by fata from @.fata */\n"
	"#include \"@_shout.h\"\n"
	"\n"
	"/* What is remembered for each connection; zeroed when it begins. */\n"
	"struct session {\n"
	"\tbool greeted;\n"
	"};\n"
	"static struct session sessions[SERVICE_FLOWS];\n"
	"\n"
	"/* Called whenever something may have changed: does what it can, and returns. */\n"
	"static enum next talk(void *session, struct flow *f)\n"
	"{\n"
	"\tstruct session *s = session;\n"
	"\n"
	"\tif (!s->greeted)\n"
	"\t\ts->greeted = flow_write(f, text(\"say something\\n\"));\n"
	"\n"
	"\tusize n = shout(flow_tx(f), flow_rx(f));\n"
	"\tflow_tx_send(f, n);\n"
	"\tflow_rx_done(f, n);\n"
	"\n"
	"\treturn flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;\n"
	"}\n"
	"\n"
	"void app_start(struct app *app)\n"
	"{\n"
	"\tserve(&app->service, app->port, talk, sessions, sizeof *sessions);\n"
	"}\n";

static const char core_header[] =
	"/* @_shout.h - the core: bytes in, bytes out, nothing else; so it can be tested by itself. */\n"
	"#ifndef SHOUT_H\n"
	"#define SHOUT_H\n"
	"\n"
	"#include \"base/view.h\"\n"
	"\n"
	"/* Writes `from` to `to` with small letters made capital; as much as both have.\n"
	" * Returns how many bytes that was. */\n"
	"usize shout(struct span to, struct view from);\n"
	"\n"
	"#endif\n";

static const char core[] = "/* @_shout.c - see @_shout.h. */\n"
			   "#include \"@_shout.h\"\n"
			   "\n"
			   "usize shout(struct span to, struct view from)\n"
			   "{\n"
			   "\tusize n = copy(to, from);\n"
			   "\n"
			   "\tfor (usize i = 0; i < n; i += 1) {\n"
			   "\t\tu8 c = view_at(from, i);\n"
			   "\n"
			   "\t\tif (c >= 'a' && c <= 'z')\n"
			   "\t\t\tspan_set(to, i, (u8)(c - 'a' + 'A'));\n"
			   "\t}\n"
			   "\treturn n;\n"
			   "}\n";

static const char test[] = "/* @_test.c - run it with: ./fata test @ */\n"
			   "#include \"@_shout.h\"\n"
			   "#include \"test/test.h\"\n"
			   "\n"
			   "TEST(small_letters_become_capital_and_the_rest_stays)\n"
			   "{\n"
			   "\tu8 room[32];\n"
			   "\tusize n = shout(span_of(room), text(\"hello, World 7\"));\n"
			   "\n"
			   "\tEXPECT_VIEW(view_first(view_of(room), n), text(\"HELLO, WORLD 7\"));\n"
			   "}\n"
			   "\n"
			   "TEST(what_does_not_fit_is_left_for_the_next_time)\n"
			   "{\n"
			   "\tu8 room[4];\n"
			   "\n"
			   "\tEXPECT_EQ(shout(span_of(room), text(\"hello\")), 4);\n"
			   "\tEXPECT_VIEW(view_of(room), text(\"HELL\"));\n"
			   "\tEXPECT_EQ(shout(span_none(), text(\"hello\")), 0);\n"
			   "}\n";

static void write_one(const char *path, const char *pattern, const char *name)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (; *pattern; pattern += 1)
		text_add(&t, *pattern == '@' ? "%s" : "%.1s", *pattern == '@' ? name : pattern);
	file_write(path, t.at, t.n);
	printf("  %s\n", path);
}

static bool name_good(const char *s)
{
	if (*s < 'a' || *s > 'z' || strlen(s) > 32)
		return false;
	for (; *s; s += 1)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_'))
			return false;
	return true;
}

int verb_new(const struct arguments *a)
{
	if (a->n != 2 || strcmp(a->at[0], "app") != 0)
		usage_error("new", "write: fata new app NAME (or a path: fata new app ../mine/NAME)");

	bool path = strchr(a->at[1], '/') != 0;
	char *folder = path ? path_from_user(a->at[1]) : form("app/%s", a->at[1]);
	const char *name = path_name(folder);
	if (!name_good(name))
		usage_error("new", "'%s' cannot be a name: small letters, digits and _ only, a letter first",
			name);
	if (file_exists(folder) || folder_exists(folder))
		stop_with("%s is there already: choose another name, or remove it first", folder);
	char *prefix = form("%s/%s", folder, name);
	write_one(form("%s.fata", prefix), manifest, name);
	write_one(form("%s.c", prefix), program, name);
	write_one(form("%s_shout.h", prefix), core_header, name);
	write_one(form("%s_shout.c", prefix), core, name);
	write_one(form("%s_test.c", prefix), test, name);
	const char *call = path ? a->at[1] : name;
	printf("\nNext: ./fata run %s       then, elsewhere: nc 127.0.0.1 8080\n", call);
	if (!path)
		printf("      ./fata test %s\n", name);
	printf("      ./fata describe %s\n", call);
	return 0;
}
