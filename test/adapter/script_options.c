/* script_options.c - whether TCP options are those that a script wants. See script.h. */
#include "test/adapter/script.h"
#include <ctype.h>
#include <string.h>

/* Words alike, where * is any number. */
bool script_options_match(const char *want, const char *got)
{
	if (strcmp(want, "...") == 0)
		return true;
	while (*want && *got) {
		if (*want == '*') {
			if (!isdigit((unsigned char)*got))
				return false;
			got += strspn(got, "0123456789");
			want += 1;
		} else if (*want == ' ' && *got != ' ') {
			want += 1;
		} else if (*want == *got) {
			want += 1;
			got += 1;
		} else {
			return false;
		}
	}
	return *want == *got;
}

/* ---- options as packetdrill's scripts have them ---- */

/* The next one of a list, without what only fills. False: that was all. */
static bool next_option(const char **p, char *one, usize room)
{
	while (**p) {
		usize n = strcspn(*p, ",");
		const char *from = *p + strspn(*p, " \t");

		snprintf(one, room, "%.*s", (int)(n - (usize)(from - *p)), from);
		*p += n + ((*p)[n] == ',');
		if (strcmp(one, "nop") != 0 && strcmp(one, "eol") != 0 && *one)
			return true;
	}
	return false;
}

/* A TS val is any, and remembered; or of a clock that ticks as the script says. */
static bool stamps_alike(struct script *x, const char *want, const char *got)
{
	const struct script_stamp *first = &x->stamps[0];
	struct script_stamp s;
	u32 want_echo, echo;
	long off;

	if (sscanf(want, "TS val %u ecr %u", &s.said, &want_echo) != 2 ||
		sscanf(got, "TS val %u ecr %u", &s.was, &echo) != 2 || want_echo != echo)
		return false;
	if (x->tick_us != 0 && x->stamp_count > 0) {
		off = (long)((u64)(s.was - first->was) << 20) -
		      (long)(s.said - first->said) * (long)x->tick_us * 1000;
		if (off > (long)x->tolerance_ns || off < -(long)x->tolerance_ns)
			return false;
	}
	x->stamps[x->stamp_count % SCRIPT_STAMPS] = s;
	x->stamp_count += 1;
	return true;
}

static bool has_alike(struct script *x, const char *options, const char *one)
{
	char other[200];

	while (next_option(&options, other, sizeof other))
		if (strcmp(one, "FO TFO_COOKIE") == 0 && strncmp(other, "FO ", 3) == 0)
			return true;
		else if (strncmp(one, "TS ", 3) == 0 ? stamps_alike(x, one, other)
						     : script_options_match(one, other))
			return true;
	return false;
}

/* The same ones, wherever they are and whatever fills between them. */
bool script_options_alike(struct script *x, const char *want, const char *got, bool syn)
{
	const char *w = want, *g = got;
	u32 wanted = 0, had = 0;
	char one[200];

	if (strcmp(want, "...") == 0)
		return true;
	while (next_option(&w, one, sizeof one)) {
		if (!has_alike(x, got, one))
			return false;
		wanted += 1;
	}
	while (next_option(&g, one, sizeof one))
		had += !(syn && x->no_timestamps && strncmp(one, "TS ", 3) == 0);
	return wanted == had;
}
