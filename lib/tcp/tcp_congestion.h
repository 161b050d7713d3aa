/* tcp_congestion.h - how much may be in flight: the interface behind which NewReno stands.
 *
 * struct tcp_congestion is its state, cwnd its answer. Calls come in this order:
 * begin, then any of the others as they happen. Loss recovery (what to send
 * again) is tcp_loss.c's; this only says how much. Sizes are bytes; mss is the
 * most payload in one segment.
 */
#ifndef LIB_TCP_TCP_CONGESTION_H
#define LIB_TCP_TCP_CONGESTION_H

#include "lib/tcp/tcp.h"

/* The handshake is over. syn_lost: it took more than one SYN. */
void tcp_congestion_begin(struct tcp_congestion *c, u32 mss, bool syn_lost);

/* `bytes` more were acknowledged while nothing is lost; flight is what was in
 * flight before. */
void tcp_congestion_acked(struct tcp_congestion *c, u32 mss, u32 bytes, u32 flight);

/* Loss seen by duplicate acknowledgements; once per window. */
void tcp_congestion_lost(struct tcp_congestion *c, u32 mss, u32 flight);

/* Loss seen by the retransmission timer. again: the same data timed out before. */
void tcp_congestion_timeout(struct tcp_congestion *c, u32 mss, u32 flight, bool again);

/* Nothing was sent for longer than an RTO. */
void tcp_congestion_idle(struct tcp_congestion *c, u32 mss);

#endif
