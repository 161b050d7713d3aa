#include "tender/solo5_words.h"
#include "base/writer.h"

static struct view zero_ended(const char *s)
{
	usize n = 0;

	while (s[n])
		n += 1;
	return view_make(s, n);
}

/* ---- building ---- */

static bool add(struct solo5_words *w, const char *word)
{
	if (w->words == SOLO5_WORDS)
		return false;
	w->word[w->words] = word;
	w->words += 1;
	w->word[w->words] = 0;
	return true;
}

/* A word of up to five parts. */
static bool add_parts(struct solo5_words *w, const struct view *part, u32 parts)
{
	struct writer to = writer_of(span_from(span_make(w->room, sizeof w->room), w->bytes));
	const char *word = w->room + w->bytes;

	for (u32 i = 0; i < parts; i += 1)
		write_view(&to, part[i]);
	write_u8(&to, 0);
	if (write_bad(&to))
		return false;
	w->bytes += (u32)write_len(&to);
	return add(w, word);
}

/* ---- reading ---- */

/* "--net:service=tap0" is of kind "--net:" with name and value; false: it is of another kind. */
static bool split(struct view word, struct view kind, struct view *name, struct view *value)
{
	struct view rest = view_from(word, kind.n);
	usize equals = view_find(rest, '=');

	*name = view_first(rest, equals);
	*value = view_from(rest, equals + 1);
	return view_starts(word, kind);
}

static bool is_option(const char *word)
{
	return word[0] == '-' && !view_equal(zero_ended(word), text("--"));
}

/* One of ours whose value is the next word: all but two, when the value is not behind a '='. */
static bool takes_next(struct view word)
{
	return view_find(word, '=') == word.n && view_find(word, ':') == word.n &&
	       !view_equal(word, text("--verbose")) && !view_equal(word, text("--platform-help"));
}

/* The value of the last option of this kind and name; empty: there is none. */
static struct view value_of(const char *const *words, struct view kind, struct view name)
{
	struct view found = view_none();

	for (; *words && is_option(*words); words += 1) {
		struct view of, value;
		struct view word = zero_ended(*words);

		if (split(word, kind, &of, &value) && view_equal(of, name))
			found = value;
		if (takes_next(word) && words[1])
			words += 1;
	}
	return found;
}

/* ---- each kind ---- */

/* An option with a name becomes ours, with what another option says of the same name. */
static bool add_named(struct solo5_words *w, const char *ours, struct view before, struct view name,
	struct view value, struct view also, struct view also_value)
{
	const struct view part[] = { name, text("="), before, value, also, also_value };

	return name.n > 0 && value.n > 0 && add(w, ours) && add_parts(w, part, also_value.n > 0 ? 6 : 4);
}

static bool respell_one(struct solo5_words *w, const char *const *all, const char *word)
{
	struct view v = zero_ended(word), name, value;

	if (split(v, text("--net:"), &name, &value))
		return add_named(w, "--net", view_starts(value, text("@")) ? text("frames:") : text("tap:"),
			name, view_from(value, view_starts(value, text("@"))), text(",mac="),
			value_of(all, text("--net-mac:"), name));
	if (split(v, text("--block:"), &name, &value))
		return add_named(w, "--block", view_none(), name, value, text(",sector="),
			value_of(all, text("--block-sector-size:"), name));
	if (split(v, text("--net-mac:"), &name, &value))
		return value_of(all, text("--net:"), name).n > 0; /* said there */
	if (split(v, text("--block-sector-size:"), &name, &value))
		return value_of(all, text("--block:"), name).n > 0;
	return add(w, word);
}

bool solo5_respell(struct solo5_words *w, const char *const *words)
{
	const char *const *all = words;

	w->words = w->bytes = 0;
	w->word[0] = 0;
	while (*words && is_option(*words)) {
		bool next = takes_next(zero_ended(*words)) && words[1];

		if (!respell_one(w, all, *words))
			return false;
		words += 1;
		if (next && !add(w, *words))
			return false;
		words += next;
	}
	if (*words && !is_option(*words) && view_equal(zero_ended(*words), text("--")))
		words += 1;
	for (; *words; words += 1)
		if (!add(w, *words))
			return false;
	return true;
}
