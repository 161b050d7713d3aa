/* prove: lib/sntp/sntp.c
 *
 * sntp_prove.c - any message, at any time, in any order of the calls. */
#include "lib/sntp/sntp.h"
#include "verify/model.h"

int main(void)
{
	static u8 message[SNTP_BYTES + 16], room[SNTP_BYTES];
	struct sntp s;
	struct sntp_sample sample;
	usize n;

	sntp_start(&s, 1, 0);
	while (NONDET()) {
		u64 now = nd64 / 4;

		(void)sntp_send(&s, now, span_of(room), &n);
		(void)sntp_receive(&s, view_first(view_of(message), ndsize), now, &sample);
		(void)sntp_deadline(&s);
	}
	return 0;
}
