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

	sntp_start(&s, 0);
	while (NONDET()) {
		u64 now = nd64 / 4;

		(void)sntp_send(&s, any_u64(), now, span_of(room), &n);
		(void)sntp_receive(&s, view_first(view_of(message), ndsize), now, &sample);
		(void)sntp_deadline(&s);
		(void)sntp_state_name((enum sntp_state)any_upto(SNTP_STOPPED + 1u));
		(void)sntp_verdict_name((enum sntp_verdict)any_upto(SNTP_KISS_OF_DEATH + 1u));
	}
	return 0;
}
