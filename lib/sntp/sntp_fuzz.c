/* sntp_fuzz.c - any messages at any times: the client never believes what was not asked. */
#include "lib/sntp/sntp.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct sntp s;
	u8 room[SNTP_BYTES];
	u64 now = NS_PER_S;
	usize n;

	sntp_start(&s, now);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r);
		struct sntp_sample sample;
		struct view message;

		now += (u64)(what & 0x3fu) * NS_PER_S;
		if ((what & 0x80u) != 0) {
			if (sntp_send(&s, now * 0x9e3779b97f4a7c15ull, now, span_of(room), &n))
				require(n == SNTP_BYTES && s.state == SNTP_ASKED);
			continue;
		}
		message = read_view(&r, read_left(&r) < SNTP_BYTES ? read_left(&r) : SNTP_BYTES);
		if ((what & 0x40u) != 0 &&
			message.n == SNTP_BYTES) { /* with the right number, so that the rest is reached */
			u8 copied[SNTP_BYTES];
			struct writer w;

			(void)copy(span_of(copied), message);
			w = writer_of(span_from(span_of(copied), 24));
			write_be64(&w, s.cookie);
			if (sntp_receive(&s, view_of(copied), now, &sample) == SNTP_OK)
				require(s.state == SNTP_IDLE && sample.wall_ns > 0);
		} else if (sntp_receive(&s, message, now, &sample) != SNTP_OK) {
			require(sample.wall_ns == 0);
		}
	}
	return 0;
}
