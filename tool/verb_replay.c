/* verb_replay.c - fata replay FILE: the simulator runs a recording again (plat/sim), on the image it names. */
#include "plat/record/log.h"
#include "tool/files.h"
#include "tool/plan.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <string.h>

/* The first event of every recording. */
static char *image_of(const char *path, const char *shown)
{
	size_t n = 0;
	char *bytes = file_read(path, &n);
	struct log log;
	struct log_event event;

	if (!bytes)
		stop_with(
			"%s: there is no such file; make one with: fata run IMAGE --record %s", shown, shown);
	enum log_verdict v = log_open(&log, view_make(bytes, n), span_make(room_for(n, 1), n));
	if (v == LOG_FOREIGN || v == LOG_VERSION)
		stop_with("%s: %s; make one with: fata run IMAGE --record FILE", shown, log_verdict_name(v));
	if (log_next(&log, &event) != LOG_OK || event.kind != RECORD_IMAGE)
		stop_with("%s: the recording ends before it begins (%s)", shown, log_verdict_name(v));
	return form("%.*s", (int)event.name.n, (const char *)event.name.p);
}

int verb_replay(const struct arguments *a)
{
	struct tree *tree = tree_read();
	struct words outputs = { 0 }, command = { 0 }, more = { 0 };
	const struct target *sim = target_find("sim");
	const char *file = 0, *image = 0;
	bool debug = false;

	for (int i = 0; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--debug") == 0)
			debug = true;
		else if (strcmp(a->at[i], "--trace") == 0)
			words_add(&more, a->at[i]);
		else if (strcmp(a->at[i], "--until") == 0 && i + 1 < a->n)
			words_add(&more, form("--until=%s", a->at[++i]));
		else if (*a->at[i] == '-')
			unknown_option("replay", a->at[i], "--debug --trace --until --help");
		else if (!file)
			file = a->at[i];
		else
			image = a->at[i];
	}
	if (!file)
		usage_error("replay", "which recording?");
	char *path = path_from_user(file);
	struct manifest *m = tree_image(tree, "replay", image ? image : image_of(path, file));
	if (debug && !have_program("gdb"))
		stop_with("--debug wants gdb: apt-get install gdb");

	plan_write(tree);
	words_add(&outputs, image_output(m, sim));
	words_add(&outputs, runner_output("plat/sim"));
	if (!build(&outputs, false))
		return 1;
	if (debug)
		command = words_split("gdb -q --args");
	words_add(&command, form("./%s", runner_output("plat/sim")));
	words_add(&command, "replay");
	words_add(&command, path);
	words_add(&command, image_output(m, sim));
	words_add_all(&command, &more);
	return run_shown(&command);
}
