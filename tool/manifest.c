/* manifest.c - see manifest.h. */
#include "tool/manifest.h"
#include "tool/files.h"
#include "tool/trouble.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <stddef.h>
#include <string.h>

const struct option_type_row option_types[] = {
	{ "u16", "option_u16", "u16", "8080" },
	{ "u32", "option_u32", "u32", "100000" },
	{ "u64", "option_u64", "u64", "100000" },
	{ "bool", "option_bool", "bool", "true" },
	{ "text", "option_text", "struct view", "\"some words\"" },
	{ "ip", "option_ip", "struct ip", "192.168.1.1" },
	{ "duration", "option_duration", "u64", "30s" },
	{ "size", "option_size", "u64", "64K" },
	{ 0 },
};

const struct manifest_part manifest_parts[] = {
#define MANIFEST_PART(field, word, about) { word, #field, about, offsetof(struct parts, field) },
	PARTS(MANIFEST_PART)
#undef MANIFEST_PART
		{ 0 },
};

static bool *part_of(struct parts *p, const struct manifest_part *part)
{
	return (bool *)((char *)p + part->offset);
}

bool manifest_has(const struct manifest *m, const struct manifest_part *part)
{
	struct parts parts = m->parts;

	return *part_of(&parts, part);
}

int option_type(const char *name)
{
	for (int i = 0; option_types[i].name; i += 1)
		if (strcmp(option_types[i].name, name) == 0)
			return i;
	return -1;
}

char *c_name(const char *name)
{
	char *s = form("%s", name);

	for (char *p = s; *p; p += 1)
		if (*p == '-')
			*p = '_';
	return s;
}

/* Digits, and K, M or G where sizes are wanted. False: not a number, or beyond most. */
static bool read_number(const char *s, bool sizes, unsigned long long most, unsigned long long *out)
{
	char *end = 0;

	if (*s < '0' || *s > '9' || strlen(s) > 18)
		return false;
	*out = strtoull(s, &end, 10);
	if (sizes && *end == 'K')
		*out *= 1024;
	else if (sizes && *end == 'M')
		*out *= 1024 * 1024;
	else if (sizes && *end == 'G')
		*out *= 1024 * 1024 * 1024;
	if (sizes && *end && strchr("KMG", *end))
		end += 1;
	return *end == 0 && *out <= most;
}

static bool name_good(const char *s)
{
	if (*s < 'a' || *s > 'z')
		return false;
	for (; *s; s += 1)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_' || *s == '-'))
			return false;
	return true;
}

static bool preset_good(const char *type, const char *s)
{
	unsigned long long v;
	unsigned char address[16];
	char *end = 0;

	if (strcmp(type, "u16") == 0)
		return read_number(s, false, 65535, &v);
	if (strcmp(type, "u32") == 0)
		return read_number(s, false, 0xffffffffull, &v);
	if (strcmp(type, "u64") == 0)
		return read_number(s, false, ~0ull, &v);
	if (strcmp(type, "size") == 0)
		return read_number(s, true, ~0ull, &v);
	if (strcmp(type, "bool") == 0)
		return strcmp(s, "true") == 0 || strcmp(s, "false") == 0;
	if (strcmp(type, "ip") == 0)
		return inet_pton(AF_INET, s, address) == 1 || inet_pton(AF_INET6, s, address) == 1;
	if (strcmp(type, "duration") == 0) {
		static const char *const units[] = { "ns", "us", "ms", "s", "min", "h", "d" };
		if (*s < '0' || *s > '9')
			return false;
		(void)strtoull(s, &end, 10);
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i += 1)
			if (strcmp(end, units[i]) == 0)
				return true;
		return false;
	}
	return true;
}

/* One line as words; a part in quotes may have spaces; # ends it. */
struct line {
	struct words words;
	char *comment;
	bool open; /* a quote that does not end */
};

static const char *read_word(struct line *l, const char *p, const char *end)
{
	struct text word = { 0 };
	bool quoted = false;

	text_add(&word, "%s", "");
	for (; p < end && (quoted || (*p != ' ' && *p != '\t' && *p != '\r')); p += 1) {
		if (*p == '"')
			quoted = !quoted;
		else
			text_add_bytes(&word, p, 1);
	}
	l->open = l->open || quoted;
	words_add(&l->words, word.at);
	return p;
}

static struct line read_line(const char *p, const char *end)
{
	struct line l = { .comment = form("%s", "") };

	while (p < end && *p != '#') {
		if (*p == ' ' || *p == '\t' || *p == '\r')
			p += 1;
		else
			p = read_word(&l, p, end);
	}
	if (p < end)
		l.comment = trimmed(p + 1, end);
	return l;
}

/* Each reads one kind of line: null, or what is wrong with it. */
typedef char *line_fn(struct manifest *m, const struct line *l);

static char *name_taken(const struct manifest *m, const char *name)
{
	bool taken = false;

	for (size_t i = 0; i < m->net_count; i += 1)
		taken = taken || strcmp(m->nets[i].name, name) == 0;
	for (size_t i = 0; i < m->option_count; i += 1)
		taken = taken || strcmp(c_name(m->options[i].name), c_name(name)) == 0;
	for (size_t i = 0; i < m->folder_count; i += 1)
		taken = taken || strcmp(m->folders[i].name, name) == 0;
	for (size_t i = 0; i < m->block_count; i += 1)
		taken = taken || strcmp(m->blocks[i], name) == 0;
	if (taken)
		return form(
			"'%s' is there already: every net, block, option and folder needs a name of its own",
			name);
	if (!name_good(name))
		return form(
			"'%s' cannot be a name: small letters, digits, _ and - only, a letter first", name);
	return 0;
}

static char *line_image(struct manifest *m, const struct line *l)
{
	if (l->words.n != 2)
		return form("write: image NAME");
	if (m->name)
		return form("there is an image line already: a manifest describes one image");
	if (!name_good(l->words.at[1]))
		return form(
			"'%s' cannot be an image's name: small letters, digits, _ and - only, a letter first",
			l->words.at[1]);
	m->name = l->words.at[1];
	return 0;
}

/* What may follow a net's name. */
static const struct net_setting {
	const char *name;
	size_t offset; /* of an unsigned long long in struct manifest_net */
	unsigned long long least, most;
	bool size; /* takes K, M and G */
} net_settings[] = {
	{ "flows", offsetof(struct manifest_net, flows), 1, 1000000, false },
	{ "rx", offsetof(struct manifest_net, rx_bytes), 1, 16777216, true },
	{ "tx", offsetof(struct manifest_net, tx_bytes), 1, 16777216, true },
	{ "rx_buffers", offsetof(struct manifest_net, rx_buffers), 1, 65535, false },
	{ "tx_buffers", offsetof(struct manifest_net, tx_buffers), 1, 65535, false },
	{ "reassembly", offsetof(struct manifest_net, reassembly_bytes), 1, 65535, true },
	{ "reassembly_buffers", offsetof(struct manifest_net, reassembly_buffers), 0, 32, false },
	{ "backlog", offsetof(struct manifest_net, backlog), 0, 1000000, false },
	{ "temporary", offsetof(struct manifest_net, temporary), 0, 1, false },
	{ "dhcp6", offsetof(struct manifest_net, dhcp6), 0, 2, false },
	{ "bbr", offsetof(struct manifest_net, bbr), 0, 1, false },
	{ "loopback", offsetof(struct manifest_net, loopback), 0, 1, false },
};

#define NET_SETTINGS (sizeof net_settings / sizeof net_settings[0])

static char *net_setting(struct manifest_net *n, const char *word)
{
	const char *equals = strchr(word, '=');
	char *key = equals ? form("%.*s", (int)(equals - word), word) : form("%s", word);
	struct words known = { 0 };
	size_t i = 0;

	while (i < NET_SETTINGS && strcmp(key, net_settings[i].name) != 0)
		i += 1;
	if (i == NET_SETTINGS) {
		for (i = 0; i < NET_SETTINGS; i += 1)
			words_add(&known, net_settings[i].name);
		words_add(&known, "raw");
		return form("a net has no '%s'%s", key, suggestion(key, &known));
	}

	const struct net_setting *s = &net_settings[i];
	unsigned long long *value = (unsigned long long *)((char *)n + s->offset);

	if (!equals || !read_number(equals + 1, s->size, s->most, value) || *value < s->least)
		return form("'%s': write %s=NUMBER, from %llu to %llu", word, key, s->least, s->most);
	return 0;
}

static char *net_usage(void)
{
	struct text t = { 0 };

	text_add(&t, "write: net NAME");
	for (size_t i = 0; i < NET_SETTINGS; i += 1)
		text_add(&t, " [%s=%s]", net_settings[i].name, net_settings[i].size ? "SIZE" : "N");
	text_add(&t, ", or net NAME raw");
	return t.at;
}

static char *line_net(struct manifest *m, const struct line *l)
{
	struct manifest_net n = { .reassembly_buffers = MANIFEST_REASSEMBLY_BUFFERS,
		.backlog = MANIFEST_BACKLOG };

	if (l->words.n < 2)
		return net_usage();
	if (m->net_count == MANIFEST_NETS)
		return form("too many nets: %d is the most", MANIFEST_NETS);
	n.name = l->words.at[1];
	char *wrong = name_taken(m, n.name);
	for (size_t w = 2; w < l->words.n && !wrong; w += 1) {
		if (strcmp(l->words.at[w], "raw") == 0)
			n.raw = true;
		else
			wrong = net_setting(&n, l->words.at[w]);
	}
	if (wrong)
		return wrong;
	if (n.raw && (n.flows || n.rx_bytes || n.tx_bytes || n.rx_buffers || n.tx_buffers))
		return form("'%s' is raw: without a host it has neither flows nor buffers", n.name);
	if (n.raw && (n.temporary || n.dhcp6 || n.bbr || n.loopback))
		return form("'%s' is raw: it has no host that temporary, dhcp6, bbr or loopback could be for",
			n.name);
	n.flows = n.flows ? n.flows : MANIFEST_FLOWS;
	n.rx_bytes = n.rx_bytes ? n.rx_bytes : MANIFEST_RX_BYTES;
	n.tx_bytes = n.tx_bytes ? n.tx_bytes : MANIFEST_TX_BYTES;
	n.rx_buffers = n.rx_buffers ? n.rx_buffers : MANIFEST_RX_BUFFERS;
	n.tx_buffers = n.tx_buffers ? n.tx_buffers : MANIFEST_TX_BUFFERS;
	if (n.backlog == MANIFEST_BACKLOG)
		n.backlog = n.flows / 4 + 1;
	n.reassembly_bytes = n.reassembly_bytes ? n.reassembly_bytes : MANIFEST_REASSEMBLY_BYTES;
	m->nets[m->net_count++] = n;
	return 0;
}

static char *line_block(struct manifest *m, const struct line *l)
{
	if (l->words.n != 2)
		return form("write: block NAME");
	if (m->block_count == MANIFEST_BLOCKS)
		return form("too many blocks: %d is the most", MANIFEST_BLOCKS);
	char *wrong = name_taken(m, l->words.at[1]);
	if (!wrong)
		m->blocks[m->block_count++] = l->words.at[1];
	return wrong;
}

/* What every image understands by itself, or the platform does. */
static const char *const reserved[] = { "help", "log", "ip", "gateway", "ip6", "gateway6", "route", "no-dhcp",
	"no-ip6", "no-slaac", "tcp-ecn", "tcp-pacing", "tcp-congestion", "tcp-fast-open", "secret", "eui64",
	"vlan", "net", "block", "record" };

static char *line_option(struct manifest *m, const struct line *l)
{
	struct words known = { 0 };

	if (l->words.n < 3 || l->words.n > 4)
		return form("write: option NAME TYPE [PRESET] # help (a text with spaces in \"quotes\")");
	if (m->option_count == MANIFEST_OPTIONS)
		return form("too many options: %d is the most", MANIFEST_OPTIONS);
	struct manifest_option o = { l->words.at[1], l->words.at[2],
		l->words.n > 3 ? l->words.at[3] : form("%s", ""), l->comment };
	char *wrong = name_taken(m, o.name);
	if (wrong)
		return wrong;
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i += 1)
		if (strcmp(o.name, reserved[i]) == 0)
			return form("--%s is an option of every image already: choose another name", o.name);
	for (int i = 0; option_types[i].name; i += 1)
		words_add(&known, option_types[i].name);
	int type = option_type(o.type);
	if (type < 0)
		return form("no option has the type '%s'%s (there are %s)", o.type,
			suggestion(o.type, &known), words_join(&known, " "));
	if (l->words.n > 3 && !preset_good(o.type, o.preset))
		return form("'%s' is no %s: for example %s", o.preset, o.type, option_types[type].example);
	if (!*o.help)
		return form(
			"option %s says nothing about itself: end the line with '# what it is for'", o.name);
	m->options[m->option_count++] = o;
	return 0;
}

static char *from_folder(const struct manifest *m, const char *folder)
{
	return *folder == '/' ? path_clean(folder + 1) : path_clean(form("%s/%s", m->folder, folder));
}

static char *line_folder(struct manifest *m, const struct line *l)
{
	bool pages = strcmp(l->words.at[0], "pages") == 0;
	struct manifest_folder f = { 0 };

	if (l->words.n < 3 || (!pages && l->words.n > 3))
		return form(pages ? "write: pages NAME FOLDER theme=FOLDER [title=TITLE]"
				  : "write: files NAME FOLDER");
	if (m->folder_count == MANIFEST_FOLDERS)
		return form("too many folders: %d is the most", MANIFEST_FOLDERS);
	f.name = l->words.at[1];
	f.folder = from_folder(m, l->words.at[2]);
	char *wrong = name_taken(m, f.name);
	if (wrong)
		return wrong;
	if (!folder_exists(f.folder))
		return form("there is no folder %s (a leading / means: from the root of the tree)", f.folder);
	for (size_t i = 3; i < l->words.n; i += 1) {
		if (starts_with(l->words.at[i], "theme="))
			f.theme = from_folder(m, l->words.at[i] + 6);
		else if (starts_with(l->words.at[i], "title="))
			f.title = l->words.at[i] + 6;
		else
			return form("'%s': write theme=FOLDER or title=TITLE", l->words.at[i]);
	}
	if (pages && !f.theme)
		return form(
			"pages need a theme: write theme=FOLDER (app/site/theme is one; see tool/pages.h)");
	if (pages && !folder_exists(f.theme))
		return form("there is no folder %s for the theme", f.theme);
	m->folders[m->folder_count++] = f;
	return 0;
}

bool publish_parse(struct manifest_publish *p, const char *word)
{
	unsigned long long ours = 0, its = 0;
	char *colon = strchr(word, ':'), *slash = colon ? strchr(colon, '/') : 0;

	*p = (struct manifest_publish){ .udp = slash && strcmp(slash, "/udp") == 0 };
	if (!colon || (slash && !p->udp && strcmp(slash, "/tcp") != 0))
		return false;
	char *first = form("%.*s", (int)(colon - word), word);
	char *second = slash ? form("%.*s", (int)(slash - colon - 1), colon + 1) : colon + 1;
	if (!read_number(first, false, 65535, &ours) || !read_number(second, false, 65535, &its))
		return false;
	p->ours = (unsigned)ours;
	p->its = (unsigned)its;
	return ours > 0 && its > 0;
}

static char *line_publish(struct manifest *m, const struct line *l)
{
	for (size_t w = 1; w < l->words.n; w += 1) {
		if (m->publish_count == MANIFEST_PUBLISH)
			return form("too many ports: %d is the most", MANIFEST_PUBLISH);
		if (!publish_parse(&m->publish[m->publish_count++], l->words.at[w]))
			return form("'%s': write YOURS:ITS, two port numbers, as in 8080:80 or 5353:53/udp",
				l->words.at[w]);
	}
	return l->words.n > 1 ? 0 : form("write: publish YOURS:ITS, two port numbers, as in 8080:80");
}

/* Several lines, and a word twice, say the same as one. */
static char *line_without(struct manifest *m, const struct line *l)
{
	struct words known = { 0 };

	for (const struct manifest_part *p = manifest_parts; p->word; p += 1)
		words_add(&known, p->word);
	words_add(&known, "everything");
	for (size_t w = 1; w < l->words.n; w += 1) {
		const struct manifest_part *p = manifest_parts;
		if (strcmp(l->words.at[w], "everything") == 0) {
			m->parts = (struct parts){ 0 };
			continue;
		}
		while (p->word && strcmp(p->word, l->words.at[w]) != 0)
			p += 1;
		if (!p->word)
			return form("no image has '%s' to do without%s (there are %s)", l->words.at[w],
				suggestion(l->words.at[w], &known), words_join(&known, " "));
		*part_of(&m->parts, p) = false;
	}
	return l->words.n > 1 ? 0 : form("write: without PART..., of %s", words_join(&known, " "));
}

static const struct {
	const char *word;
	line_fn *read;
} kinds[] = {
	{ "image", line_image },
	{ "net", line_net },
	{ "block", line_block },
	{ "option", line_option },
	{ "files", line_folder },
	{ "pages", line_folder },
	{ "publish", line_publish },
	{ "without", line_without },
};

#define KINDS (sizeof kinds / sizeof kinds[0])

char *manifest_parse(struct manifest *m, const char *path, const char *text)
{
	struct words known = { 0 };
	int number = 0;

	*m = (struct manifest){
		.path = form("%s", path), .folder = path_folder(path), .text = form("%s", text)
	};
	m->about = form("%s", "");
	for (const struct manifest_part *p = manifest_parts; p->word; p += 1)
		*part_of(&m->parts, p) = true;
	for (size_t i = 0; i < KINDS; i += 1)
		words_add(&known, kinds[i].word);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		struct line l = read_line(p, p + n);
		p += n + (p[n] == '\n');
		number += 1;
		if (l.open)
			return form("%s:%d: a quote that does not end on its line", path, number);
		if (!l.words.n) {
			if (!*m->about && !m->name)
				m->about = l.comment;
			continue;
		}
		size_t k = 0;
		while (k < KINDS && strcmp(l.words.at[0], kinds[k].word) != 0)
			k += 1;
		if (k == KINDS)
			return form("%s:%d: no line begins with '%s'%s (there are %s)", path, number,
				l.words.at[0], suggestion(l.words.at[0], &known), words_join(&known, " "));
		char *wrong = kinds[k].read(m, &l);
		if (wrong)
			return form("%s:%d: %s", path, number, wrong);
	}
	if (!m->name)
		return form("%s: it has no 'image NAME' line", path);
	if (strcmp(form("%s.fata", m->name), path_name(path)) != 0)
		return form("%s: the image is called '%s': so must the file be (%s.fata)", path, m->name,
			m->name);
	return 0;
}

struct manifest *manifest_read(const char *path)
{
	struct manifest *m = room_for(1, sizeof *m);
	char *text = file_read(path, 0);

	if (!text)
		stop_with("%s: there is no such manifest", path);
	char *wrong = manifest_parse(m, path, text);
	if (wrong)
		stop_with("%s", wrong);
	return m;
}
