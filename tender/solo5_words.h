/* solo5_words.h - Solo5's command line said in our own words, so that whoever starts its tenders may start ours.
 *
 *     --net:service=tap0                      --net service=tap:tap0
 *     --net:service=@7                        --net service=frames:7
 *     --net-mac:service=02:00:00:00:00:01     ,mac=... behind that
 *     --block:data=disk.img                   --block data=disk.img
 *     --block-sector-size:data=4096           ,sector=4096 behind that
 *     -- hello.hvt --ipv4=...                 the same without the --
 *
 * Both spellings may be mixed. What is behind the image's name is the image's
 * and stays as it is. Solo5's docs/building.md and its tenders' --help.
 */
#ifndef TENDER_SOLO5_WORDS_H
#define TENDER_SOLO5_WORDS_H

#include "base/view.h"

#define SOLO5_WORDS      256u /* two for each of 63 devices */
#define SOLO5_WORD_BYTES 32768u

struct solo5_words {
	const char *word[SOLO5_WORDS + 1]; /* null-ended, as a program gets them */
	u32 words;
	u32 bytes; /* of room that are used */
	char room[SOLO5_WORD_BYTES];
};

/* words: after the program's own name, null-ended; they and *w must stay. False:
 * there are too many, or one has no name or value where it must have. */
bool solo5_respell(struct solo5_words *w, const char *const *words);

#endif
