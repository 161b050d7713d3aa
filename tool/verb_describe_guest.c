/* verb_describe_guest.c - the memory of an image as a guest: what its tender maps, to the byte (tender/hvt/plan.h). */
#include "tender/hvt/plan.h"
#include "tool/files.h"
#include "tool/trouble.h"
#include "tool/verb_describe.h"
#include <elf.h>
#include <stdio.h>
#include <string.h>

/* As the tender reads it, so that a file it would refuse is not billed. */
static struct image_file image_of(const char *path)
{
	struct image_file f;
	size_t n = 0;
	char *bytes = file_read(path, &n);

	if (!bytes)
		stop_with("%s: cannot read it", path);

	struct view first = view_first(view_make(bytes, n), IMAGE_FILE_PAGE);
	enum image_file_verdict v = image_file_read(&f, first, n, EM_X86_64);
	struct view why = image_file_verdict_text(v);

	if (v != IMAGE_FILE_OK)
		stop_with("%s: the tender would refuse it: %.*s", path, (int)why.n, (const char *)why.p);
	return f;
}

static void line(unsigned long long bytes, const char *what)
{
	printf("  %10llu  %s\n", bytes, what);
}

void describe_guest(const struct manifest *m, const char *path, unsigned long counted)
{
	static const u64 anywhere[MEMORY_GROUPS + 1];
	struct image_file f = image_of(path);
	struct plan plan = { f.bytes, (u32)m->net_count, false };
	struct memory all;

	plan_make(&all, &plan, anywhere);

	u64 shared = 0, rings = 0;

	for (u32 i = PLAN_HOST; i < PLAN_RINGS; i += 1)
		shared += all.area[i].bytes;
	for (u32 i = PLAN_RINGS; i < all.areas; i += 1)
		rings += all.area[i].bytes;
	line(f.bytes - counted, "what its parts leave of their last pages");
	line(shared, "shared with the tender: two pages, its arguments, the console's ring");
	if (rings > 0)
		line(rings, "rings, two for each network port");
	line(all.processor_bytes, "page tables, descriptors and stubs, which it cannot address");
	line(all.bytes,
		"is all it will ever have, to the byte (--record: 65536 more, and perhaps a page table)");
}
