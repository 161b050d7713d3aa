/* prove: lib/tcp/tcp_wire.c lib/parts/parts.c */
/* prove-unreached: sacks_that_fit 1 stamped 1 */
/* tcp_wire_prove.c - any bytes as a header, any segment to write or to refuse. Not reached: what an image
 * without `sack` or `timestamps` does (lib/parts). */
#include "lib/tcp/tcp.h"
#include "verify/model.h"

static u8 packet[1500], room[TCP_HEADER_MAX];

/* What a decoder could have given, or a caller made by hand. */
static struct tcp_segment any_segment(void)
{
	struct tcp_segment s;

	s.from_port = any_u16();
	s.to_port = any_u16();
	s.seq = any_u32();
	s.ack = any_u32();
	s.window = any_u16();
	s.flags = any_u8();
	s.len = any_u32();
	s.opt.has = any_u32();
	s.opt.mss = any_u16();
	s.opt.wscale = any_u8();
	s.opt.sacks = any_u8();
	s.opt.ts_value = any_u32();
	s.opt.ts_echo = any_u32();
	for (u32 i = 0; i < TCP_SACK_MAX; i += 1) {
		s.opt.sack[i].from = any_u32();
		s.opt.sack[i].to = any_u32();
	}
	return s;
}

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
