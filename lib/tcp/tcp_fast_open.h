/* tcp_fast_open.h - Fast Open's cookies (RFC 7413): a server makes and checks them, a client keeps them.
 *
 * tcp.h has what Fast Open is to one connection; this is what lasts from one to the next.
 *
 *   a cookie     64 bits that only the key's owner can make of the client's address (4.1.2). The key's use changes
 *                every TCP_FAST_KEY_NS: the last one's cookies still count, and are answered with a new one
 *   a queue      how many connections of a port are open though the peer's ACK has not come (4.2,
 *                PendingFastOpenRequests). At its limit a SYN is one like others, and what it brought comes
 *                again. Whoever is reset may have been chosen by somebody else, who would make room with each
 *                reset: its place is free after TCP_FAST_RESET_NS
 *   a cache      of TCP_FAST_PEERS pairs of addresses: cookie, MSS, and since when the path loses SYNs with the option
 *                (4.1.3.1). Such a path is not tried again for TCP_FAST_BLOCKED_NS, twice as long each time,
 *                64 times at most. A full cache forgets who was not asked for longest
 *
 * A cookie proves that its client could once receive at that address, not who it is: whoever shares the
 * address (NAT) or sees the path has it too (5.1).
 */
#ifndef LIB_TCP_TCP_FAST_OPEN_H
#define LIB_TCP_TCP_FAST_OPEN_H

#include "lib/ip/ip.h"
#include "lib/siphash/siphash.h"
#include "lib/tcp/tcp.h"

/* ---- the server ---- */

#define TCP_FAST_KEY_NS (12ull * 3600u * NS_PER_S)

/* `client` is a hash of its address. */
struct tcp_fast_cookie tcp_fast_cookie(const struct siphash_key *key, u64 client, u64 now);

/* TCP_FAST_OLD: good, and the client is to be told a new one. */
enum tcp_fast_verdict { TCP_FAST_BAD, TCP_FAST_OLD, TCP_FAST_GOOD };
enum tcp_fast_verdict tcp_fast_check(
	const struct siphash_key *key, u64 client, const struct tcp_fast_cookie *said, u64 now);

#define TCP_FAST_RESET_NS (60 * NS_PER_S)

struct tcp_fast_queue {
	u32 limit;
	u32 pending, reset; /* places held by connections, and by some that were reset */
	u64 reset_until_ns; /* of all of them: each that comes prolongs it */
};

/* A place in it; false: there is none. And its end, once the handshake is over or will never be. */
bool tcp_fast_take(struct tcp_fast_queue *q, u64 now);
void tcp_fast_leave(struct tcp_fast_queue *q, bool reset, u64 now);

/* ---- the client ---- */

#define TCP_FAST_PEERS             32u
#define TCP_FAST_BLOCKED_NS        (60 * NS_PER_S)
#define TCP_FAST_BLOCKED_DOUBLINGS 6u

struct tcp_fast_peer {
	struct ip local, peer; /* peer of none: free */
	u64 used_ns, blocked_until_ns;
	u16 mss;
	u8 losses; /* in a row */
	struct tcp_fast_cookie cookie;
};

struct tcp_fast_cache {
	struct tcp_fast_peer peers[TCP_FAST_PEERS];
};

/* How to open a connection: as ever, for the path loses what is new; asking for a cookie; with this one. */
enum tcp_fast_way { TCP_FAST_NOT, TCP_FAST_ASK, TCP_FAST_GIVE };
enum tcp_fast_way tcp_fast_way(struct tcp_fast_cache *c, struct ip local, struct ip peer, u64 now,
	struct tcp_fast_cookie *cookie, u16 *mss);

/* A SYN with the option was answered; cookie of 0 bytes: with none, and what there is stays. */
void tcp_fast_answered(struct tcp_fast_cache *c, struct ip local, struct ip peer,
	const struct tcp_fast_cookie *cookie, u16 mss, u64 now);

/* A SYN with the option was not, and one without was. */
void tcp_fast_lost(struct tcp_fast_cache *c, struct ip local, struct ip peer, u64 now);

#endif
