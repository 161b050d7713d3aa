/* ip_fuzz.c - any text: what is read is written and read back as the same. */
#include "lib/ip/ip.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size)), again;
	u8 room[64];
	struct writer w = writer_of(span_of(room));
	struct ip_prefix p, q;
	struct mac m, n;

	if (ip_prefix_read_text(&r, &p)) {
		ip_prefix_write_text(&w, p);
		require(!write_bad(&w));
		again = reader_of(write_done(&w));
		require(ip_prefix_read_text(&again, &q) && read_finished(&again));
		require(ip_equal(p.ip, q.ip) && p.bits == q.bits && ip_in(p.ip, p));
	} else {
		require(ip_is_none(p.ip) && p.bits == 0);
	}
	r = reader_of(view_make(data, size));
	w = writer_of(span_of(room));
	if (mac_read_text(&r, &m)) {
		mac_write_text(&w, m);
		again = reader_of(write_done(&w));
		require(mac_read_text(&again, &n) && read_finished(&again) && m.b[0] == n.b[0] &&
			m.b[5] == n.b[5]);
	}
	return 0;
}
