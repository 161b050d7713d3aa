/* prove: lib/tcp/tcp_wire.c lib/parts/parts.c */
/* prove-unreached: sacks_that_fit 1 stamped 1 fast 1 */
/* tcp_wire_prove.c - any bytes as a header, any segment to write or to refuse. Not reached: what an image
 * without `sack`, `timestamps` or `fast-open` does (lib/parts). */
#include "lib/tcp/tcp.h"
#include "lib/tcp/tcp_segment_prove.h"

static u8 packet[1500], room[TCP_HEADER_MAX];

int main(void)
{
	struct reader r = reader_of(any_view(packet));
	struct writer w = writer_of(any_span(room));
	struct tcp_segment s, answer;

	(void)tcp_read(&r, &s);
	(void)tcp_refusal(&s, &answer);
	s = any_segment();
	tcp_write(&w, &s, any_u16());
	return 0;
}
