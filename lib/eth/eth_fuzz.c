/* eth_fuzz.c - what is read is what was there; what is refused leaves nothing. */
#include "lib/eth/eth.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	u8 room[ETH_HEADER_BYTES + ETH_TAG_BYTES];
	struct writer w = writer_of(span_of(room));
	struct eth e, back;

	if (!eth_read(&r, &e)) {
		require(e.type == 0 && mac_is_none(e.to) && mac_is_none(e.from));
		return 0;
	}
	require(!mac_is_multicast(e.from) && eth_is_for(&e, e.to));
	eth_write(&w, &e);
	struct reader again = reader_of(write_done(&w));
	require(eth_read(&again, &back) && read_finished(&again));
	require(mac_equal(back.to, e.to) && mac_equal(back.from, e.from));
	require(back.type == e.type && back.vlan == e.vlan && e.vlan <= ETH_VLAN_MAX);
	return 0;
}
