/* tcp_cookie.h - SYN cookies (RFC 4987 3.6): a handshake of which nothing is kept before its last segment.
 *
 * When more openings wait than a service wants to keep, a SYN is answered with a SYN,ACK
 * whose sequence number says, to who has the key, what an ACK of it must be; the connection
 * begins when that ACK comes. A SYN,ACK that is lost is not sent again (the peer's SYN is),
 * and of the SYN's options only what fits is remembered:
 *
 *   the MSS          one of TCP_COOKIE_MSS, not larger than it said: three bits of the number
 *   scale and SACK   in the low bits of our timestamp, which the peer echoes; without timestamps: none
 *   ECN              never: the SYN,ACK does not agree to it
 *
 * The number is the peer's, plus: five bits of time, three of the MSS, and 24 that only the
 * key's owner can make of the addresses, ports, the peer's number, the time and the options. So
 * it grows with the peer's, as who reuses a port expects. A cookie is good for TCP_COOKIE_NS at least, twice
 * that at most. One guess in 2^24 is right: the caller looks at ACKs only while cookies are out.
 */
#ifndef LIB_TCP_TCP_COOKIE_H
#define LIB_TCP_TCP_COOKIE_H

#include "lib/siphash/siphash.h"
#include "lib/tcp/tcp.h"

#define TCP_COOKIE_NS (64 * NS_PER_S)

/* The SYN,ACK to this SYN, ports left zero. `ends` is a keyed hash of addresses and ports. */
void tcp_cookie_answer(const struct siphash_key *key, u64 ends, const struct tcp_config *c,
	const struct tcp_segment *syn, u64 now, struct tcp_segment *out);

/* Whether this ACK is of such a SYN,ACK. If so t is in SYN-RECEIVED as if it had sent it,
 * and the ACK is for tcp_arrive(). */
bool tcp_cookie_accept(struct tcp *t, const struct siphash_key *key, u64 ends, const struct tcp_config *c,
	const struct tcp_segment *ack, u64 now);

/* Whether a segment of no connection may be of such a peer, whose ACK and first data were lost while
 * what it sent after them came: it says the right time. Nothing more can be told before the first
 * data is sent again; a reset would end what the peer takes for a connection. */
bool tcp_cookie_may_follow(const struct tcp_segment *s, u64 now);

#endif
