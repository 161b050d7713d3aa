/* log_fuzz.c - any file gives a verdict. The first byte says whether the rest
 * is a file, or the events of one whole chunk (a fuzzer does not guess hashes). */
#include "plat/record/log.h"
#include "plat/record/effect.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static u8 stream[1u << 20], file[1u << 20];
static struct log_event event;

void panic(const char *at, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: require(%s)\n", at, line, what);
	abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view input = view_first(view_make(data, size), RECORD_CHUNK);
	struct writer w = writer_of(span_of(file));
	struct log log;

	if (view_at(input, 0) % 2 == 0) {
		log_open(&log, view_from(input, 1), span_of(stream));
	} else if (input.n > 1) {
		struct view payload = view_from(input, 1);

		write_view(&w, text(RECORD_MAGIC));
		write_le32(&w, (u32)payload.n);
		write_le32(&w, 0);
		write_le64(&w, effect_bytes(0, payload));
		write_view(&w, payload);
		require(log_open(&log, write_done(&w), span_of(stream)) == LOG_OK);
	} else {
		return 0;
	}
	while (log_next(&log, &event) == LOG_OK) {
		require(event.port < RECORD_PORTS);
		require(event.frame_count <= NET_BATCH && event.frame_count <= event.count + 0u);
		for (u32 i = 0; i < event.frame_count; i += 1)
			if (event.frames[i].data.n > 0) /* touch both ends */
				(void)(view_at(event.frames[i].data, 0) +
					view_at(event.frames[i].data, event.frames[i].data.n - 1));
	}
	return 0;
}
