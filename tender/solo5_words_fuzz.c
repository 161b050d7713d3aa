/* solo5_words_fuzz.c - any words as a command line: what comes out is null-ended, and no more than there is room for. */
#include "tender/solo5_words.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	static struct solo5_words w;
	static char copy[4096];
	const char *words[200];
	u32 n = 0;
	usize from = 0;

	size = size < sizeof copy - 1 ? size : sizeof copy - 1;
	for (usize i = 0; i < size; i += 1)
		copy[i] = (char)data[i];
	copy[size] = 0;
	for (usize i = 0; i <= size && n < COUNT(words) - 1; i += 1)
		if (copy[i] == 0) {
			words[n] = copy + from;
			n += 1;
			from = i + 1;
		}
	words[n] = 0;
	if (!solo5_respell(&w, words))
		return 0;
	require(w.words <= SOLO5_WORDS && w.word[w.words] == 0 && w.bytes <= SOLO5_WORD_BYTES);
	for (u32 i = 0; i < w.words; i += 1)
		require(w.word[i] != 0);
	return 0;
}
