/* run_target.c - see run_target.h. */
#include "tool/run_target.h"
#include "tool/plan.h"
#include "tool/process.h"
#include "tool/run_net.h"
#include "tool/run_options.h"
#include "tool/tree.h"
#include "tool/trouble.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRY_SECONDS "10" /* it takes milliseconds; a machine may be busy */
#define TIMED_OUT   124  /* timeout(1) */

static bool make(const struct run_wish *w, const struct target *t)
{
	struct words outputs = { 0 };

	words_add(&outputs, image_output(w->image, t));
	if (t->tender)
		words_add(&outputs, form("out/%s", t->tender));
	words_add_all(&outputs, &w->also);
	return build(&outputs, false);
}

/* ---- what is in the way of a target, or null ---- */

static char *missing_option(const struct run_wish *w, const struct target *t)
{
	const struct run_option *o = run_option_unknown(&w->options, t->name);

	return o ? form("it has no %s", o->name) : 0;
}

static char *missing_device(const struct target *t)
{
	int fd = t->needs ? open(t->needs, O_RDWR | O_CLOEXEC) : -1;

	if (!t->needs)
		return 0;
	if (fd < 0)
		return errno == ENOENT ? form("there is no %s", t->needs)
				       : form("cannot open %s: %s", t->needs, strerror(errno));
	close(fd);
	return 0;
}

/* The first line of what a tender said, without "fata: ". */
static char *first_complaint(const char *said)
{
	static const char head[] = "fata: ";
	const char *from = strstr(said, head);

	from = from ? from + strlen(head) : said;
	return trimmed(from, from + strcspn(from, "\n"));
}

/* Really: it is started, with nothing but its help to print. */
static char *does_not_run(const struct run_wish *w, const struct target *t)
{
	struct words command = words_split("timeout " TRY_SECONDS), none = { 0 };
	char *said;

	if (t->tender)
		words_add(&command, form("./out/%s", t->tender));
	words_add(&command, form("./%s", image_output(w->image, t)));
	connect_left_out(&command, w->image, &none);
	words_add(&command, "--help");
	int status = run_kept(&command, &said);
	if (status == 0)
		return 0;
	if (status == TIMED_OUT)
		return "it was tried and did not end within " TRY_SECONDS " seconds";
	if (status > 128)
		return form(
			"it was tried and ended by signal %d (%s)", status - 128, strsignal(status - 128));
	char *complaint = first_complaint(said);
	return *complaint ? complaint : form("it was tried and left with status %d", status);
}

/* ---- the choice ---- */

/* The next weaker one: its strength is below this. Null: none. */
static const struct target *strongest_below(unsigned strength)
{
	const struct target *best = 0;

	for (const struct target *t = targets; t->name; t += 1)
		if (t->strength > 0 && t->strength < strength && (!best || t->strength > best->strength))
			best = t;
	return best;
}

static const struct target *strongest(const struct run_wish *w)
{
	struct text why = { 0 };
	const struct target *t = strongest_below(UINT_MAX);

	text_add(&why, "%s", "");
	for (const struct target *next; t; t = next) {
		next = strongest_below(t->strength);
		char *trouble = missing_option(w, t);
		if (!trouble && next)
			trouble = missing_device(t);
		if (!trouble && !make(w, t))
			return 0;
		if (!trouble && next)
			trouble = does_not_run(w, t);
		if (!trouble)
			break;
		text_add(&why, "%snot %s: %s", why.n ? "; " : "", t->name, trouble);
	}
	if (!t)
		usage_error("run", "no target can do all of that: %s", why.at);
	fprintf(stderr, "fata: running on %s: %s (%s)\n", t->name, t->about,
		why.n ? why.at : "the strongest of them; name another behind the image, or in FATA_TARGET");
	return t;
}

static const struct target *the_named(const struct run_wish *w, const struct target *t)
{
	const struct run_option *o = run_option_unknown(&w->options, t->name);

	if (t->kind != TARGET_IMAGE)
		usage_error("run", "%s is not run this way: out/%s/%s loads its images, see its --help",
			t->name, t->folder, t->folder);
	if (o)
		usage_error("run", "%s is for %s, not for %s", o->name, o->targets, t->name);
	char *trouble = missing_device(t);
	if (trouble)
		stop_with("%s cannot run here: %s; name no target, and fata run takes the strongest that can",
			t->name, trouble);
	return make(w, t) ? t : 0;
}

const struct target *run_target(const struct run_wish *w)
{
	const char *preset = getenv("FATA_TARGET");

	if (w->target)
		return the_named(w, w->target);
	if (preset && *preset)
		return the_named(w, target_need("run", preset));
	return strongest(w);
}
