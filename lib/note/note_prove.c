/* prove: lib/note/note.c */
#include "lib/note/note.h"
#include "verify/model.h"

static u8 notes[4096];

int main(void)
{
	struct note n;

	while (NONDET()) {
		(void)note_read(any_view(notes), &n);
		(void)note_text(
			any_view(notes), n.ports + n.disks + n.platform_abi % 2u + n.stack_bytes % 2u);
		(void)note_text(any_view(notes), any_u32());
		(void)note_platform(any_view(notes));
		(void)note_verdict_text((enum note_verdict)any_upto(NOTE_NAME + 1u));
	}
	return 0;
}
