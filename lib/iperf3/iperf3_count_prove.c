/* prove: lib/iperf3/iperf3_count.c
 *
 * iperf3_count_prove.c - any streams of any test, in any state, at any time. What a client asked for is within
 * what iperf3_read_parameters() lets through. */
#include "lib/iperf3/iperf3_parts.h"
#include "verify/model.h"

static struct iperf3 t;
static u8 bytes[400], room[400];

static void any_test(void)
{
	t.state = (enum iperf3_state)any_upto(IPERF3_IPERF_DONE);
	t.params.parallel = any_u32();
	t.params.udp = any_bool();
	t.params.bidirectional = any_bool();
	t.params.reverse = any_bool();
	t.params.counters_64bit = any_bool();
	t.params.rate_bits_per_s = any_u64();
	t.params.omit_ns = any_u64();
	t.params.block_bytes = any_u32();
	t.ended_ns = any_u64();
}

int main(void)
{
	while (NONDET()) {
		struct writer w = writer_of(any_span(room));
		u64 now = any_u64();
		u32 stream = any_u32();

		any_test();
		if (t.state == IPERF3_CREATE_STREAMS && NONDET())
			iperf3_run(&t, any_view(bytes), now);
		iperf3_opened(&t, now);
		iperf3_took(&t, stream, any_usize(), now);
		iperf3_sent(&t, stream, any_usize(), now);
		iperf3_retransmits(&t, stream, any_u32());
		(void)iperf3_sent_again(&t.streams[any_upto(IPERF3_STREAMS_BOTH - 1u)]);
		(void)iperf3_send_at(&t, stream);
		(void)iperf3_portion(&t);
		iperf3_write_head(&t, &w, stream, now);
		iperf3_datagram(&t, stream, any_view(bytes), now);
		iperf3_count_from_here(&t, now);
		(void)iperf3_is_cookie(&t, any_view(bytes));
		(void)iperf3_is_hello(any_view(bytes));
		(void)iperf3_hello_answer();
		(void)iperf3_bytes(&t, any_bool());
		(void)iperf3_bits_per_s(&t, any_u64());
		iperf3_write_summary(&w, &t);
	}
	return 0;
}
