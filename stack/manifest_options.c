/* manifest_options.c - the options of an image: typed, with presets, help and suggestions.
 *
 * An option is --name=value. For bool, --name alone is true and --no-name false.
 * What every image understands besides its manifest's options:
 *
 *   --ip= --gateway= --ip6= --gateway6= --no-dhcp --no-ip6 --no-slaac   the host's
 *       addresses; with several nets each is --NET.ip= and so on
 *   --log=   levels, --help
 */
#include "base/format.h"
#include "dev/console.h"
#include "dev/image.h"
#include "stack/manifest_options.h"

#define NAME_MAX_BYTES 48u

/* ---- values ---- */

static bool unit(struct reader *r, const struct view *names, const u64 *factors, usize count, u64 *factor)
{
	struct view rest = read_rest(r);

	for (usize i = 0; i < count; i += 1) {
		if (view_equal(rest, names[i])) {
			*factor = factors[i];
			return true;
		}
	}
	return false;
}

/* "30s", "5 min" is "5min", "250ms". */
static bool read_duration(struct reader *r, u64 *out)
{
	const struct view names[] = { text("ns"), text("us"), text("ms"), text("s"), text("min"), text("h"),
		text("d") };
	const u64 factors[] = { 1, NS_PER_US, NS_PER_MS, NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S,
		86400 * NS_PER_S };
	u64 factor;

	if (!read_decimal(r, 1u << 30, out) || !unit(r, names, factors, COUNT(names), &factor))
		return false;
	return !__builtin_mul_overflow(*out, factor, out);
}

/* "64k", "10M", "1G": powers of 1,024, as memory is counted. */
static bool read_size(struct reader *r, u64 *out)
{
	const struct view names[] = { text(""), text("k"), text("K"), text("M"), text("G") };
	const u64 factors[] = { 1, 1024, 1024, 1024 * 1024, 1024 * 1024 * 1024 };
	u64 factor;

	if (!read_decimal(r, 1ull << 40, out) || !unit(r, names, factors, COUNT(names), &factor))
		return false;
	return !__builtin_mul_overflow(*out, factor, out);
}

static bool read_bool(struct view v, bool *out)
{
	bool yes = view_equal(v, text("")) || view_equal(v, text("true")) || view_equal(v, text("yes")) ||
		   view_equal(v, text("on"));

	*out = yes;
	return yes || view_equal(v, text("false")) || view_equal(v, text("no")) || view_equal(v, text("off"));
}

static struct view type_hint(enum option_type type)
{
	switch (type) {
	case OPTION_U16: return text("a number from 0 to 65535");
	case OPTION_U32: return text("a number from 0 to 4294967295");
	case OPTION_U64: return text("a number");
	case OPTION_BOOL: return text("true or false");
	case OPTION_TEXT: return text("a text");
	case OPTION_IP: return text("an address like 192.0.2.1 or 2001:db8::1");
	case OPTION_DURATION: return text("a time like 250ms, 30s or 5min");
	case OPTION_SIZE: return text("a size like 512k, 10M or 1G");
	}
	return text("a value");
}

static bool set_value(const struct image_manifest *m, const struct image_option *o, struct view value)
{
	u8 *place = (u8 *)m->app + o->offset;
	struct reader r = reader_of(value);
	u64 number = 0;

	switch (o->type) {
	case OPTION_U16:
		if (!read_decimal(&r, 0xffff, &number) || !read_finished(&r))
			return false;
		*(u16 *)(void *)place = (u16)number;
		return true;
	case OPTION_U32:
		if (!read_decimal(&r, 0xffffffff, &number) || !read_finished(&r))
			return false;
		*(u32 *)(void *)place = (u32)number;
		return true;
	case OPTION_U64:
		if (!read_decimal(&r, TIME_NEVER, &number) || !read_finished(&r))
			return false;
		*(u64 *)(void *)place = number;
		return true;
	case OPTION_BOOL: return read_bool(value, (bool *)place);
	case OPTION_TEXT: *(struct view *)(void *)place = value; return true;
	case OPTION_IP: return ip_read_text(&r, (struct ip *)(void *)place) && read_finished(&r);
	case OPTION_DURATION: return read_duration(&r, (u64 *)(void *)place);
	case OPTION_SIZE: return read_size(&r, (u64 *)(void *)place);
	}
	return false;
}

/* ---- saying what is wrong ---- */

static void say(struct view a, struct view b, struct view c)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));

	write_view(&w, view_first(a, 160));
	write_view(&w, view_first(b, 160));
	write_view(&w, view_first(c, 160));
	write_text(&w, "\n");
	console_write(write_done(&w));
}

/* Edits to make one from the other (Levenshtein), for names of options. */
static u32 distance(struct view a, struct view b)
{
	u32 row[NAME_MAX_BYTES + 1u];

	if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
		return NAME_MAX_BYTES;
	for (u32 j = 0; j <= b.n; j += 1)
		row[j] = j;
	for (usize i = 0; i < a.n; i += 1) {
		u32 corner = row[0];

		row[0] = (u32)i + 1u;
		for (usize j = 0; j < b.n; j += 1) {
			u32 best = corner + (view_at(a, i) != view_at(b, j));

			corner = row[j + 1u];
			if (corner + 1u < best)
				best = corner + 1u;
			if (row[j] + 1u < best)
				best = row[j] + 1u;
			row[j + 1u] = best;
		}
	}
	return row[b.n];
}

struct builtin {
	struct view name, value, help;
};

static const struct builtin host_options[] = {
	{ TEXT("ip"), TEXT("ADDRESS/BITS"), TEXT("its IPv4 address; without it, DHCP is asked") },
	{ TEXT("gateway"), TEXT("ADDRESS"), TEXT("where packets for other IPv4 networks go") },
	{ TEXT("ip6"), TEXT("ADDRESS/BITS"), TEXT("an IPv6 address besides those made by SLAAC") },
	{ TEXT("gateway6"), TEXT("ADDRESS"),
		TEXT("the same for IPv6; without it, router advertisements tell") },
	{ TEXT("no-dhcp"), TEXT(""), TEXT("do not ask DHCP") },
	{ TEXT("no-ip6"), TEXT(""), TEXT("no IPv6 at all") },
	{ TEXT("no-slaac"), TEXT(""), TEXT("IPv6 by static and link-local addresses only") },
};

static enum options_verdict unknown(const struct image_manifest *m, struct view name)
{
	struct view best = view_none();
	u32 least = 4;

	for (u32 i = 0; i < m->option_count + COUNT(host_options); i += 1) {
		struct view candidate =
			i < m->option_count ? m->options[i].name : host_options[i - m->option_count].name;
		u32 d = distance(name, candidate);

		if (d < least) {
			least = d;
			best = candidate;
		}
	}
	say(m->name, text(": there is no option --"), name);
	if (best.n > 0)
		say(text("  did you mean --"), best, text("?"));
	say(text("  --help lists them all"), view_none(), view_none());
	return OPTIONS_WRONG;
}

static enum options_verdict wrong(struct view name, struct view value, struct view hint)
{
	say(text("--"), name, text(": this value is not right:"));
	say(text("  "), value, view_none());
	say(text("  it wants "), hint, view_none());
	return OPTIONS_WRONG;
}

/* ---- arguments ---- */

static enum options_verdict host_option(
	struct host_config *c, struct view name, struct view value, bool *known)
{
	struct reader r = reader_of(value);
	struct view prefix = text("an address and its network's bits, like 192.0.2.5/24");
	struct view address = text("an address like 192.0.2.1");

	*known = true;
	if (view_equal(name, text("ip"))) {
		if (!ip_prefix_read_text(&r, &c->ip4) || !read_finished(&r) || !ip_is4(c->ip4.ip))
			return wrong(name, value, prefix);
	} else if (view_equal(name, text("gateway"))) {
		if (!ip_read_text(&r, &c->gateway4) || !read_finished(&r) || !ip_is4(c->gateway4))
			return wrong(name, value, address);
	} else if (view_equal(name, text("ip6"))) {
		struct ip_prefix *free = ip_is_none(c->ip6[0].ip) ? &c->ip6[0] : &c->ip6[1];

		if (!ip_prefix_read_text(&r, free) || !read_finished(&r) || ip_is4(free->ip))
			return wrong(
				name, value, text("an address and its network's bits, like 2001:db8::5/64"));
	} else if (view_equal(name, text("gateway6"))) {
		if (!ip_read_text(&r, &c->gateway6) || !read_finished(&r) || ip_is4(c->gateway6))
			return wrong(name, value, text("an address like fe80::1"));
	} else if (view_equal(name, text("no-dhcp"))) {
		c->no_dhcp = true;
	} else if (view_equal(name, text("no-ip6"))) {
		c->no_ip6 = true;
	} else if (view_equal(name, text("no-slaac"))) {
		c->no_slaac = true;
	} else {
		*known = false;
	}
	return OPTIONS_OK;
}

static const struct image_option *find_option(const struct image_manifest *m, struct view name)
{
	for (u32 i = 0; i < m->option_count; i += 1)
		if (view_equal(m->options[i].name, name))
			return &m->options[i];
	return NULL;
}

static enum options_verdict take_argument(
	const struct image_manifest *m, struct image_settings *s, struct view name, struct view value)
{
	const struct image_option *o = find_option(m, name);
	struct view bare = name;
	u32 net = 0;
	bool known;

	if (view_equal(name, text("help")))
		return OPTIONS_HELP;
	if (o)
		return set_value(m, o, value) ? OPTIONS_OK : wrong(name, value, type_hint(o->type));
	if (view_starts(name, text("no-")) && (o = find_option(m, view_from(name, 3))) != NULL &&
		o->type == OPTION_BOOL)
		return set_value(m, o, text("false")) ? OPTIONS_OK : OPTIONS_WRONG;
	if (view_equal(name, text("log"))) {
		s->log = value;
		return OPTIONS_OK;
	}
	for (u32 i = 0; i < m->net_count; i += 1) {
		struct view n = m->nets[i].name;

		if (view_starts(name, n) && view_at(name, n.n) == '.') {
			bare = view_from(name, n.n + 1u);
			net = i;
		}
	}
	if (m->net_count > 1 && bare.n == name.n)
		return unknown(m, name);
	if (m->net_count > 0) {
		enum options_verdict v = host_option(&s->hosts[net], bare, value, &known);

		if (known)
			return v;
	}
	return unknown(m, name);
}

enum options_verdict options_read(const struct image_manifest *m, struct image_settings *settings)
{
	struct view argument;

	require(m->net_count <= IMAGE_NETS);
	for (u32 i = 0; i < m->option_count; i += 1)
		if (m->options[i].preset.n > 0)
			require(set_value(m, &m->options[i], m->options[i].preset));
	for (u32 i = 0; i < m->net_count; i += 1)
		settings->hosts[i].name = m->name;

	for (usize i = 0; (argument = image_argument(i)).n > 0; i += 1) {
		enum options_verdict v;
		usize equals;

		if (!view_starts(argument, text("--"))) {
			say(m->name, text(": options begin with --, this does not: "), argument);
			return OPTIONS_WRONG;
		}
		argument = view_from(argument, 2);
		equals = view_find(argument, '=');
		v = take_argument(
			m, settings, view_first(argument, equals), view_from(argument, equals + 1u));
		if (v != OPTIONS_OK)
			return v;
	}
	return OPTIONS_OK;
}

/* ---- help ---- */

static void help_line(struct view name, struct view value, struct view help, struct view preset)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));
	usize at;

	write_text(&w, "  --");
	write_view(&w, view_first(name, NAME_MAX_BYTES));
	if (value.n > 0) {
		write_text(&w, "=");
		write_view(&w, value);
	}
	at = write_len(&w);
	write_fill(&w, ' ', at < 30 ? 30 - at : 1);
	write_view(&w, view_first(help, 200));
	if (preset.n > 0) {
		write_text(&w, " [");
		write_view(&w, view_first(preset, 80));
		write_text(&w, "]");
	}
	write_text(&w, "\n");
	console_write(write_done(&w));
}

static struct view type_word(enum option_type type)
{
	switch (type) {
	case OPTION_U16:
	case OPTION_U32:
	case OPTION_U64: return text("NUMBER");
	case OPTION_BOOL: return view_none();
	case OPTION_TEXT: return text("TEXT");
	case OPTION_IP: return text("ADDRESS");
	case OPTION_DURATION: return text("TIME");
	case OPTION_SIZE: return text("SIZE");
	}
	return view_none();
}

void options_help(const struct image_manifest *m)
{
	say(m->name, text(": "), m->about);
	say(text("\nOptions of this image:"), view_none(), view_none());
	for (u32 i = 0; i < m->option_count; i += 1)
		help_line(m->options[i].name, type_word(m->options[i].type), m->options[i].help,
			m->options[i].preset);
	if (m->net_count > 0)
		say(text("\nIts network"),
			m->net_count > 1 ? text(" (each with the port's name before it: --NAME.ip=...)")
					 : view_none(),
			text(":"));
	for (u32 i = 0; i < COUNT(host_options) && m->net_count > 0; i += 1)
		help_line(host_options[i].name, host_options[i].value, host_options[i].help, view_none());
	say(text("\nEvery image:"), view_none(), view_none());
	help_line(text("log"), text("LEVEL|SOURCE:LEVEL,..."), text("off, error, warn, info or debug"),
		text("info"));
	help_line(text("help"), view_none(), text("print this and leave"), view_none());
}
