/* image_file_fuzz.c - files of any content: what is accepted may be mapped and relocated without another look. */
#include "tender/image_file.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	u8 *p = malloc(size + (size == 0));
	struct image_file f;
	u64 file_bytes = 1 << 20, end = 0;
	bool code = false;

	if (size > 0)
		memcpy(p, data, size);

	enum image_file_verdict v = image_file_read(&f, view_make(p, size), file_bytes, 62);

	must(image_file_verdict_text(v).n > 0);
	free(p);
	if (v != IMAGE_FILE_OK)
		return 0;
	must(f.bytes % IMAGE_FILE_PAGE == 0 && f.bytes <= (u64)IMAGE_FILE_BYTES + IMAGE_FILE_PAGE);
	for (u32 i = 0; i < f.segments; i += 1) {
		const struct image_segment *s = &f.segment[i];

		must(s->address / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE >= end);
		must(s->offset + s->file_bytes <= file_bytes && s->file_bytes <= s->memory_bytes);
		must(!s->written || !s->executed);
		must(s->written || s->file_bytes == s->memory_bytes);
		end = (s->address + s->memory_bytes + IMAGE_FILE_PAGE - 1) / IMAGE_FILE_PAGE *
		      IMAGE_FILE_PAGE;
		code = code || (s->executed && f.entry >= s->address && f.entry < s->address + s->file_bytes);
	}
	must(code && end == f.bytes);
	must(f.relro + f.relro_bytes <= f.bytes && f.relro % IMAGE_FILE_PAGE == 0);
	must(f.notes_bytes <= IMAGE_FILE_NOTES && f.notes_offset + f.notes_bytes <= file_bytes);
	return 0;
}
