/* spt_map.c - see spt_map.h. */
#include "tender/spt/spt_map.h"
#include "plat/linux/elf.h"
#include "plat/linux/say.h"

enum { PAGE = IMAGE_FILE_PAGE, PLACES_TRIED = 16 };

static _Noreturn void refuse(const struct load *l, struct view why)
{
	die(text("cannot run"), l->path, 0, why);
}

/* 2^33 places in the middle of what a process may use: nobody else maps there. */
static u64 random_place(void)
{
	u64 random = 0;

	cpu_call3(CALL_GETRANDOM, (long)&random, sizeof random, 0);
	return 0x100000000000ull + random % (1ull << 33) * PAGE;
}

u64 spt_map_region(u64 bytes, int protection)
{
	long error = -ERROR_NOMEM;

	for (u32 i = 0; i < PLACES_TRIED; i += 1) {
		u64 at = random_place();

		error = linux_map(at, bytes + 2 * PAGE, PROTECT_NONE, MAP_FIXED_NOREPLACE | MAP_NORESERVE);
		if (error == (long)at) {
			if (protection != PROTECT_NONE)
				linux_map(at + PAGE, bytes, protection, MAP_FIXED | MAP_NORESERVE);
			return at + PAGE;
		}
	}
	die(text("no memory for the image"), view_none(), error, text("is there a limit (ulimit -v)?"));
}

static void map_segment(const struct load *l, u64 base, const struct image_segment *s)
{
	u64 from = s->address / PAGE * PAGE, skew = s->address - from;
	u64 file_end = (s->address + s->file_bytes + PAGE - 1) / PAGE * PAGE;
	u64 end = (s->address + s->memory_bytes + PAGE - 1) / PAGE * PAGE;
	int protection = PROTECT_READ | (s->written ? PROTECT_WRITE : 0) | (s->executed ? PROTECT_EXEC : 0);
	long error = 0;

	if (s->file_bytes > 0)
		error = cpu_call6(CALL_MMAP, (long)(base + from), (long)(skew + s->file_bytes), protection,
			MAP_PRIVATE | MAP_FIXED, l->fd, (long)(s->offset - skew));
	if (error >= 0 && s->file_bytes == 0)
		file_end = from;
	if (error >= 0 && end > file_end)
		error = linux_map(base + file_end, end - file_end, protection, MAP_FIXED);
	if (error < 0 && error > -PAGE)
		die(text("cannot map"), l->path, error, view_none());
	/* what the file has behind the segment is not the image's */
	if (s->written && s->file_bytes > 0)
		fill(span_make((u8 *)(base + s->address + s->file_bytes),
			     (usize)(file_end - s->address - s->file_bytes)),
			0);
}

/* Every word that holds an address is listed; all of them must lie in what is written. */
static void relocate(const struct load *l, u64 base)
{
	const struct elf_dynamic *d = (const struct elf_dynamic *)(base + l->file.dynamic);
	u64 count = l->file.dynamic_bytes / sizeof *d, table = 0, bytes = 0;

	for (; count > 0 && d->tag != ELF_DT_END; d += 1, count -= 1) {
		table = d->tag == ELF_DT_RELA ? d->value : table;
		bytes = d->tag == ELF_DT_RELASZ ? d->value : bytes;
		if (d->tag == ELF_DT_RELR)
			refuse(l, text("it has packed relocations"));
	}
	if (bytes > 0 && (table % 8 != 0 || !image_file_has(&l->file, table, bytes, false)))
		refuse(l, image_file_verdict_text(IMAGE_FILE_RANGE));
	for (u64 i = 0; i < bytes / sizeof(struct elf_rela); i += 1) {
		const struct elf_rela r = ((const struct elf_rela *)(base + table))[i];

		if ((u32)r.info != CPU_RELATIVE || r.offset % 8 != 0 ||
			!image_file_has(&l->file, r.offset, sizeof(u64), true))
			refuse(l, text("it has a relocation that is not an address in its data"));
		*(u64 *)(base + r.offset) = base + (u64)r.addend;
	}
}

u64 spt_map(struct load *l)
{
	const struct image_file *f = &l->file;

	u64 base = spt_map_region(f->bytes, PROTECT_NONE);
	for (u32 i = 0; i < f->segments; i += 1)
		map_segment(l, base, &f->segment[i]);
	relocate(l, base);
	if (f->relro_bytes > 0)
		cpu_call3(CALL_MPROTECT, (long)(base + f->relro), (long)f->relro_bytes, PROTECT_READ);
	linux_close(l->fd);
	return base;
}
