/* note_fuzz.c - notes of any content: what is read is within its limits, and every name lies inside. */
#include "lib/note/note.h"
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
	struct view notes = view_make(p, size);
	struct note n;

	if (size > 0)
		memcpy(p, data, size);

	enum note_verdict v = note_read(notes, &n);

	must(n.ports <= NOTE_PORTS && n.disks <= NOTE_DISKS);
	must(note_verdict_text(v).n > 0);
	for (u32 i = 0; i < 20; i += 1) {
		struct view name = note_text(notes, i);

		must(name.n <= NOTE_TEXT);
		must(name.n == 0 || (name.p >= p && name.p + name.n <= p + size));
		if (v == NOTE_OK)
			must((name.n > 0) == (i <= n.ports + n.disks));
	}
	must(note_platform(notes).n <= NOTE_TEXT);
	free(p);
	return 0;
}
