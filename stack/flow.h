/* flow.h - a stream of bytes to and from somebody, and how a program serves or opens one.
 *
 * A flow is one TCP connection (TLS will come under the same name). A program
 * gives a function that is called whenever something may have changed: the
 * flow has just been established, bytes came, room to send came back, the peer
 * ended or no longer answers, a time it asked for has come. It does what it can and returns: it
 * never waits. What it must remember it keeps in its session, which is zeroed
 * when the flow begins.
 *
 *     static enum next host(void *session, struct flow *f)
 *
 * The four verbs:
 *     flow_rx(f)         the bytes that wait, on loan (one piece; more may follow)
 *     flow_rx_done(f,n)  n of them are used up
 *     flow_tx(f)         room to fill, on loan; empty: not now, you are called when there is
 *     flow_tx_send(f,n)  n bytes of it are to be sent
 *
 * A flow holds no buffer while it is idle: bytes are handed to the program where
 * they lie in the frame, and a buffer is taken from the shared pool only for
 * what it leaves, and for what has been sent and not yet acknowledged.
 */
#ifndef STACK_FLOW_H
#define STACK_FLOW_H

#include "base/view.h"
#include "lib/ip/ip.h"
#include "lib/tcp/tcp.h"

struct flow;
struct host;

enum next {
	NEXT_WAIT,  /* call me when something changes */
	NEXT_CLOSE, /* send what I wrote, then end in good order; I am not called again */
	NEXT_ABORT  /* reset it now */
};

typedef enum next serve_fn(void *session, struct flow *f);

/* Accept connections to this port on every address of the host. Each flow has
 * sessions[i] of `session_bytes` bytes for itself; there is one for each flow
 * the host can have (the manifest's flows=). */
void serve(struct host *h, u16 port, serve_fn *fn, void *sessions, usize session_bytes);

/* How many openings of this port wait for the peer's last word at once, if not as many as the manifest's
 * backlog= says (a quarter of flows= and one). Whoever comes while so many wait is answered with a SYN
 * cookie, which costs nothing until that word comes (lib/tcp/tcp_cookie.h): a flood of forged SYNs shuts
 * nobody out. A bug in an image with backlog=0. serve_any() has no such limit: its program has the
 * first word. */
void serve_backlog(struct host *h, u16 port, u32 openings);

/* TCP Fast Open (RFC 7413) for this port: a client that was here before sends its first bytes with its SYN, and
 * the program is called with them, and answers, a round trip earlier. At most `openings` flows may be so far without the
 * peer's last word; a SYN beyond is one like others. 0: no longer.
 *
 * Only for a program that can bear to be asked the same twice (6.1): the network may duplicate a SYN, and what is
 * with it then comes in a flow of its own. Nor is the peer's address proven by more than a cookie it once had. False: the
 * image is without it, nobody started it with --tcp-fast-open, or HOST_SERVICES ports have it. */
bool serve_fast_open(struct host *h, u16 port, u32 openings);

/* Open a flow. The session is the caller's. Null: the host's table of flows or
 * its ports are full, or it has no address of that family, or no way there (yet). fn is called
 * when it is established, and when it fails: flow_failed() tells. */
struct flow *flow_connect(struct host *h, struct ip to, u16 port, serve_fn *fn, void *session);

/* flow_connect(), with its first bytes in the SYN if there is a cookie of that host: *taken of them are sent, the
 * others are to be written when it is established. The host may see those twice (see serve_fast_open()); where it or the path does not
 * want them so they are sent again after the handshake. Without a cookie one is asked for: *taken is 0. */
struct flow *flow_connect_fast(
	struct host *h, struct ip to, u16 port, serve_fn *fn, void *session, struct view first, usize *taken);

struct view flow_rx(struct flow *f);
void flow_rx_done(struct flow *f, usize n);
struct span flow_tx(struct flow *f);
void flow_tx_send(struct flow *f, usize n);

/* All of it or nothing (not now). For short texts; a stream uses flow_tx. */
bool flow_write(struct flow *f, struct view v);

/* How much could be written in all (flow_tx may lend it in two pieces). */
usize flow_tx_room(const struct flow *f);

/* All that was sent has been acknowledged. */
bool flow_tx_empty(const struct flow *f);

/* I have written all I had: the peer reads it, then the end. What it sends still
 * comes, and I am called for it; NEXT_CLOSE when that is over too. */
void flow_end(struct flow *f);

/* The peer has ended and every byte it sent has been used up. */
bool flow_ended(const struct flow *f);

/* It broke: refused, reset, timed out. Nothing can be sent any more. */
bool flow_failed(const struct flow *f);

/* Why, in a word: refused, reset, timeout; no-port, no-protocol, forbidden (ICMP errors that answered our first
 * segment, or were what was said last before a timeout); no-way, no-network (a timeout likewise; no-way also at once, in about three
 * seconds, where the peer is on the link and does not say where); none: it has not. */
struct view flow_failure(const struct flow *f);

/* The user timeout (RFC 9293 3.8.3, R2): what is unacknowledged for so long breaks it; 0: 100 s (an opening 180 s). */
void flow_user_timeout(struct flow *f, u64 ns);

/* What was sent last was sent again three times, and nothing came of it yet (R1). You are called when this begins; the
 * host asks by itself whether the first hop is still there, if it has routes to choose from. */
bool flow_in_trouble(const struct flow *f);

/* It has been established (a flow from flow_connect starts without). */
bool flow_established(const struct flow *f);

/* Call me at this time too, whatever happens; TIME_NEVER: no more. One time a flow. */
void flow_wake_at(struct flow *f, u64 when);

/* This step's time. */
u64 flow_now(const struct flow *f);

struct ip flow_peer(const struct flow *f);
u16 flow_peer_port(const struct flow *f);
struct ip flow_local(const struct flow *f);
u16 flow_local_port(const struct flow *f);
struct host *flow_host(const struct flow *f);

/* A handle that outlives the event (0 is none), and back (null: it is gone). To
 * reach a flow from another flow's call, followed by flow_wake_at(f, now). */
u64 flow_handle(const struct flow *f);
struct flow *flow_find(struct host *h, u64 handle);

/* ---- for gateways: be everybody ---- */

/* Take connections to any address and port not served otherwise. fn is called
 * first with the flow held: answer with flow_accept(), NEXT_ABORT (the peer
 * sees "refused"), or NEXT_WAIT until you know. */
void serve_any(struct host *h, serve_fn *fn, void *sessions, usize session_bytes);
void flow_accept(struct flow *f);
bool flow_held(const struct flow *f);

/* ---- for sockets: who decides while running what listens, and what each flow is like ---- */

/* Both ends. A local address of none and a local port of 0: the host chooses. */
struct flow_ends {
	struct ip local, peer;
	u16 local_port, peer_port;
};

/* Whose a flow is, and what is special about it; what is 0 is as everywhere. */
struct flow_plan {
	serve_fn *fn;
	void *session;
	struct tcp_config tcp; /* no_delay counts as it is; sizes and MSS: at most what the host has */
	u8 hop_limit;
	u8 tos;      /* DiffServ; the lower two bits are the path's: 0 */
	bool strict; /* bytes that come after NEXT_CLOSE are lost, so reset it (RFC 9293 3.6.1) */
};

/* What is done with a SYN to one of our addresses that serve() does not know: a
 * reset, nothing at all (the peer tries again), or a flow by the plan. */
enum flow_answer { FLOW_REFUSE, FLOW_IGNORE, FLOW_TAKE };
typedef enum flow_answer flow_ask_fn(void *context, const struct flow_ends *ends, struct flow_plan *plan);
void flow_ask(struct host *h, flow_ask_fn *fn, void *context);

/* flow_connect() by a plan. Null besides: the ends are in use. */
struct flow *flow_open(struct host *h, const struct flow_ends *ends, const struct flow_plan *plan);

/* flow_connect_fast() by a plan. */
struct flow *flow_open_fast(struct host *h, const struct flow_ends *ends, const struct flow_plan *plan,
	struct view first, usize *taken);

/* Another function and session from now on. */
void flow_pass(struct flow *f, serve_fn *fn, void *session);

/* From outside its program: call it now, then send what was written. */
void flow_call(struct flow *f);

#endif
