/* kv_fuzz.c - blobs of any content: every view that comes back lies inside, and what is found has the name asked for. */
#include "lib/kv/kv.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void inside(struct view pack, struct view part)
{
	must(part.n == 0 ||
		(part.p >= pack.p && part.n <= pack.n && part.p - pack.p <= (long)(pack.n - part.n)));
	for (usize i = 0; i < part.n; i += 97)
		(void)view_at(part, i);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	u8 *p = malloc(size + (size == 0));
	struct view pack = view_make(p, size);
	u32 count;

	if (size > 0)
		memcpy(p, data, size);
	if (size >= 12) /* the length is checked first: let what is behind it be reached */
		for (u32 i = 0; i < 4; i += 1)
			p[8 + i] = (u8)(size >> (24 - 8 * i));
	count = kv_count(pack);
	for (u32 i = 0; i < count && i < 100; i += 1) {
		struct kv_file file, found;

		if (!kv_at(pack, i, &file))
			continue;
		inside(pack, kv_name(pack, &file));
		inside(pack, kv_type(pack, &file));
		for (enum kv_coding c = 0; c < KV_CODINGS; c += 1) {
			must(kv_body(pack, &file, c).n == file.body[c].n);
			inside(pack, kv_body(pack, &file, c));
			inside(pack, kv_tag(pack, &file, c));
		}
		if (kv_find(pack, kv_name(pack, &file), &found))
			must(view_equal(kv_name(pack, &found), kv_name(pack, &file)));
		else
			must(!kv_intact(pack));
	}
	free(p);
	return 0;
}
