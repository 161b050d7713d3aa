/* script.h - conversations with a stack, written down as packetdrill does. For tests.
 *
 *     // a server's handshake, and an answer that needs two seconds
 *     0     socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
 *     +0    bind(3, ..., ...) = 0
 *     +0    listen(3, 1) = 0
 *     +0    < S 0:0(0) win 32792 <mss 1000>
 *     +0    > S. 0:0(0) ack 1 win 65535 <mss 1460>
 *     +.1   < . 1:1(0) ack 1 win 32792
 *     +0    accept(3, ..., ...) = 4
 *     +2    write(4, ..., 10) = 10
 *     +0    > P. 1:11(10) ack 1
 *
 * A line is a time and an event; what has brackets, backticks or %{ }% open goes on in the next. Times are seconds:
 * absolute (0.1), since the line before (+.1; after a packet of the stack's: since it came), from one to another
 * (+.1~+.2), or * (whenever, within a minute). The clock is virtual, so a packet must come at its time or at most
 * `tolerance` later, 3 ms if nothing else is said: two ticks of the stack's timers, and rounding. Nothing else may come: a packet
 * that no line expects fails the script at the next line, and at its end.
 *
 * Packets are FLAGS SEQ:END(LEN) [ack N] [win N] [urg N] [ttl N] [ect0] [bad checksum] [<options>].
 *   FLAGS    of S F R P U E W and . for ACK; - is none
 *   numbers  count from each side's initial one; the peer's is chosen so that they wrap soon
 *   options  in their order on the wire: mss N, wscale N, sackOK, sack A:B C:D, TS val N ecr N, nop, eol,
 *            raw HEX; FO asks for a Fast Open cookie, FO HEX gives or tells one, FO cookie is the last that the stack told, FO given
 *            what the script told it. What the stack sends must have these and no others; <...> is any, * any number. In
 *            packets to the stack `ecr *` is the last TS val it sent
 *   ect0, ect1, ce, noecn  what the IP header says (RFC 3168 5)
 *   offset N  to the stack only: the header's length in words, if it is to be another than it is
 *   cut N     to the stack only: it comes in IP fragments of N bytes (of eight), the last one first
 *   dscp N    of the stack's: the other six bits beside the mark
 *   win, urg, ttl, dscp and the mark are compared where they are written. Bytes follow a pattern: what the stack sends
 *            and what is read from it is compared with it. Checksums are always.
 * Routers say  < icmp TROUBLE [SEQ:END(LEN)]  about a segment of ours; TROUBLE is net_unreachable,
 * host_unreachable, port_unreachable, protocol_unreachable, forbidden, time_exceeded, parameter_problem,
 * source_quench (over IPv6 an error that does not exist), or too_big MTU.
 *
 * Calls are socket bind listen accept connect read readv recv recvfrom recvmsg write writev send sendto sendmsg shutdown
 * close setsockopt getsockopt fcntl poll ioctl; `...` stands for what packetdrill fills in, NULL is no buffer; the result is
 * = N, = -1 ERRNO, or = ?. bind takes port 8080, connect goes to it. No call waits (connect is -1 EINPROGRESS) but one with
 * an end (0...0.2 or +.1...0.2): it must end then, and the lines behind it come meanwhile.
 *     getsockopt(4, IPPROTO_TCP, TCP_MAXSEG, [1000], [4]) = 0
 *     setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0       and {tv_sec=0, tv_usec=1000}
 *     poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 0) = 1
 *     sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}, MSG_MORE) = 30
 *     recvmsg(4, {..., msg_flags=0, msg_control=[{cmsg_level=L, cmsg_type=T, cmsg_data=NUMBER}]}, 0) = 10
 *     +0    %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%    of the connection that was begun last
 * Code is assert, print and NAME = or +=, of numbers, tcpi_ facts, TCP_CA_, TCPI_OPT_ and states, with ( ) * / + - & | and
 * comparisons, which may be chained.
 *
 * The whole is done with IPv4 and with IPv6 (whose MTU is 20 larger, so that the MSS is the same).
 * Lines that begin with -- change that, before the first event:
 *     --family=4   --mtu=N   --rx=BYTES   --tx=BYTES   --ecn=1   --tolerance_ms=N   --tolerance_usecs=N
 *
 * SCRIPT_PACKETDRILL is for scripts that were written for Linux, and are to be run as they are. There
 *   - what we send in several segments may be one in the script (Linux leaves cutting to its device); PSH does not count
 *   - options may stand in another order and be filled otherwise; TS val is any, or with --tcp_ts_tick_usecs=N a clock of ours
 *     that is as far as one of such ticks; `ecr` of the peer's is what ours was when the script said that number
 *   - packets may come earlier by the tolerance (4 ms), and those that no line expects are passed over, as those of
 *     connections that the script is done with
 *   - each connection that a new listener gets has a peer's port of its own; a SYN's numbers are for itself alone; descriptors are
 *     numbered as the script does
 *   - `shell` lines are about Linux: of its sysctls tcp_ecn, tcp_timestamps and tcp_rmem count; other -- settings are passed over
 *   - [ect0] and the like before the flags; icmp unreachable frag_needed mtu N; FO TFO_COOKIE is what the stack would tell
 */
#ifndef TEST_ADAPTER_SCRIPT_H
#define TEST_ADAPTER_SCRIPT_H

#include "base/types.h"
#include "test/adapter/fata_socket.h"
#include <stdio.h>

/* How: these together. */
enum script_how {
	SCRIPT_TRACE = 1,      /* every packet and call is reported as it happens */
	SCRIPT_PACKETDRILL = 2 /* a script that was written for Linux, see above */
};

/* Plays it with this family (4 or 6). False: the report says the line, what was expected and what came.
 * A script for the other family only is true. */
bool script_play(const char *path, int family, FILE *report, enum script_how how);

/* ---- between its files ---- */

#define SCRIPT_PORT      8080u
#define SCRIPT_PEER      40000u
#define SCRIPT_PACKET    70000u
#define SCRIPT_WAITS     4096u /* packets not expected yet */
#define SCRIPT_VARIABLES 8u
#define SCRIPT_STAMPS    64u

struct script_packet {
	u64 at;
	u32 n;
	u8 *bytes;
};

/* An event's text. */
struct script_line {
	int number;
	char *text;
};

/* When: from `at` to `end`. */
struct script_time {
	u64 at, end;
	bool whenever;
	bool call; /* a call takes from `at` to `end` */
};

struct script_variable {
	char name[24];
	long value;
};

/* A script's TS val of ours, and what it was. */
struct script_stamp {
	u32 said, was;
};

struct script {
	const char *path, *line; /* the line without its time */
	struct script_line *lines;
	u32 line_count, next_line;
	int number, family;
	FILE *report;
	bool trace, failed, drill;
	bool blocks; /* a call that may wait is under way, and is to end at `blocks_until` */
	u64 blocks_until;
	struct fata_stack *s;
	u64 now, base; /* base: what + counts from */
	u64 tolerance_ns;
	u32 mtu, rx_bytes, tx_bytes, only_family, ecn;
	u32 tick_us;        /* of TS val; 0: any will do */
	bool no_timestamps; /* the script thinks that we have none */
	struct script_stamp stamps[SCRIPT_STAMPS];
	u32 stamp_count;
	struct script_variable variables[SCRIPT_VARIABLES];
	struct script_packet waiting[SCRIPT_WAITS];
	u32 waits;
	u32 isn, peer_isn;
	u32 said_isn; /* the sequence number of the peer's last SYN, as packetdrill's scripts have it */
	u32 syn_seq;  /* of the peer's last SYN */
	bool isn_known, active;
	bool listened, again; /* a listener was made; and anew */
	bool fresh;           /* a socket was made that has not connected */
	u16 local_port, peer_port;
	u32 last_ts;              /* the last TS val of the stack's */
	u8 cookie[16], given[16]; /* told by the stack, and to it */
	u32 cookie_bytes, given_bytes;
	int fd;      /* the connection of tcpi_ */
	int fds[64]; /* ours, by packetdrill's numbers */
	u64 written[64], read[64];
};

/* What a packet says. */
struct script_segment {
	u8 flags, ttl;
	u32 seq, len, ack, offset, cut;
	int window, urgent, ecn, dscp; /* -1: not said */
	bool has_ack, bad_checksum;
	char options[400]; /* between < and >; "..." is any */
};

void script_fail(struct script *x, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Byte i of either stream. */
u8 script_byte(u64 i);

/* script_packet.c: text to a packet, and back. */
bool script_segment_read(struct script *x, const char *from, struct script_segment *out);
u32 script_segment_make(struct script *x, const struct script_segment *m, u8 *to);

/* The fragment of a packet that has `bytes` from `from` on, behind the IP header. */
u32 script_piece_make(struct script *x, const u8 *whole, u32 n, u32 from, u32 bytes, u8 *to);
u32 script_icmp_make(struct script *x, const char *from, u8 *to); /* 0: it is not right */
bool script_segment_take(struct script *x, const u8 *bytes, u32 n, struct script_segment *out);
void script_segment_text(const struct script_segment *m, char *to, usize n);
bool script_is_tcp(const struct script *x, const u8 *bytes, u32 n);
bool script_is_other(const struct script *x, const u8 *bytes); /* of a connection the script is done with */
bool script_options_match(const char *want, const char *got);
void script_cookie_take(struct script *x, const u8 *bytes, u32 n); /* of a SYN,ACK that has one */
bool script_options_alike(struct script *x, const char *want, const char *got, bool syn);

/* script_lines.c */
bool script_lines_read(struct script *x);
void script_lines_drop(struct script *x);
const char *script_time_read(
	const struct script *x, const char *p, struct script_time *t); /* null: it is none */

/* script_names.c: a number, a name, or some of them joined by |. */
long script_value(struct script *x, const char *from);

/* script_call.c */
void script_call(struct script *x, const char *from);

/* script_code.c */
void script_code(struct script *x, const char *from);

#endif
