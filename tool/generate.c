/* generate.c - see generate.h. What it writes is meant to be read. */
#include "tool/generate.h"
#include "tool/files.h"
#include "tool/targets.h"
#include <string.h>

char *generated_folder(const struct manifest *m)
{
	return form("out/gen/%s", m->name);
}

char *generated_pack(const struct manifest *m, const struct manifest_folder *f)
{
	return form("%s/%s.kv", generated_folder(m), f->name);
}

/* "service" as SERVICE_FLOWS wants it. */
static char *upper(const char *name)
{
	char *s = c_name(name);

	for (char *p = s; *p; p += 1)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return s;
}

/* As the inside of a C string; `%s` of as and cc alike. */
static char *quoted(const char *s)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (; *s; s += 1) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			text_add(&t, "\\%c", c);
		else if (c == '\n')
			text_add(&t, "\\n");
		else if (c == '\t')
			text_add(&t, "\\t");
		else if (c < ' ' || c > '~')
			text_add(&t, "\\%03o", c);
		else
			text_add(&t, "%c", c);
	}
	return t.at;
}

/* Net lines that are not raw. */
static size_t hosts(const struct manifest *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->net_count; i += 1)
		n += !m->nets[i].raw;
	return n;
}

static void write_header(const struct manifest *m)
{
	struct text t = { 0 };

	text_add(&t, "/* image.h - what %s has: made by fata from %s, change that. */\n", m->name,
		path_name(m->path));
	text_add(&t, "#ifndef IMAGE_H\n#define IMAGE_H\n\n#include \"stack/app.h\"\n\n");
	for (size_t i = 0; i < m->net_count; i += 1)
		if (m->nets[i].raw)
			text_add(&t, "#define %s_PORT %zuu /* for dev/net.h: no host stands on it */\n",
				upper(m->nets[i].name), i);
		else
			text_add(&t, "#define %s_FLOWS %lluu\n", upper(m->nets[i].name), m->nets[i].flows);
	for (size_t i = 0; i < m->block_count; i += 1)
		text_add(&t, "#define %s_DISK %zuu /* for dev/block.h */\n", upper(m->blocks[i]), i);
	text_add(&t, "\nstruct app {\n");
	for (size_t i = 0; i < m->net_count; i += 1)
		if (!m->nets[i].raw)
			text_add(&t, "\tstruct host %s;\n", c_name(m->nets[i].name));
	for (size_t i = 0; i < m->option_count; i += 1) {
		const struct manifest_option *o = &m->options[i];
		const struct option_type_row *row = &option_types[option_type(o->type)];
		bool time = strcmp(o->type, "duration") == 0, size = strcmp(o->type, "size") == 0;
		text_add(&t, "\t%s %s; /* %s%s */\n", row->c_type, c_name(o->name),
			time   ? "nanoseconds: "
			: size ? "bytes: "
			       : "",
			o->help);
	}
	for (size_t i = 0; i < m->folder_count; i += 1)
		text_add(&t, "\tstruct view %s; /* %s, packed: lib/kv */\n", c_name(m->folders[i].name),
			m->folders[i].folder);
	if (hosts(m) + m->option_count + m->folder_count == 0)
		text_add(&t, "\tbool nothing; /* neither nets nor options */\n");
	text_add(&t,
		"};\n\n/* The program begins here, once. */\nvoid app_start(struct app *app);\n\n#endif\n");

	file_write(form("%s/image.h", generated_folder(m)), t.at, t.n);
}

static void add_options(struct text *t, const struct manifest *m)
{
	if (!m->option_count)
		return;
	text_add(t, "static const struct image_option options[] = {\n");
	for (size_t i = 0; i < m->option_count; i += 1) {
		const struct manifest_option *o = &m->options[i];
		text_add(t,
			"\t{ TEXT(\"%s\"), &%s, offsetof(struct app, %s), TEXT(\"%s\"),\n\t\tTEXT(\"%s\") "
			"},\n",
			o->name, option_types[option_type(o->type)].object, c_name(o->name),
			quoted(o->preset), m->parts.advice ? quoted(o->help) : "");
	}
	text_add(t, "};\n\n");
}

/* When some have no host the names of all ports are a list of their own. */
static void add_ports(struct text *t, const struct manifest *m)
{
	if (hosts(m) == m->net_count)
		return;
	text_add(t, "static const struct view ports[] = {\n");
	for (size_t i = 0; i < m->net_count; i += 1)
		text_add(t, "\tTEXT(\"%s\"),\n", m->nets[i].name);
	text_add(t, "};\n\n");
}

static bool takes_fragments(const struct manifest *m, const struct manifest_net *n)
{
	return m->parts.fragments && !n->raw && n->reassembly_buffers > 0;
}

static bool opens_fast(const struct manifest *m, const struct manifest_net *n)
{
	return m->parts.fast_open && !n->raw;
}

static void add_nets(struct text *t, const struct manifest *m)
{
	for (size_t i = 0; i < m->net_count; i += 1) {
		const struct manifest_net *n = &m->nets[i];
		if (n->raw)
			continue;
		text_add(t, "/* %s: flows, then receive and send buffers, each a count and a size. */\n",
			n->name);
		text_add(t, "HOST_TABLES(%s, %s_FLOWS, %lluu, %lluu, %lluu, %lluu);\n\n", c_name(n->name),
			upper(n->name), n->rx_buffers, n->rx_bytes, n->tx_buffers, n->tx_bytes);
	}
	for (size_t i = 0; i < m->net_count; i += 1)
		if (takes_fragments(m, &m->nets[i]))
			text_add(t,
				"/* %s: datagrams in fragments at once, and how long each. */\n"
				"HOST_REASSEMBLY(%s, %lluu, %lluu);\n\n",
				m->nets[i].name, c_name(m->nets[i].name), m->nets[i].reassembly_buffers,
				m->nets[i].reassembly_bytes);
	for (size_t i = 0; i < m->net_count; i += 1) {
		if (m->nets[i].temporary)
			text_add(
				t, "static struct host_temporary %s_temporary;\n\n", c_name(m->nets[i].name));
		if (opens_fast(m, &m->nets[i]))
			text_add(
				t, "static struct host_fast_open %s_fast_open;\n\n", c_name(m->nets[i].name));
		if (m->nets[i].dhcp6)
			text_add(t, "static struct host_dhcp6 %s_dhcp6;\n\n", c_name(m->nets[i].name));
		if (m->nets[i].loopback)
			text_add(t, "static struct host_loopback %s_loopback;\n\n", c_name(m->nets[i].name));
	}
	add_ports(t, m);
	if (!hosts(m))
		return;
	text_add(t, "static const struct image_net nets[] = {\n");
	for (size_t i = 0; i < m->net_count; i += 1)
		if (!m->nets[i].raw)
			text_add(t, "\t{ TEXT(\"%s\"), %zu, offsetof(struct app, %s), &%s_tables },\n",
				m->nets[i].name, i, c_name(m->nets[i].name), c_name(m->nets[i].name));
	text_add(t, "};\n\n");
}

static void add_disks(struct text *t, const struct manifest *m)
{
	if (!m->block_count)
		return;
	text_add(t, "static const struct view disks[] = {\n");
	for (size_t i = 0; i < m->block_count; i += 1)
		text_add(t, "\tTEXT(\"%s\"),\n", m->blocks[i]);
	text_add(t, "};\n\n");
}

/* What its `net` lines ask for. */
static void add_net_parts(struct text *t, const struct manifest *m)
{
	bool cookies = false, dhcp6 = false, changing = false, bbr = false, loopback = false;

	for (size_t i = 0; i < m->net_count; i += 1) {
		const struct manifest_net *n = &m->nets[i];
		cookies = cookies || (!n->raw && n->backlog > 0);
		dhcp6 = dhcp6 || n->dhcp6 > 0;
		changing = changing || n->temporary > 0;
		bbr = bbr || (n->bbr > 0 && m->parts.pacing);
		loopback = loopback || n->loopback > 0;
	}
	text_add(t, "\t.cookies = %s,\n\t.dhcp6 = %s,\n\t.changing = %s,\n\t.bbr = %s,\n\t.loopback = %s,\n",
		cookies ? "true" : "false", dhcp6 ? "true" : "false", changing ? "true" : "false",
		bbr ? "true" : "false", loopback ? "true" : "false");
}

static void add_parts(struct text *t, const struct manifest *m)
{
	text_add(t, "/* What it has of what it could do without. */\nconst struct parts image_parts = {\n");
	for (const struct manifest_part *p = manifest_parts; p->word; p += 1)
		text_add(t, "\t.%s = %s,\n", p->field, manifest_has(m, p) ? "true" : "false");
	text_add(t, "\t.disks = %s,\n", m->block_count ? "true" : "false");
	add_net_parts(t, m);
	text_add(t, "};\n");
	text_add(t, "const bool mem_fast = %s; /* base/mem.h */\n\n", m->parts.speed ? "true" : "false");
}

static void write_source(const struct manifest *m)
{
	struct text t = { 0 };

	text_add(&t, "/* image.c - the tables of %s: made by fata from %s, change that. */\n", m->name,
		path_name(m->path));
	text_add(&t, "#include \"image.h\"\n#include \"base/mem.h\"\n#include "
		     "\"lib/parts/parts.h\"\n#include \"stack/manifest.h\"\n\n");
	add_parts(&t, m);
	text_add(&t, "static struct app app;\n\n");
	add_nets(&t, m);
	add_options(&t, m);
	add_disks(&t, m);
	for (size_t i = 0; i < m->folder_count; i += 1) {
		char *name = c_name(m->folders[i].name);
		text_add(&t, "extern const u8 embed_%s[], embed_%s_end[]; /* embed.S */\n", name, name);
	}
	text_add(&t, "extern const u8 image_bill[]; /* its address is the sum the linker made: text, data, "
		     "bss, stack */\n\n");
	text_add(&t, "static void start(void)\n{\n");
	for (size_t i = 0; i < m->folder_count; i += 1) {
		char *name = c_name(m->folders[i].name);
		text_add(&t, "\tapp.%s = view_make(embed_%s, (usize)(embed_%s_end - embed_%s));\n", name,
			name, name, name);
	}
	for (size_t i = 0; i < m->net_count; i += 1) {
		const struct manifest_net *n = &m->nets[i];
		char *name = c_name(n->name);
		if (takes_fragments(m, n))
			text_add(&t,
				"\thost_reassemble(&app.%s, &%s_reassembly, %lluu, %lluu, "
				"%s_reassembly_memory,\n\t\tsizeof %s_reassembly_memory);\n",
				name, name, n->reassembly_buffers, n->reassembly_bytes, name, name);
		if (!n->raw && n->backlog > 0)
			text_add(&t, "\thost_syn_cookies(&app.%s, %lluu);\n", name, n->backlog);
	}
	for (size_t i = 0; i < m->net_count; i += 1) {
		char *name = c_name(m->nets[i].name);
		if (opens_fast(m, &m->nets[i]))
			text_add(&t, "\thost_fast_open(&app.%s, &%s_fast_open);\n", name, name);
		if (m->nets[i].loopback)
			text_add(&t, "\thost_loopback(&app.%s, &%s_loopback);\n", name, name);
		if (m->nets[i].temporary)
			text_add(&t, "\thost_temporary(&app.%s, &%s_temporary);\n", name, name);
		if (m->nets[i].dhcp6)
			text_add(&t, "\thost_dhcp6(&app.%s, &%s_dhcp6, %s);\n", name, name,
				m->nets[i].dhcp6 > 1 ? "true" : "false");
	}
	text_add(&t, "\tapp_start(&app);\n}\n\n");
	text_add(&t, "const struct image_manifest image_manifest = {\n");
	text_add(&t, "\t.name = TEXT(\"%s\"),\n\t.about = TEXT(\"%s\"),\n\t.app = &app,\n", m->name,
		m->parts.advice ? quoted(m->about) : "");
	if (m->option_count)
		text_add(&t, "\t.options = options,\n\t.option_count = COUNT(options),\n");
	if (hosts(m))
		text_add(&t, "\t.nets = nets,\n\t.net_count = COUNT(nets),\n");
	if (hosts(m) < m->net_count)
		text_add(&t, "\t.ports = ports,\n\t.port_count = COUNT(ports),\n");
	if (m->block_count)
		text_add(&t, "\t.disks = disks,\n\t.disk_count = COUNT(disks),\n");
	text_add(&t, "\t.bill_bytes = (u64)image_bill,\n\t.start = start,\n};\n");

	file_write(form("%s/image.c", generated_folder(m)), t.at, t.n);
}

/* A text of lib/note: its length, then it. */
static void add_note_text(struct text *t, const char *name)
{
	text_add(t, "\t.byte %zu\n\t.ascii \"%s\"\n", strlen(name), quoted(name));
}

/* What the image says of itself to whoever starts it (lib/note/note.h), and the packed folders. */
static void write_embed(const struct manifest *m)
{
	struct text t = { 0 };

	text_add(&t, "/* embed.S - bytes that are in %s as they are: made by fata from %s. */\n", m->name,
		path_name(m->path));
	text_add(&t, "\t.section .note.fata, \"a\", @note\n\t.p2align 2\n");
	text_add(&t, "\t.long 5, 2f - 1f, 2 /* NOTE_IMAGE: lib/note/note.h */\n"
		     "\t.asciz \"fata\"\n\t.p2align 2\n1:\n");
	text_add(&t, "\t.byte 1, %zu, %zu, %d /* version, ports, disks, wants */\n\t.long %lu /* stack */\n",
		m->net_count, m->block_count, m->parts.offloads ? 0 : 1, target_find("unix")->stack_bytes);
	add_note_text(&t, m->name);
	for (size_t i = 0; i < m->net_count; i += 1)
		add_note_text(&t, m->nets[i].name);
	for (size_t i = 0; i < m->block_count; i += 1)
		add_note_text(&t, m->blocks[i]);
	text_add(&t, "2:\n\t.p2align 2\n\n\t.section .rodata.embed, \"a\", @progbits\n");
	for (size_t i = 0; i < m->folder_count; i += 1) {
		char *name = c_name(m->folders[i].name);
		text_add(&t,
			"\t.globl embed_%s, embed_%s_end\n\t.hidden embed_%s, embed_%s_end\n\t.p2align "
			"6\nembed_%s:\n"
			"\t.incbin \"%s\"\nembed_%s_end:\n\t.byte 0\n",
			name, name, name, name, name, generated_pack(m, &m->folders[i]), name);
	}
	text_add(&t, "\t.section .note.GNU-stack, \"\", @progbits\n");

	file_write(form("%s/embed.S", generated_folder(m)), t.at, t.n);
}

/* A name as Solo5's manifest has it: letters and digits. */
static char *alphanumeric(const char *name)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (; *name; name += 1)
		if ((*name >= '0' && *name <= '9') || (*name >= 'A' && *name <= 'Z') ||
			(*name >= 'a' && *name <= 'z'))
			text_add_bytes(&t, name, 1);
	return t.at;
}

/* One entry: 68 bytes of name, the kind, and what a tender fills in. */
static void add_solo5_device(struct text *t, const char *name, const char *kind)
{
	char *plain = alphanumeric(name);

	text_add(
		t, "\t.ascii \"%s\"\n\t.zero %zu\n\t.long %s\n\t.zero 32\n", plain, 68 - strlen(plain), kind);
}

/* The devices as a note of Solo5's, for its tenders: doc/solo5.md. Ports first, then disks. */
static void write_solo5(const struct manifest *m)
{
	struct text t = { 0 };

	text_add(&t, "/* solo5.S - the devices of %s for Solo5's tenders: made by fata from %s. */\n",
		m->name, path_name(m->path));
	text_add(&t, "\t.section .note.solo5.manifest, \"a\", @note\n\t.p2align 2\n");
	text_add(&t, "\t.long 6, 2f - 1f, 0x3154464d\n\t.ascii \"Solo5\\0\\0\\0\"\n");
	text_add(&t, "1:\t.long 0 /* the manifest is aligned to 8 */\n\t.long 1, %zu\n",
		1 + m->net_count + m->block_count);
	add_solo5_device(&t, "", "1 << 30 /* reserved */");
	for (size_t i = 0; i < m->net_count; i += 1)
		add_solo5_device(&t, m->nets[i].name, "2 /* a port */");
	for (size_t i = 0; i < m->block_count; i += 1)
		add_solo5_device(&t, m->blocks[i], "1 /* a disk */");
	text_add(&t, "2:\n\t.section .note.GNU-stack, \"\", @progbits\n");

	file_write(form("%s/solo5.S", generated_folder(m)), t.at, t.n);
}

void generate(const struct manifest *m)
{
	write_header(m);
	write_source(m);
	write_embed(m);
	write_solo5(m);
}
