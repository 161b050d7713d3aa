/* load.c - see load.h. */
#include "tender/load.h"
#include "plat/linux/elf.h"
#include "plat/linux/say.h"

enum { PAGE = IMAGE_FILE_PAGE };

static _Noreturn void refuse(const struct load *l, struct view why)
{
	die(text("cannot run"), l->path, 0, why);
}

/* All of `to`, or the end. */
static usize read_at_once(const struct load *l, struct span to, u64 at)
{
	long n = linux_pread(l->fd, to, at);

	if (n < 0)
		die(text("cannot read"), l->path, n, view_none());
	return (usize)n;
}

void load_open(struct load *l, struct view path, struct view platform, u32 abi)
{
	char name[4096];
	u8 first[PAGE];

	l->path = path;
	if (!zero_string(span_of(name), path))
		refuse(l, text("its path is too long"));

	long fd = linux_open(name, OPEN_RDONLY, 0);
	long size = fd < 0 ? fd : cpu_call3(CALL_LSEEK, fd, 0, SEEK_TO_END);

	if (size < 0)
		die(text("cannot open the image"), path, size, text("fata build makes them"));
	l->fd = (i32)fd;

	usize n = read_at_once(l, span_of(first), 0);
	enum image_file_verdict v =
		image_file_read(&l->file, view_make(first, n), (u64)size, CPU_ELF_MACHINE);

	if (v != IMAGE_FILE_OK)
		refuse(l, image_file_verdict_text(v));
	l->notes_bytes =
		read_at_once(l, span_make(l->notes, (usize)l->file.notes_bytes), l->file.notes_offset);

	struct view notes = view_make(l->notes, l->notes_bytes);
	enum note_verdict said = note_read(notes, &l->note);

	if (said != NOTE_OK)
		refuse(l, note_verdict_text(said));
	if (!view_equal(note_platform(notes), platform))
		refuse(l, text("it was built for another target than this tender's"));
	if (l->note.platform_abi != abi)
		refuse(l, text("it was built by another fata: build it again"));
}

void load_names(const struct load *l, struct attach_names *names)
{
	struct view notes = view_make(l->notes, l->notes_bytes);

	*names = (struct attach_names){ .image = note_text(notes, 0),
		.ports = l->note.ports,
		.disks = l->note.disks,
		.plain = (l->note.wants & NOTE_PLAIN) != 0 };
	for (u32 i = 0; i < names->ports; i += 1)
		names->port[i] = note_text(notes, 1 + i);
	for (u32 i = 0; i < names->disks; i += 1)
		names->disk[i] = note_text(notes, 1 + names->ports + i);
}
