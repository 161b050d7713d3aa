/* note_test.c - notes as fata writes them, and damaged ones. */
#include "lib/note/note.h"
#include "test/test.h"

/* GNU's build id, then ours of an image with two ports and a disk, then a platform's. */
static const u8 GOOD[] = "\4\0\0\0\4\0\0\0\3\0\0\0GNU\0\1\2\3\4"
			 "\5\0\0\0\40\0\0\0\2\0\0\0fata\0\0\0\0"
			 "\1\2\1\1"
			 "\0\200\1\0"
			 "\5hello\7service\4wire\4data"
			 "\5\0\0\0\10\0\0\0\3\0\0\0fata\0\0\0\0"
			 "\1\0\0\0\3spt";

enum { IMAGE_AT = 20, CONTENT_AT = 40, GOOD_BYTES = sizeof GOOD - 1 };

static u8 bytes[GOOD_BYTES];

/* The good notes with one byte changed. */
static struct view with(usize at, u8 value)
{
	memcpy(bytes, GOOD, sizeof bytes);
	bytes[at] = value;
	return view_of(bytes);
}

TEST(a_good_note_is_read)
{
	struct note n;
	struct view notes = view_make(GOOD, GOOD_BYTES);

	EXPECT_EQ(note_read(notes, &n), NOTE_OK);
	EXPECT_EQ(n.ports, 2);
	EXPECT_EQ(n.disks, 1);
	EXPECT_EQ(n.stack_bytes, 98304);
	EXPECT_EQ(n.wants, NOTE_PLAIN);
	EXPECT_EQ(n.platform_abi, 1);
	EXPECT_VIEW(note_text(notes, 0), text("hello"));
	EXPECT_VIEW(note_text(notes, 1), text("service"));
	EXPECT_VIEW(note_text(notes, 2), text("wire"));
	EXPECT_VIEW(note_text(notes, 3), text("data"));
	EXPECT_EQ(note_text(notes, 4).n, 0);
	EXPECT_VIEW(note_platform(notes), text("spt"));
}

TEST(what_is_wrong_is_said)
{
	struct note n;

	EXPECT_EQ(note_read(view_none(), &n), NOTE_ABSENT);
	EXPECT_EQ(note_read(view_make(GOOD, IMAGE_AT), &n), NOTE_ABSENT);
	EXPECT_EQ(note_read(view_make(GOOD, GOOD_BYTES - 32), &n), NOTE_CUT);
	EXPECT_EQ(note_read(with(IMAGE_AT + 12, 'F'), &n), NOTE_ABSENT);
	EXPECT_EQ(note_read(with(CONTENT_AT, 2), &n), NOTE_UNKNOWN);
	EXPECT_EQ(note_read(with(CONTENT_AT + 3, 2), &n), NOTE_UNKNOWN);
	EXPECT_EQ(note_read(with(CONTENT_AT + 1, 9), &n), NOTE_MANY);
	EXPECT_EQ(note_read(with(CONTENT_AT + 2, 9), &n), NOTE_MANY);
	EXPECT_EQ(note_read(with(CONTENT_AT + 8, 0), &n), NOTE_NAME);
	EXPECT_EQ(note_read(with(CONTENT_AT + 17, '/'), &n), NOTE_NAME);
	EXPECT_EQ(note_read(with(CONTENT_AT + 8 + 6 + 8 + 5, 5), &n), NOTE_CUT);
	EXPECT_EQ(note_read(with(CONTENT_AT + 8, 200), &n), NOTE_CUT);
	EXPECT_EQ(note_read(with(IMAGE_AT + 7, 0xff), &n), NOTE_CUT);
}

TEST(an_image_of_no_platform_says_none)
{
	struct note n;
	struct view notes = view_make(GOOD, CONTENT_AT + 32);

	EXPECT_EQ(note_read(notes, &n), NOTE_OK);
	EXPECT_EQ(n.platform_abi, 0);
	EXPECT_EQ(note_platform(notes).n, 0);
}
