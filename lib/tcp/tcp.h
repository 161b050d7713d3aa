/* tcp.h - the Transmission Control Protocol (RFC 9293), one end of one connection, as numbers.
 *
 * The model. struct tcp is a connection's control block: sequence numbers,
 * windows, timers, the list of gaps. It never sees a byte of the stream and
 * holds no pointer: where bytes wait is the caller's business (two rings, a
 * pool of buffers, a file). The core says which bytes to keep, where they
 * belong, which may be forgotten and which to send:
 *
 *   a segment has come       tcp_arrive(t, &segment, now) -> struct tcp_arrival
 *                            what of its payload to keep, and where
 *   what to send now         tcp_send(t, now, &out) until it is false: a header, and a
 *                            range of the bytes waiting to be acknowledged
 *   when to look again       tcp_deadline(t); then tcp_expire(t, now)
 *   the user's calls         tcp_connect / tcp_accept, tcp_wrote, tcp_took, tcp_close, tcp_abort
 *
 * The stream to send is the bytes the user wrote and the peer has not yet
 * acknowledged: offset 0 is SND.UNA. The stream received is the bytes in order
 * and not yet taken by the user, then room; offset 0 of an arrival is RCV.NXT.
 *
 * Addresses are the caller's too: it finds the control block by the four-tuple
 * and fills checksums. Segments without a control block are answered by
 * tcp_refusal(). The same core serves IPv4 and IPv6.
 *
 * Times are ns on one monotonic clock. Initial sequence numbers come from the
 * caller (RFC 6528: keyed hash of the four-tuple plus a clock).
 */
#ifndef LIB_TCP_TCP_H
#define LIB_TCP_TCP_H

#include "base/reader.h"
#include "base/writer.h"

/* RFC 9293, 3.3.2, in its order. */
enum tcp_state {
	TCP_CLOSED,
	TCP_LISTEN,
	TCP_SYN_SENT,
	TCP_SYN_RECEIVED,
	TCP_ESTABLISHED,
	TCP_FIN_WAIT_1,
	TCP_FIN_WAIT_2,
	TCP_CLOSE_WAIT,
	TCP_CLOSING,
	TCP_LAST_ACK,
	TCP_TIME_WAIT
};

struct view tcp_state_name(enum tcp_state s);

/* RFC 9293 3.1, from the low bit. */
enum {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,
	TCP_URG = 32,
	TCP_ECE = 64,
	TCP_CWR = 128
};

/* Which options a segment has (struct tcp_options.has). */
enum {
	TCP_HAS_MSS = 1,
	TCP_HAS_WSCALE = 2,
	TCP_HAS_SACK_OK = 4,
	TCP_HAS_TIMESTAMP = 8,
	TCP_HAS_FAST_OPEN = 16 /* of length 0: a cookie is asked for */
};

/* struct tcp_segment.ecn: the two bits of the IP header (RFC 3168, 5). */
enum { TCP_NOT_ECT = 0, TCP_ECT_1 = 1, TCP_ECT_0 = 2, TCP_CE = 3 };

#define TCP_SACK_MAX 4u /* blocks in one segment (RFC 2018, 3) */
#define TCP_GAPS_MAX                                                                                         \
	6u /* ranges beyond the first gap that are remembered; further ones are treated as lost */
#define TCP_HEADER_MAX 60u

#define TCP_FAST_COOKIE_MIN 4u /* bytes, an even number of them (RFC 7413, 4.1.1) */
#define TCP_FAST_COOKIE_MAX 16u

struct tcp_fast_cookie {
	u8 bytes; /* 0: none */
	u8 byte[TCP_FAST_COOKIE_MAX];
};

struct tcp_range {
	u32 from, to; /* sequence numbers, `to` is the first one not in it */
};

struct tcp_options {
	u32 has;
	u16 mss;
	u8 wscale;
	u8 sacks;
	u32 ts_value, ts_echo;
	struct tcp_range sack[TCP_SACK_MAX];
	struct tcp_fast_cookie fast;
};

/* A segment without its bytes. */
struct tcp_segment {
	u16 from_port, to_port;
	u32 seq, ack;
	u16 window; /* as on the wire, unscaled */
	u8 flags;
	u8 ecn;  /* TCP_NOT_ECT...: not in the header, but the caller's IP layer has it, and sends it */
	u32 len; /* payload bytes: SYN and FIN do not count here */
	struct tcp_options opt;
};

/* Reads the header and options; the payload is what the reader has left (its
 * length goes to out->len). The checksum is the caller's. False: not a TCP
 * header, drop it. tcp_wire.c. */
bool tcp_read(struct reader *r, struct tcp_segment *out);

/* Writes header and options with this checksum field; the payload follows. */
void tcp_write(struct writer *w, const struct tcp_segment *s, u16 checksum);

/* ---- what a connection is told at its birth ---- */

/* What grows and shrinks the congestion window. An image without the part `cubic`, or whose nets do not say bbr=1
 * (lib/parts), has NewReno where that is asked for; one without `pacing` does not pace, and has no BBR. */
enum tcp_control { TCP_CUBIC, TCP_NEWRENO, TCP_BBR };

/* RFC 3168: give it to a peer that asks, ask for it too, neither. */
enum tcp_ecn { TCP_ECN_PASSIVE, TCP_ECN_ACTIVE, TCP_ECN_OFF };

struct tcp_config {
	u32 rx_bytes;   /* the most unread bytes the caller can keep: the largest window offered */
	u32 tx_bytes;   /* the most unacknowledged bytes the caller can keep */
	u16 mss;        /* the largest payload the link takes, which we announce: MTU - 40 or - 60 */
	u16 mss_unsaid; /* the peer's where its SYN has no MSS; 0: 536. Over IPv6 it is 1220 */
	u16 path_mss;   /* what the path is known to take (tcp_path); 0: as much as the link */
	u32 clock_offset; /* of our timestamps (RFC 7323 7.1): the same for all connections to a host, and nobody's to guess */
	u64 give_up_ns; /* the user timeout: unacknowledged for this long ends it (R2, RFC 9293 3.8.3); 0: 100 s */
	u64 keepalive_ns;     /* idle for this long sends probes (RFC 9293 3.8.4); 0: never */
	u8 keepalive_probe_s; /* between two of them; 0: 75 s, or less where keepalive_ns or give_up_ns is */
	u8 keepalive_probes;  /* so many without an answer end it; 0: give_up_ns does */
	bool no_delay;        /* do not hold back small segments (Nagle) */
	bool pace; /* spread bursts over the round trip, if that is 1 ms or more; BBR always does */
	enum tcp_control control;
	enum tcp_ecn ecn;
	bool fast_open; /* the SYN asks for a Fast Open cookie, or gives one: `fast open` below */
	u16 fast_mss; /* with a cookie: the MSS that the peer said last time; 0: there is none, so no data */
};

enum tcp_end {
	TCP_END_NONE,    /* alive, or closed in good order */
	TCP_END_REFUSED, /* RST answered our SYN */
	TCP_END_RESET,   /* RST from the peer */
	TCP_END_ABORTED, /* by tcp_abort */
	TCP_END_TIMEOUT, /* the peer no longer answers. Or so, and tcp_unreachable() said why, or that answered our SYN: */
	TCP_END_NO_WAY,      /* no way to the peer */
	TCP_END_NO_NETWORK,  /* nor to its network */
	TCP_END_NO_PORT,     /* the peer takes no TCP at this port, */
	TCP_END_NO_PROTOCOL, /* or none at all */
	TCP_END_FORBIDDEN
};

struct view tcp_end_name(enum tcp_end e);

struct tcp; /* below: a value the caller owns */

/* CLOSED -> SYN-SENT. */
void tcp_connect(struct tcp *t, const struct tcp_config *c, u32 iss, u64 now);

/* LISTEN -> SYN-RECEIVED on this SYN. The SYN,ACK is the next tcp_send(). */
void tcp_accept(struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss, u64 now);

/* ---- fast open (RFC 7413): data in the SYN, an answer before the handshake is over ----
 *
 * The cookies are the caller's, like the ports (tcp_fast_open.h makes, checks and keeps them).
 *
 *   client   config.fast_open: the SYN has TCP_HAS_FAST_OPEN, and the caller puts in the cookie it has, or
 *            none. With config.fast_mss what was written before the first tcp_send() goes with it, as much as
 *            that MSS takes; what the SYN,ACK does not acknowledge goes again. A SYN that is lost, or too
 *            big for the path, is sent again without data and without the option (4.1.3).
 *   server   a SYN with a good cookie is given to tcp_accept_fast(): what came with it counts at once, and
 *            what is written leaves behind the SYN,ACK. Before the peer's ACK that is no more than the
 *            initial window and the window of the SYN (4.2.2), once: only the SYN,ACK is repeated.
 *
 * Who takes data from SYNs must bear to take the same again: the network may duplicate a SYN, and it is
 * then a new connection once the first is over (6.1). */

/* How much can go with the SYN that was not sent yet; 0: nothing. */
u32 tcp_syn_room(const struct tcp *t);

/* As tcp_accept(), and what the SYN brought has arrived. */
struct tcp_arrival tcp_accept_fast(
	struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss, u64 now);

/* In SYN-SENT: the option goes with the SYN, which was not lost so far. In SYN-RECEIVED: it began by
 * tcp_accept_fast(). Later it is false. */
bool tcp_is_fast(const struct tcp *t);

/* ---- segments ---- */

/* What a segment changed. Bytes to keep are payload[skip, skip + len); they
 * belong `at` bytes after the last in-order byte. `ready` more bytes are now in
 * order, which is more than len when a gap was closed. `acked` bytes at the
 * front of what waits to be sent may be forgotten. */
struct tcp_arrival {
	u32 skip, len, at;
	u32 ready;
	u32 acked;
	u16 path;       /* a probe came through: the path takes so much (tcp_path_takes); 0: no news */
	bool connected; /* just reached ESTABLISHED */
	bool ended;     /* the peer's FIN is now in order: no more bytes after these */
};

/* A segment for this connection. The caller must be able to keep what the
 * window offered; if it cannot right now it calls tcp_strip() first. */
struct tcp_arrival tcp_arrive(struct tcp *t, const struct tcp_segment *s, u64 now);

/* Whether the payload starts exactly at RCV.NXT: it can be used where it lies. */
bool tcp_in_order(const struct tcp *t, const struct tcp_segment *s);

/* Treats the segment's payload and FIN as lost on the way (no buffer to keep
 * them): its acknowledgement and window still count, the peer will retransmit. */
void tcp_strip(struct tcp_segment *s);

/* A segment to send: the header, then payload [offset, offset + s.len) of the
 * unacknowledged stream. With s.len > mss the caller cuts it into segments of
 * mss (segmentation offload); `most` below bounds it. */
struct tcp_out {
	struct tcp_segment s;
	u32 offset;
	u16 mss;
};

/* The next segment to send, if there is one: its s.len is at most `most`, or at
 * most one segment if `most` is smaller than that. Ports are left zero. Call
 * again until it is false (out is then as it was). It is taken as sent. */
bool tcp_send(struct tcp *t, u64 now, u32 most, struct tcp_out *out);

/* The answer to a segment for which there is no connection (RFC 9293 3.10.7.1):
 * true and a RST in out, or false: say nothing. Ports are filled. */
bool tcp_refusal(const struct tcp_segment *s, struct tcp_segment *out);

/* ---- what the path says (ICMP) ----
 *
 * Anybody can send such an error. The caller calls these only for one that quotes a
 * segment in flight (RFC 5927 4.1); that cannot be known by who does not see it. */

/* Whether the segment with this sequence number is in flight. */
bool tcp_in_flight(const struct tcp *t, u32 seq);

/* From now on the path takes `mss` (MTU - 40 or - 60): less, as a hop on it said, or more
 * again (RFC 1191, RFC 8201). What is in flight and was larger is lost: it goes again in
 * smaller segments at once, and as that is no congestion, cwnd stays (RFC 1191 6.4). More is
 * not believed but tried, with one segment that is larger (RFC 4821), if the peer has SACK. */
void tcp_path(struct tcp *t, u16 mss);

/* The path takes less than the peer and the link: tcp_path() may find that it no longer does. */
bool tcp_path_is_less(const struct tcp *t);

/* The payload that the path is taken to carry, options counted in. After tcp_expire() it may be less:
 * three timeouts of a full segment are taken for a hole that swallows what is large and tells
 * nobody (RFC 4821 7.7, RFC 8899 4.3; simplified). Whoever keeps path MTUs learns it from here. Then the size
 * that does pass is searched for: tcp_arrival.path. */
u16 tcp_path_takes(const struct tcp *t);

/* The search is over: it takes what tcp_path_takes() says, and is to be searched again in ten minutes. Until
 * tcp_path() has said so much, it is not begun anew. */
bool tcp_path_is_found(const struct tcp *t);

/* The peer keeps its window shut though all its memory waits for it: a minute of probes was answered
 * by no room. It may be right to (RFC 9293 3.8.6.1); whose table is full may think of others. */
bool tcp_is_starved(const struct tcp *t);

/* R1 (RFC 9293 3.8.3, MUST-20): the same was sent again three times, and nothing came of it. Perhaps the
 * first hop is dead: whoever keeps routes looks (RFC 1122 3.3.1.4), and the user may be told (SHLD-9). It
 * becomes so in tcp_expire(), and ends when something new is acknowledged or the peer answers a probe. */
bool tcp_is_in_trouble(const struct tcp *t);

/* The network says that the peer is not reached: TCP_END_NO_WAY or one behind it. hard: to try again is in vain. That ends
 * a connection in SYN-SENT; every other lives on, and if it ends by itself what was said last is why
 * (RFC 1122 4.2.3.9, RFC 5927 5.2, RFC 5461). */
void tcp_unreachable(struct tcp *t, enum tcp_end why, bool hard);

/* ---- time ---- */

/* When tcp_expire() must be called at the latest; TIME_NEVER: never. */
u64 tcp_deadline(const struct tcp *t);
void tcp_expire(struct tcp *t, u64 now);

/* ---- the user ---- */

/* n more bytes wait to be sent, behind those that wait already. */
void tcp_wrote(struct tcp *t, u32 n);

/* The user took n in-order bytes: the window opens by so much. */
void tcp_took(struct tcp *t, u32 n);

/* No more bytes from us: FIN after the last (SEND side closes, RFC 9293 3.6). */
void tcp_close(struct tcp *t);

/* RST now (if the peer knows of us), and CLOSED. */
void tcp_abort(struct tcp *t);

/* The user timeout alone (RFC 9293 3.8.3 R2, MUST-21): as give_up_ns, from now on, also for what waits already. */
void tcp_user_timeout(struct tcp *t, u64 ns, u64 now);

/* no_delay, give_up_ns, the keepalive_ of c, pace and control count from now on. Between CUBIC and NewReno
 * the window and ssthresh stay. BBR begins with STARTUP from the window there is. What comes after it has a BDP for its
 * window and no slow start, or the window there is if BBR had not found out; and what is being repaired goes on. */
void tcp_tune(struct tcp *t, const struct tcp_config *c, u64 now);

/* ---- facts ---- */

enum tcp_state tcp_state(const struct tcp *t);
enum tcp_end tcp_end(const struct tcp *t);

/* It began with tcp_connect(): whatever state it is in, the user waits for it. */
bool tcp_is_active(const struct tcp *t);

/* Written and not yet acknowledged. */
u32 tcp_unacked(const struct tcp *t);

/* More can be written: in a state that sends, and tcp_close() not called. */
bool tcp_can_write(const struct tcp *t);

/* The peer has sent its FIN and it is in order. */
bool tcp_peer_ended(const struct tcp *t);

/* Bytes beyond RCV.NXT are kept, behind a gap: the memory they lie in is in use. */
bool tcp_has_gaps(const struct tcp *t);

/* A SYN that is clearly newer than this connection in TIME-WAIT, by its timestamp or
 * else by its sequence number (RFC 6191, 2): forget this one and accept that. */
bool tcp_gives_way(const struct tcp *t, const struct tcp_segment *syn);

/* What the congestion window is doing. */
enum tcp_phase {
	TCP_SLOW_START,
	TCP_CONSERVATIVE, /* slow start that may soon be over (RFC 9406) */
	TCP_AVOIDANCE,
	TCP_REDUCED,  /* by a mark of the path, less than a round trip ago */
	TCP_RECOVERY, /* something was lost */
	TCP_LOSS,     /* and the timer had to say so */
	TCP_STARTUP,  /* BBR's, whether something was lost or not */
	TCP_DRAIN,
	TCP_PROBE_DOWN,
	TCP_PROBE_CRUISE,
	TCP_PROBE_REFILL,
	TCP_PROBE_UP,
	TCP_PROBE_RTT
};

struct view tcp_phase_name(enum tcp_phase p);

struct tcp_facts {
	u64 srtt_ns, rttvar_ns, rto_ns;
	u32 cwnd_bytes, ssthresh_bytes, flight_bytes, peer_window_bytes, window_bytes;
	u16 mss;
	u32 retransmits;
	u64 pace_bytes_per_s; /* 0: not paced */
	enum tcp_phase phase;
	enum tcp_control control;
	bool ecn, sack, timestamps; /* negotiated */
};
void tcp_facts(const struct tcp *t, struct tcp_facts *out);

#include "lib/tcp/tcp_block.h" /* struct tcp itself */

#endif
