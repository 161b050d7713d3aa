/* note.c - see note.h. */
#include "lib/note/note.h"
#include "base/reader.h"

struct view note_verdict_text(enum note_verdict v)
{
	switch (v) {
	case NOTE_OK: return text("fine");
	case NOTE_ABSENT: return text("it is no image of fata's: it has no note");
	case NOTE_CUT: return text("its note is cut off");
	case NOTE_UNKNOWN: return text("its note is of a version that is not known here");
	case NOTE_MANY: return text("it names more devices than there is room for");
	case NOTE_NAME: return text("its note has a name that is none");
	}
	return text("unknown");
}

static usize padded(u32 bytes)
{
	return ((usize)bytes + 3u) / 4u * 4u;
}

/* The content of the first note of ours with this type. */
static enum note_verdict find(struct view notes, enum note_type type, struct view *out)
{
	struct reader r = reader_of(notes);

	*out = view_first(notes, 0);
	while (read_left(&r) >= 12) {
		u32 name_bytes = read_le32(&r), bytes = read_le32(&r), its = read_le32(&r);

		if (name_bytes > notes.n || bytes > notes.n)
			return NOTE_CUT;

		struct view name = read_view(&r, padded(name_bytes));
		struct view content = read_view(&r, bytes);
		usize rest = (4u - bytes % 4u) % 4u;

		if (read_bad(&r))
			return NOTE_CUT;
		if (its == (u32)type && view_equal(view_first(name, name_bytes), text("fata\0"))) {
			*out = content;
			return NOTE_OK;
		}
		read_skip(&r, rest < read_left(&r) ? rest : read_left(&r)); /* the last may be unpadded */
	}
	return NOTE_ABSENT;
}

static bool letter(u8 c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.';
}

static struct view read_name(struct reader *r)
{
	struct view name = read_view(r, read_u8(r));
	bool good = name.n > 0 && name.n <= NOTE_TEXT;

	for (usize i = 0; i < name.n; i += 1)
		good = good && letter(view_at(name, i));
	return good ? name : view_none();
}

static enum note_verdict read_image(struct view content, struct note *out)
{
	struct reader r = reader_of(content);
	u32 version = read_u8(&r), ports = read_u8(&r), disks = read_u8(&r), wants = read_u8(&r);
	u32 stack_bytes = read_le32(&r);

	if (read_bad(&r))
		return NOTE_CUT;
	if (version != NOTE_VERSION || wants > NOTE_PLAIN)
		return NOTE_UNKNOWN;
	if (ports > NOTE_PORTS || disks > NOTE_DISKS)
		return NOTE_MANY;
	for (u32 i = 0; i < 1u + ports + disks; i += 1) {
		bool named = read_name(&r).n > 0;

		if (read_bad(&r))
			return NOTE_CUT;
		if (!named)
			return NOTE_NAME;
	}
	*out = (struct note){ ports, disks, stack_bytes, wants, 0 };
	return NOTE_OK;
}

enum note_verdict note_read(struct view notes, struct note *out)
{
	struct view content;
	enum note_verdict v = find(notes, NOTE_IMAGE, &content);

	*out = (struct note){ 0, 0, 0, 0, 0 };
	if (v == NOTE_OK)
		v = read_image(content, out);
	if (v != NOTE_OK)
		return v;
	if (find(notes, NOTE_PLATFORM, &content) == NOTE_OK) {
		struct reader r = reader_of(content);

		out->platform_abi = read_le32(&r);
	}
	return NOTE_OK;
}

struct view note_text(struct view notes, u32 i)
{
	struct view content;

	if (find(notes, NOTE_IMAGE, &content) != NOTE_OK)
		return view_none();

	struct reader r = reader_of(content);
	u32 texts;

	read_u8(&r);
	texts = 1u + read_u8(&r);
	texts += read_u8(&r);
	read_skip(&r, 5);
	if (i >= texts)
		return view_none();
	for (u32 k = 0; k < i; k += 1)
		read_name(&r);
	return read_name(&r);
}

struct view note_platform(struct view notes)
{
	struct view content;

	if (find(notes, NOTE_PLATFORM, &content) != NOTE_OK)
		return view_none();

	struct reader r = reader_of(content);

	read_le32(&r);
	return read_name(&r);
}
