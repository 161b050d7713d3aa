/* prove: lib/pcap/pcap.c
 *
 * pcap_prove.c - any names, frames and times, into room of any length. */
#include "lib/pcap/pcap.h"
#include "verify/model.h"

static u8 name[300], frame[2000], room[4096];

int main(void)
{
	while (NONDET()) {
		struct writer w = writer_of(any_span(room));

		pcap_section(&w, any_view(name), any_view(name));
		pcap_interface(&w, any_view(name), any_u32());
		pcap_packet(&w, any_u32(), any_u64(), (enum pcap_direction)any_upto(PCAP_SENT),
			any_view(frame), (u32)(sizeof frame + any_upto(100000)));
	}
	return 0;
}
