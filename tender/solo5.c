#include "tender/solo5.h"
#include "base/format.h"
#include "plat/linux/say.h"

/* All or nothing. */
static bool read_all(i32 fd, u64 to, u64 bytes, u64 at)
{
	while (bytes > 0) {
		usize most = bytes < BYTES_MAX ? (usize)bytes : BYTES_MAX;
		long n = linux_pread(fd, span_make((void *)to, most), at);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return false;
		to += (u64)n;
		at += (u64)n;
		bytes -= (u64)n;
	}
	return true;
}

static _Noreturn void refuse(const struct solo5_guest *g, struct view why)
{
	die(text("this image for Solo5 cannot be run:"), g->name, 0, why);
}

/* The first note of each header is looked at, as Solo5's tenders do. */
static bool read_notes(struct solo5_guest *g, struct solo5_abi *abi)
{
	static u8 room[SOLO5_NOTE_MOST];
	enum solo5_verdict manifest = SOLO5_OTHER_NOTE;
	bool known = false;

	for (u32 i = 0; i < g->file.notes; i += 1) {
		u64 bytes = g->file.note[i].bytes < sizeof room ? g->file.note[i].bytes : sizeof room;
		struct view note = view_make(room, (usize)bytes);
		struct solo5_abi found;

		if (!read_all(g->fd, (u64)room, bytes, g->file.note[i].offset))
			refuse(g, solo5_file_verdict_text(SOLO5_FILE_CUT_OFF));
		if (!known && solo5_abi_note(note, &found) == SOLO5_OK) {
			*abi = found;
			known = true;
		}
		if (manifest == SOLO5_OTHER_NOTE)
			manifest = solo5_manifest_note(note, &g->manifest);
	}
	if (known && manifest != SOLO5_OK)
		refuse(g, solo5_verdict_text(manifest));
	return known;
}

bool solo5_open(struct solo5_guest *g, struct view name, enum solo5_target target, u64 memory_bytes)
{
	u8 head[SOLO5_HEAD_BYTES];
	char path[4096];
	struct solo5_abi abi = { 0, 0 };

	*g = (struct solo5_guest){ .fd = -1, .name = name };
	g->memory_bytes =
		memory_bytes == 0 ? SOLO5_MEMORY_BYTES : memory_bytes / SOLO5_MEMORY_UNIT * SOLO5_MEMORY_UNIT;
	if (!zero_string(span_of(path), name))
		return false;

	long fd = linux_open(path, OPEN_RDONLY, 0);
	long size = fd < 0 ? fd : cpu_call3(CALL_LSEEK, fd, 0, SEEK_TO_END);
	long n = size < 0 ? size : linux_pread((i32)fd, span_of(head), 0);

	if (n <= 0)
		return false;
	g->fd = (i32)fd;

	enum solo5_file_verdict v =
		solo5_file_read(view_make(head, (usize)n), (u64)size, 1ull << 40, &g->file);

	if (v != SOLO5_FILE_OK || !read_notes(g, &abi)) { /* some other file: not ours to judge */
		linux_close(g->fd);
		return false;
	}
	if (!solo5_abi_known(&abi, target))
		refuse(g,
			text("it was built for another tender, or for a version of Solo5 that is not known"));
	if (g->memory_bytes < SOLO5_MEMORY_UNIT || g->memory_bytes > SOLO5_MEMORY_MOST)
		refuse(g, text("--mem is from 2M to 1022M"));
	v = solo5_file_read(view_make(head, (usize)n), (u64)size, g->memory_bytes, &g->file);
	if (v != SOLO5_FILE_OK)
		refuse(g, solo5_file_verdict_text(v));
	return true;
}

/* ---- devices ---- */

static void name_ports(struct solo5_guest *g, struct attach_names *names)
{
	*names = (struct attach_names){ .image = g->name, .plain = true };
	for (u32 i = 1; i < g->manifest.count; i += 1) {
		if (g->manifest.device[i].kind != SOLO5_NET)
			continue;
		if (names->ports == ATTACH_PORTS)
			refuse(g, text("it has more than 8 ports"));
		names->port[names->ports++] = solo5_name(&g->manifest.device[i]);
	}
}

static void use_port(struct solo5_device *d, const struct attached_port *p)
{
	if (p->kind != ATTACHED_FRAMES)
		die(text("a network port of the image is not connected:"), solo5_name(d), 0,
			text("images for Solo5 want every port to be a tap or packet interface: --net "
			     "NAME=tap:tap0"));
	d->attached = true;
	d->fd = p->fd;
	d->mac = p->mac;
	d->mtu = p->mtu;
}

static void use_disk(struct solo5_guest *g, struct solo5_device *d, const struct attached_disk *a, u64 block)
{
	d->attached = true;
	d->fd = a->fd;
	d->block_bytes = (u16)block;
	d->capacity = a->sectors * SOLO5_BLOCK_BYTES;
	if (a->read_only || d->capacity % block != 0 || d->capacity == 0)
		refuse(g, text("a disk must be writable and hold whole blocks, one or more"));
}

/* "data=FILE,sector=4096": cuts that off. */
static u64 sector_of(const struct solo5_guest *g, struct view *option)
{
	static const char mark[] = ",sector=";
	usize at = 0, n = sizeof mark - 1;
	u64 bytes = 0;

	while (at < option->n && !view_starts(view_from(*option, at), view_make(mark, n)))
		at += 1;
	if (at == option->n)
		return SOLO5_BLOCK_BYTES;

	struct reader r = reader_of(view_from(*option, at + n));

	if (!read_decimal(&r, 32768, &bytes) || !read_finished(&r) || bytes < SOLO5_BLOCK_BYTES ||
		(bytes & (bytes - 1)) != 0)
		refuse(g, text("a disk's sector is a power of two from 512 to 32768"));
	*option = view_first(*option, at);
	return bytes;
}

/* The disk that an option is for, which becomes what it says; the name may be left out of one that is the only one. */
static struct solo5_device *disk_of(struct solo5_guest *g, struct view *option)
{
	struct view name = view_first(*option, view_find(*option, '='));
	u32 at = solo5_handle(&g->manifest, SOLO5_BLOCK, name), disks = 0, last = 0;

	for (u32 i = 1; i < g->manifest.count; i += 1)
		if (g->manifest.device[i].kind == SOLO5_BLOCK)
			disks += 1, last = i;
	if (at > 0)
		*option = view_from(*option, name.n + 1);
	else if (disks == 1)
		at = last;
	else
		die(text("--block"), *option, 0,
			disks == 0 ? text("this image has no disk")
				   : text("begin with the name of one of the image's disks, as in --block "
					  "data=FILE"));
	return &g->manifest.device[at];
}

static void attach_disks(struct solo5_guest *g, const struct command *o)
{
	for (u32 i = 0; i < o->blocks; i += 1) {
		struct view option = o->block[i];
		u64 block = sector_of(g, &option);
		struct solo5_device *d = disk_of(g, &option);
		struct attached_disk a;

		if (view_equal(option, text("none")))
			continue;
		if (d->attached)
			die(text("--block is given twice for disk"), solo5_name(d), 0, view_none());
		attach_disk(&a, option);
		use_disk(g, d, &a, block);
	}
	for (u32 i = 1; i < g->manifest.count; i += 1)
		if (g->manifest.device[i].kind == SOLO5_BLOCK && !g->manifest.device[i].attached)
			die(text("a disk of the image is not there:"), solo5_name(&g->manifest.device[i]), 0,
				text("images for Solo5 want every disk: --block NAME=FILE"));
}

void solo5_attach(struct solo5_guest *g, const struct command *o)
{
	static struct attach_names names;
	static struct attached attached;
	static struct command ports;
	u32 port = 0;

	if (o->record.n > 0 || o->pcap.n > 0 || o->file.n > 0 || o->port.n > 0)
		refuse(g, text("--record, --pcap, --core and --gdb are for fata's own images"));
	name_ports(g, &names);
	ports = *o;
	ports.blocks = 0; /* attach() knows as many disks as an image of ours may have */
	attach(&attached, &names, &ports);
	for (u32 i = 1; i < g->manifest.count; i += 1)
		if (g->manifest.device[i].kind == SOLO5_NET)
			use_port(&g->manifest.device[i], &attached.port[port++]);
	attach_disks(g, o);
}

/* ---- memory ---- */

void solo5_place(const struct solo5_guest *g, u64 base)
{
	for (u32 i = 0; i < g->file.segments; i += 1) {
		const struct solo5_segment *s = &g->file.segment[i];

		if (!read_all(g->fd, base + s->address, s->file_bytes, s->offset))
			refuse(g, solo5_file_verdict_text(SOLO5_FILE_CUT_OFF));
	}
}

u64 solo5_tell(const struct solo5_guest *g, u64 base, u64 at, enum solo5_target target,
	struct solo5_boot *boot, const struct command *o)
{
	struct writer w = writer_of(span_make(
		(void *)(base + at), SOLO5_BOOT_BYTES + SOLO5_MANIFEST_BYTES + SOLO5_COMMAND_BYTES));

	boot->memory_bytes = g->memory_bytes;
	boot->image_end = g->file.end;
	boot->manifest = at + SOLO5_BOOT_BYTES;
	boot->command_line = boot->manifest + 8 + g->manifest.count * SOLO5_ENTRY_BYTES;
	solo5_boot_write(&w, target, boot);
	solo5_manifest_write(&w, &g->manifest);
	for (u32 i = 0; i < o->arguments; i += 1) {
		if (i > 0)
			write_u8(&w, ' ');
		write_view(&w, o->argument[i]);
	}
	write_u8(&w, 0);
	if (write_bad(&w) || at + write_len(&w) > boot->command_line + SOLO5_COMMAND_BYTES)
		die(text("the image's arguments are longer than 8191 bytes"), view_none(), 0, view_none());
	return at + write_len(&w);
}
