#include "tender/solo5_words.h"
#include "test/test.h"

static struct solo5_words w;

/* The words of a line, separated by single spaces, respelled and joined again. */
static const char *said(const char *line)
{
	static char copy[2000], joined[4000];
	static const char *words[200];
	u32 n = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (char *p = strtok(copy, " "); p; p = strtok(0, " "))
		words[n++] = p;
	words[n] = 0;
	if (!solo5_respell(&w, words))
		return "wrong";
	joined[0] = 0;
	for (u32 i = 0; w.word[i]; i += 1) {
		strcat(joined, i ? " " : "");
		strcat(joined, w.word[i]);
	}
	return joined;
}

static void expect(const char *theirs, const char *ours)
{
	const char *got = said(theirs);

	if (strcmp(got, ours) != 0)
		test_fail(__FILE__, __LINE__, "%s: %s, not %s", theirs, got, ours);
}

TEST(solo5s_options_become_ours)
{
	expect("--net:service=tap0 image", "--net service=tap:tap0 image");
	expect("--block:data=disk.img image", "--block data=disk.img image");
	expect("--mem=512 --net:a=t0 --block:b=f -- image args",
		"--mem=512 --net a=tap:t0 --block b=f image args");
	expect("--net:service=@7 image", "--net service=frames:7 image");
}

TEST(what_another_option_says_of_a_device_goes_behind_it)
{
	expect("--net-mac:a=02:00:00:00:00:01 --net:a=t0 --net:b=t1 i",
		"--net a=tap:t0,mac=02:00:00:00:00:01 --net b=tap:t1 i");
	expect("--block:d=f --block-sector-size:d=4096 i", "--block d=f,sector=4096 i");
}

TEST(what_belongs_to_the_image_stays_as_it_is)
{
	expect("image --mem=512 --net:a=b -- c", "image --mem=512 --net:a=b -- c");
	expect("-- image --net:a=b", "image --net:a=b");
	expect("-- -- x", "-- x");
	expect("--net:a=t -- image --", "--net a=tap:t image --");
}

TEST(our_own_spelling_stays_as_it_is_and_may_be_mixed)
{
	expect("--net service=tap:tap0 --mem 64M --block=data=f image x",
		"--net service=tap:tap0 --mem 64M --block=data=f image x");
	expect("--mem=64M --net:a=t i", "--mem=64M --net a=tap:t i");
	expect("--net --net-mac:x=y --net:a=t i", "--net --net-mac:x=y --net a=tap:t i");
	expect("--verbose i", "--verbose i");
	expect("--core f --net:a=t -- i", "--core f --net a=tap:t i");
	expect("--verbose --net:a=t i", "--verbose --net a=tap:t i");
	expect("", "");
	expect("--mem=", "--mem=");
}

TEST(an_option_without_name_or_value_is_wrong)
{
	expect("--net:=tap0 i", "wrong");
	expect("--net:service i", "wrong");
	expect("--net:service= i", "wrong");
	expect("--block:=f i", "wrong");
	expect("--net-mac:a=02:00:00:00:00:01 i", "wrong");
	expect("--block-sector-size:d=512 --block:e=f i", "wrong");
}

TEST(more_words_than_there_is_room_for_are_wrong)
{
	static const char *many[SOLO5_WORDS + 2];
	static char big[SOLO5_WORD_BYTES + 100] = "--block:a=";

	for (u32 i = 0; i <= SOLO5_WORDS; i += 1)
		many[i] = "x";
	many[SOLO5_WORDS + 1] = 0;
	EXPECT(!solo5_respell(&w, many));
	many[SOLO5_WORDS] = 0;
	EXPECT(solo5_respell(&w, many));
	memset(big + 10, 'f', sizeof big - 11);
	const char *long_one[] = { big, "i", 0 };
	EXPECT(!solo5_respell(&w, long_one));
}
