/* datagram.h - UDP for programs: bind a port, be called for each datagram, send.
 *
 * Bytes are on loan for the length of the call. Sending never waits: a
 * datagram that cannot leave now (no address, neighbour unknown and its queue
 * full, port full) is dropped, as UDP may; the count is in the host's facts.
 *
 * A datagram larger than the path takes is sent in fragments, up to 65,507 bytes
 * over IPv4 and 65,527 over IPv6; the first one to a neighbour not yet known is lost if it
 * has more pieces than HOST_PENDING. What comes in fragments is put together as far as
 * the manifest's reassembly= goes.
 */
#ifndef STACK_DATAGRAM_H
#define STACK_DATAGRAM_H

#include "base/view.h"
#include "lib/icmp/icmp.h"
#include "lib/ip/ip.h"

struct host;

struct datagram {
	struct ip from, to;
	u16 from_port, to_port;
	struct view data;
};

typedef void datagram_fn(void *context, struct host *h, const struct datagram *d, u64 now);

/* Be called for every datagram to this port (of any local address). False: the
 * port is taken, or the table is full. Port 0 takes a random free one: the
 * result says which, 0 is failure. */
u16 datagram_bind(struct host *h, u16 port, datagram_fn *fn, void *context);
void datagram_unbind(struct host *h, u16 port);

/* Hear only this peer from now on, as a connected socket does: datagrams of others find nobody on
 * this port, and errors count only about what was sent there. `ip` none: everybody again. */
void datagram_peer(struct host *h, u16 port, struct ip ip, u16 peer_port);

/* What a network says of a datagram that this port sent: nobody listens there, no way
 * there, too big (it will be cut next time: send it again). Anybody on the way can say
 * so, and who guesses ports too: a hint, not a fact (RFC 5927). */
struct datagram_error {
	struct ip to;
	u16 to_port, from_port;
	enum icmp_trouble trouble;
};

typedef void datagram_error_fn(void *context, struct host *h, const struct datagram_error *e, u64 now);

/* Be told of them from now on, with the context of datagram_bind(). Null: no longer. */
void datagram_errors(struct host *h, u16 port, datagram_error_fn *fn);

/* For gateways: every datagram that no bound port takes, to any address. */
void datagram_bind_any(struct host *h, datagram_fn *fn, void *context);

/* For sockets: be asked about every datagram to one of our addresses or groups that no
 * bound port takes, and be told of errors about what those sent. False: nobody here
 * takes it (the sender is told so). */
typedef bool datagram_ask_fn(void *context, struct host *h, const struct datagram *d, u64 now);
void datagram_ask(struct host *h, datagram_ask_fn *fn, datagram_error_fn *error, void *context);

/* from: none lets the host choose the source address. */
bool datagram_send(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data, u64 now);

#endif
