/* prove: lib/iperf3/iperf3.c lib/iperf3/iperf3_json.c lib/iperf3/iperf3_count.c lib/json/json.c lib/json/json_write.c */
/* prove-with: require-stops */
/* prove-unreached: field_name 3 iperf3_run 1 iperf3_is_hello all iperf3_hello_answer all iperf3_opened all iperf3_took all */
/* prove-unreached: iperf3_sent all iperf3_retransmits all iperf3_send_at all iperf3_portion all iperf3_write_head all */
/* prove-unreached: iperf3_datagram all difference all jitter all number all counts all at all */
/*
 * iperf3_prove.c - any client, at any time, in any order of the calls of the conversation; iperf3_count_prove.c has the
 * others. Not reached: the name of what is past the last field, and a call at the wrong time, which the driver does not make. */
#include "lib/iperf3/iperf3.h"
#include "verify/model.h"

static struct iperf3 t;
static u8 bytes[400];

int main(void)
{
	iperf3_start(&t, any_u64());
	while (NONDET()) {
		u64 now = any_u64();

		if (NONDET())
			iperf3_start(&t, now);
		iperf3_rx(&t, any_view(bytes), now);
		iperf3_tx_done(&t, any_usize());
		iperf3_step(&t, now);
		(void)iperf3_deadline(&t);
		(void)iperf3_is_cookie(&t, any_view(bytes));
		if (t.state == IPERF3_CREATE_STREAMS && NONDET())
			iperf3_run(&t, any_view(bytes), now);
		if (NONDET())
			iperf3_closed(&t);
		if (NONDET())
			iperf3_refuse(&t, IPERF3_IECREATESTREAM);
		(void)iperf3_bytes(&t, any_bool());
		(void)iperf3_bits_per_s(&t, any_u64());
		(void)iperf3_state_name((enum iperf3_state)any_upto(IPERF3_IPERF_DONE + 1u));
		(void)iperf3_error_name((enum iperf3_error)any_upto(IPERF3_IECREATESTREAM + 1u));
		(void)iperf3_end_name((enum iperf3_end)any_upto(IPERF3_REFUSED + 1u));
	}
	return 0;
}
