/* tcp_segment_prove.h - for proof drivers: any segment. */
#ifndef LIB_TCP_TCP_SEGMENT_PROVE_H
#define LIB_TCP_TCP_SEGMENT_PROVE_H

#include "lib/tcp/tcp.h"
#include "verify/model.h"

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
	s.ecn = any_u8();
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
	s.opt.fast.bytes = any_u8();
	for (u32 i = 0; i < TCP_FAST_COOKIE_MAX; i += 1)
		s.opt.fast.byte[i] = any_u8();
	return s;
}

#endif
