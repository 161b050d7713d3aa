/* prove: lib/ip/ip.c lib/ip/ip_text.c lib/eth/eth.c lib/parts/parts.c
 *
 * ip_prove.c - any address, any text of any length. */
/* prove-unreached: read_ip6_text 1 */
/* "n < 8" is a second lock: read_group() says that nothing follows the eighth. */
#include "lib/ip/ip_prove.h"

static u8 input[128], room[64];

int main(void)
{
	struct reader r = reader_of(any_view(input));
	struct writer w = writer_of(any_span(room));
	struct ip_prefix p;
	struct ip a;
	struct mac m;

	call_ip();
	(void)ip_read_text(&r, &a);
	(void)ip_prefix_read_text(&r, &p);
	(void)mac_read_text(&r, &m);
	ip_write_text(&w, any_ip());
	ip_prefix_write_text(&w, any_prefix());
	mac_write_text(&w, any_mac());
	return 0;
}
