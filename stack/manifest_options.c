/* manifest_options.c - the options of an image: typed, with presets, help and suggestions.
 *
 * An option is --name=value. For bool, --name alone is true and --no-name false.
 * What every image understands besides its manifest's options:
 *
 *   --ip= --gateway= --ip6= --gateway6= --route= --no-dhcp --no-ip6 --no-slaac --eui64 --secret= --vlan=   the host's
 *       addresses and ways; with several nets each is --NET.ip= and so on
 *   --tcp-ecn --tcp-pacing --tcp-congestion=NAME --tcp-fast-open   how its TCP treats the path
 *   --log=   levels, --help
 */
#include "base/format.h"
#include "dev/console.h"
#include "dev/image.h"
#include "lib/parts/parts.h"
#include "stack/manifest_options.h"

#define NAME_MAX_BYTES 48u

/* ---- values ---- */

/* What a value may be besides digits: a word and what it stands for. */
struct word {
	struct view name;
	u64 value;
};

static const struct word times[] = { /* "30s", "5min", "250ms" */
	{ TEXT("ns"), 1 }, { TEXT("us"), NS_PER_US }, { TEXT("ms"), NS_PER_MS }, { TEXT("s"), NS_PER_S },
	{ TEXT("min"), 60 * NS_PER_S }, { TEXT("h"), 3600 * NS_PER_S }, { TEXT("d"), 86400 * NS_PER_S }
};
static const struct word sizes[] = { /* "64k", "10M", "1G": powers of 1,024, as memory is counted */
	{ TEXT(""), 1 }, { TEXT("k"), 1u << 10 }, { TEXT("K"), 1u << 10 }, { TEXT("M"), 1u << 20 },
	{ TEXT("G"), 1u << 30 }
};
static const struct word truths[] = { { TEXT(""), true }, { TEXT("true"), true }, { TEXT("yes"), true },
	{ TEXT("on"), true }, { TEXT("false"), false }, { TEXT("no"), false }, { TEXT("off"), false } };
static const struct word plain[] = { { TEXT(""), 1 } };

/* How a type is written. A number is digits up to `most` and then a word that multiplies it;
 * most = 0: a word alone. */
struct option_type {
	struct view word, hint; /* in the help; when it is wrong */
	const struct word *words;
	u32 word_count;
	u32 bytes; /* of a number, where it is kept */
	u64 most;
	enum { NUMBER, TEXT_AS_IT_IS, IP } form;
};

const struct option_type option_u16 = { TEXT("NUMBER"), TEXT("a number from 0 to 65535"), plain, 1, 2, 0xffff,
	NUMBER };
const struct option_type option_u32 = { TEXT("NUMBER"), TEXT("a number from 0 to 4294967295"), plain, 1, 4,
	0xffffffff, NUMBER };
const struct option_type option_u64 = { TEXT("NUMBER"), TEXT("a number"), plain, 1, 8, TIME_NEVER, NUMBER };
const struct option_type option_bool = { TEXT(""), TEXT("true or false"), truths, COUNT(truths), 1, 0,
	NUMBER };
const struct option_type option_text = { TEXT("TEXT"), TEXT("a text"), NULL, 0, 0, 0, TEXT_AS_IT_IS };
const struct option_type option_ip = { TEXT("ADDRESS"), TEXT("an address like 192.0.2.1 or 2001:db8::1"),
	NULL, 0, 0, 0, IP };
const struct option_type option_duration = { TEXT("TIME"), TEXT("a time like 250ms, 30s or 5min"), times,
	COUNT(times), 8, 1u << 30, NUMBER };
const struct option_type option_size = { TEXT("SIZE"), TEXT("a size like 512k, 10M or 1G"), sizes,
	COUNT(sizes), 8, 1ull << 40, NUMBER };

static bool read_number(struct view value, const struct option_type *t, u64 *out)
{
	struct reader r = reader_of(value);
	u32 i = 0;

	*out = 1;
	if (t->most > 0 && !read_decimal(&r, t->most, out))
		return false;
	while (i < t->word_count && !view_equal(read_rest(&r), t->words[i].name))
		i += 1;
	return i < t->word_count && !__builtin_mul_overflow(*out, t->words[i].value, out);
}

static bool set_value(const struct image_manifest *m, const struct image_option *o, struct view value)
{
	u8 *place = (u8 *)m->app + o->offset;
	const struct option_type *t = o->type;
	struct reader r = reader_of(value);
	u64 number;

	if (t->form == TEXT_AS_IT_IS) {
		*(struct view *)(void *)place = value;
		return true;
	}
	if (t->form == IP)
		return ip_read_text(&r, (struct ip *)(void *)place) && read_finished(&r);
	if (!read_number(value, t, &number))
		return false;
	for (u32 i = 0; i < t->bytes; i += 1) /* little-endian, as all our machines are */
		place[i] = (u8)(number >> 8 * i);
	return true;
}

/* ---- saying what is wrong ---- */

static void say(struct view a, struct view b, struct view c)
{
	console_write(a);
	console_write(b);
	console_write(c);
	console_write(text("\n"));
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

/* The options of a host, and where its configuration keeps them. */
enum host_kind { HOST_ADDRESS, HOST_PREFIX, HOST_WAY, HOST_TEXT, HOST_VLAN, HOST_CONTROL, HOST_FLAG };

static const struct builtin {
	struct view name;
	enum host_kind kind;
	bool four;
	u16 offset; /* in struct host_config */
} host_options[] = {
	{ TEXT("ip"), HOST_PREFIX, true, offsetof(struct host_config, ip4) },
	{ TEXT("gateway"), HOST_ADDRESS, true, offsetof(struct host_config, gateway4) },
	{ TEXT("ip6"), HOST_PREFIX, false, offsetof(struct host_config, ip6) },
	{ TEXT("gateway6"), HOST_ADDRESS, false, offsetof(struct host_config, gateway6) },
	{ TEXT("no-dhcp"), HOST_FLAG, true, offsetof(struct host_config, no_dhcp) },
	{ TEXT("no-ip6"), HOST_FLAG, false, offsetof(struct host_config, no_ip6) },
	{ TEXT("no-slaac"), HOST_FLAG, false, offsetof(struct host_config, no_slaac) },
};

/* What parts bring: a table of its own, for images without all of them. */
static const struct builtin part_options[] = {
	{ TEXT("route"), HOST_WAY, false, offsetof(struct host_config, route) },
	{ TEXT("secret"), HOST_TEXT, false, offsetof(struct host_config, secret) },
	{ TEXT("vlan"), HOST_VLAN, true, offsetof(struct host_config, vlan) },
	{ TEXT("eui64"), HOST_FLAG, false, offsetof(struct host_config, eui64) },
	{ TEXT("tcp-ecn"), HOST_FLAG, true, offsetof(struct host_config, tcp_ecn) },
	{ TEXT("tcp-pacing"), HOST_FLAG, true, offsetof(struct host_config, tcp_pacing) },
	{ TEXT("tcp-congestion"), HOST_CONTROL, true, offsetof(struct host_config, tcp_control) },
	{ TEXT("tcp-fast-open"), HOST_FLAG, true, offsetof(struct host_config, tcp_fast_open) },
};

/* What is said of each of them: a table of its own, for images without advice. */
static const struct host_words {
	struct view value, help, hint;
} host_words[COUNT(host_options) + COUNT(part_options)] = {
	{ TEXT("ADDRESS/BITS"), TEXT("its IPv4 address; without it, DHCP is asked"),
		TEXT("an address and its network's bits, like 192.0.2.5/24") },
	{ TEXT("ADDRESS"), TEXT("where packets for other IPv4 networks go"),
		TEXT("an address like 192.0.2.1") },
	{ TEXT("ADDRESS/BITS"), TEXT("an IPv6 address besides those made by SLAAC"),
		TEXT("an address and its network's bits, like 2001:db8::5/64") },
	{ TEXT("ADDRESS"), TEXT("the same for IPv6; without it, router advertisements tell"),
		TEXT("an address like fe80::1") },
	{ TEXT(""), TEXT("do not ask DHCP"), TEXT("") },
	{ TEXT(""), TEXT("no IPv6 at all"), TEXT("") },
	{ TEXT(""), TEXT("IPv6 by static and link-local addresses only"), TEXT("") },
	{ TEXT("NETWORK/BITS,ROUTER"),
		TEXT("where packets for this network go; without a router, it is on the link"),
		TEXT("a network and its router, like 10.0.0.0/8,192.0.2.1; at most four times") },
	{ TEXT("TEXT"),
		TEXT("the same text gives the same IPv6 addresses at every start; keep it to yourself"),
		TEXT("a text") },
	{ TEXT("NUMBER"), TEXT("the VLAN that it is in: frames are tagged (802.1Q)"),
		TEXT("a number from 1 to 4094") },
	{ TEXT(""), TEXT("IPv6 addresses from the port's own, for all to see"), TEXT("") },
	{ TEXT(""), TEXT("ask peers for ECN; who asks gets it anyway"), TEXT("") },
	{ TEXT(""), TEXT("spread bursts over round trips of 1 ms and more"), TEXT("") },
	{ TEXT("NAME"), TEXT("what governs TCP's windows, instead of cubic: bbr or reno"),
		TEXT("bbr, cubic or reno") },
	{ TEXT(""), TEXT("data in SYNs, where its program can bear to hear it twice (RFC 7413)"), TEXT("") },
};

static u32 host_option_count(void)
{
	bool more = image_parts.routes || image_parts.identifiers || image_parts.vlan || image_parts.ecn ||
		    image_parts.pacing || image_parts.bbr || image_parts.fast_open;

	return COUNT(host_options) + (more ? COUNT(part_options) : 0);
}

static const struct builtin *host_option_at(u32 i)
{
	return i < COUNT(host_options) ? &host_options[i] : &part_options[i - COUNT(host_options)];
}

/* Whether this image has what the option is about. */
static bool host_has(u32 i)
{
	if (i < COUNT(host_options))
		return true;
	switch (host_option_at(i)->offset) {
	case offsetof(struct host_config, route): return image_parts.routes;
	case offsetof(struct host_config, secret):
	case offsetof(struct host_config, eui64): return image_parts.identifiers;
	case offsetof(struct host_config, vlan): return image_parts.vlan;
	case offsetof(struct host_config, tcp_ecn): return image_parts.ecn;
	case offsetof(struct host_config, tcp_pacing): return image_parts.pacing;
	case offsetof(struct host_config, tcp_control): return image_parts.bbr;
	case offsetof(struct host_config, tcp_fast_open): return image_parts.fast_open;
	default: return true;
	}
}

static enum options_verdict unknown(const struct image_manifest *m, struct view name)
{
	struct view best = view_none();
	u32 least = 4;

	say(m->name, text(": there is no option --"), name);
	if (!image_parts.advice)
		return OPTIONS_WRONG;
	for (u32 i = 0; i < m->option_count + host_option_count(); i += 1) {
		struct view candidate =
			i < m->option_count ? m->options[i].name : host_option_at(i - m->option_count)->name;
		u32 d = distance(name, candidate);

		if (d < least) {
			least = d;
			best = candidate;
		}
	}
	if (best.n > 0)
		say(text("  did you mean --"), best, text("?"));
	console_write(text("  --help lists them all\n"));
	return OPTIONS_WRONG;
}

static enum options_verdict wrong(struct view name, struct view value, struct view hint)
{
	say(text("--"), name, text(": this value is not right:"));
	say(text("  "), value, view_none());
	if (image_parts.advice)
		say(text("  it wants "), hint, view_none());
	return OPTIONS_WRONG;
}

/* ---- arguments ---- */

/* Both families; a fifth route is refused. */
static bool take_route(struct host_config *c, struct reader *r)
{
	struct host_route way = { 0 };
	bool read = ip_prefix_read_text(r, &way.to);

	if (read && !read_finished(r))
		read = read_u8(r) == ',' && ip_read_text(r, &way.via) && read_finished(r) &&
		       ip_is4(way.via) == ip_is4(way.to.ip);
	for (u32 i = 0; read && i < HOST_ROUTES; i += 1) {
		if (!ip_is_none(c->route[i].to.ip) || !ip_is_none(c->route[i].via))
			continue;
		c->route[i] = way;
		return true;
	}
	return false;
}

static bool take_vlan(struct host_config *c, struct reader *r)
{
	u64 vlan = 0;

	if (!read_decimal(r, ETH_VLAN_MAX, &vlan) || !read_finished(r) || vlan == 0)
		return false;
	c->vlan = (u16)vlan;
	return true;
}

static bool take_control(struct host_config *c, struct view name)
{
	if (view_equal(name, text("bbr")))
		c->tcp_control = TCP_BBR;
	else if (view_equal(name, text("reno")))
		c->tcp_control = TCP_NEWRENO;
	else
		return view_equal(name, text("cubic"));
	return true;
}

static bool take_address(struct host_config *c, const struct builtin *o, struct reader *r)
{
	u8 *place = (u8 *)c + o->offset;
	struct ip_prefix p;
	bool read = o->kind == HOST_PREFIX ? ip_prefix_read_text(r, &p) : ip_read_text(r, &p.ip);

	if (!read || !read_finished(r) || ip_is4(p.ip) != o->four)
		return false;
	if (o->kind == HOST_ADDRESS)
		*(struct ip *)(void *)place = p.ip;
	else if (!o->four && !ip_is_none(c->ip6[0].ip))
		c->ip6[1] = p; /* --ip6 is given twice */
	else
		*(struct ip_prefix *)(void *)place = p;
	return true;
}

static enum options_verdict host_option(struct host_config *c, u32 i, struct view value)
{
	const struct builtin *o = host_option_at(i);
	u8 *place = (u8 *)c + o->offset;
	struct reader r = reader_of(value);
	bool good = true;

	switch (o->kind) {
	case HOST_FLAG: *(bool *)place = true; break;
	case HOST_TEXT:
		if (image_parts.identifiers)
			*(struct view *)(void *)place = value;
		break;
	case HOST_VLAN: good = image_parts.vlan && take_vlan(c, &r); break;
	case HOST_WAY: good = image_parts.routes && take_route(c, &r); break;
	case HOST_CONTROL: good = image_parts.bbr && take_control(c, value); break;
	case HOST_PREFIX:
	case HOST_ADDRESS: good = take_address(c, o, &r); break;
	}
	return good ? OPTIONS_OK : wrong(o->name, value, host_words[i].hint);
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

	if (view_equal(name, text("help")))
		return OPTIONS_HELP;
	if (o)
		return set_value(m, o, value) ? OPTIONS_OK : wrong(name, value, o->type->hint);
	if (view_starts(name, text("no-")) && (o = find_option(m, view_from(name, 3))) != NULL &&
		o->type == &option_bool)
		return set_value(m, o, text("false")) ? OPTIONS_OK : OPTIONS_WRONG;
	if (view_equal(name, text("log"))) {
		if (!image_parts.levels) {
			say(m->name, text(" has no --log: its manifest says 'without levels'"), view_none());
			return OPTIONS_WRONG;
		}
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
	for (u32 i = 0; i < host_option_count() && m->net_count > 0; i += 1)
		if (view_equal(bare, host_option_at(i)->name) && host_has(i))
			return host_option(&s->hosts[net], i, value);
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

void options_help(const struct image_manifest *m)
{
	if (!image_parts.advice) {
		say(text("for its options: fata run "), m->name, text(" --help"));
		return;
	}
	say(m->name, text(": "), m->about);
	console_write(text("\nOptions of this image:\n"));
	for (u32 i = 0; i < m->option_count; i += 1)
		help_line(m->options[i].name, m->options[i].type->word, m->options[i].help,
			m->options[i].preset);
	if (m->net_count > 0)
		say(text("\nIts network"),
			m->net_count > 1 ? text(" (each with the port's name before it: --NAME.ip=...)")
					 : view_none(),
			text(":"));
	for (u32 i = 0; i < host_option_count() && m->net_count > 0; i += 1)
		if (host_has(i))
			help_line(host_option_at(i)->name, host_words[i].value, host_words[i].help,
				view_none());
	console_write(text("\nEvery image:\n"));
	help_line(text("log"), text("LEVEL|SOURCE:LEVEL,..."), text("off, error, warn, info or debug"),
		text("info"));
	help_line(text("help"), view_none(), text("print this and leave"), view_none());
	help_line(text("platform-help"), view_none(),
		text("the same of where it runs: ports, disks, records"), view_none());
}
