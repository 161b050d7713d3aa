/* prove: lib/reassembly/reassembly.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * reassembly_prove.c - any pieces with any headers and data, of any datagrams, at any times. */
#include "lib/ip/ip_prove.h"
#include "lib/reassembly/reassembly.h"

static u8 head[256], data[1600], memory[REASSEMBLY_MEMORY(3, 2000)];
static struct reassembly r;

int main(void)
{
	struct reassembled out;

	(void)reassembly_verdict_name(any_u8());
	reassembly_init(&r, (u32)any_upto(REASSEMBLY_SLOTS_MAX), (u32)any_upto(REASSEMBLY_BYTES_MAX));
	while (NONDET()) {
		u64 now = any_u64() / 4;
		struct fragment piece = { any_ip(), any_ip(), any_u32(), any_u16(), any_u8(), any_bool() };

		(void)reassembly_add(&r, span_of(memory), &piece, any_view(head), any_view(data), now, &out);
		(void)reassembly_payload(view_of(memory), &out);
		(void)reassembly_expired(&r, now, &out);
		(void)reassembly_quoted(view_of(memory), &out);
		(void)reassembly_deadline(&r);
	}
	return 0;
}
