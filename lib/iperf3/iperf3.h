/* iperf3.h - the server's side of a test with iperf3: the control conversation, what is counted, when to send.
 *
 * iperf3 measures how fast bytes go between two hosts. There is no RFC: what is said here was taken from what
 * iperf3 3.12 says and does (esnet/iperf: iperf_api.c, iperf_server_api.c, iperf_client_api.c, iperf_udp.c).
 *
 * A test has one TCP connection for control, and streams: TCP connections to the same port, or UDP to the same number.
 *
 *     client                                     server
 *     cookie, 37 bytes, the last is 0
 *                                                PARAM_EXCHANGE
 *     parameters
 *                                                CREATE_STREAMS
 *     opens its streams, one after the other:
 *     TCP: each sends the cookie; UDP: "9876"    UDP: "6789"
 *                                                TEST_START, TEST_RUNNING
 *     ... bytes ...                              ... bytes ...
 *     TEST_END
 *                                                EXCHANGE_RESULTS
 *     results
 *                                                results, DISPLAY_RESULTS
 *     IPERF_DONE
 *
 * Messages are one byte; parameters and results are JSON (lib/json) behind four bytes of length. Whoever
 * comes while a test is on is told ACCESS_DENIED, a client whose test cannot be done SERVER_ERROR and which of
 * iperf3's errors it is. A client may say CLIENT_TERMINATE at any time.
 *
 * The streams are in the order in which they were opened. With `bidirectional` there are twice as many: the
 * client sends on the first half and we on the second.
 *
 *     iperf3_start(&t, now);                  a client has connected
 *     iperf3_rx(&t, bytes, now);              what it says
 *     iperf3_tx(&t), iperf3_tx_done(&t, n);   what is to be said
 *     t.state == IPERF3_CREATE_STREAMS        open iperf3_streams(&t) of them, then iperf3_run(&t, now)
 *     t.state == IPERF3_TEST_RUNNING          iperf3_took(), iperf3_send_at(), iperf3_sent()
 *     t.state == IPERF3_EXCHANGE_RESULTS      end the streams, or a client that receives waits for ever
 *     t.state == IPERF3_IPERF_DONE            when all is said close the connection and the streams; t.end says why
 *
 * Limits: the parameters and the results of a client are at most IPERF3_JSON_BYTES (a longer one is an error of
 * theirs), its streams IPERF3_STREAMS in each direction ("number of parallel streams too large"), and it is given up when nothing
 * came of it for IPERF3_SILENT_NS, before its parameters for IPERF3_HELLO_NS, or when a test with a duration takes
 * IPERF3_LATE_NS longer.
 */
#ifndef LIB_IPERF3_IPERF3_H
#define LIB_IPERF3_IPERF3_H

#include "base/reader.h"
#include "base/writer.h"

#define IPERF3_PORT         5201u
#define IPERF3_COOKIE_BYTES 37u
#define IPERF3_STREAMS      64u
#define IPERF3_STREAMS_BOTH (2u * IPERF3_STREAMS)
#define IPERF3_JSON_BYTES   32768u
#define IPERF3_NAME_BYTES   16u /* of a congestion control: TCP_CA_NAME_MAX */
#define IPERF3_UDP_LEAST    16u /* bytes of a datagram: what its head may take */
#define IPERF3_UDP_MOST     65507u
#define IPERF3_HELLO_NS     (20 * NS_PER_S)
#define IPERF3_SILENT_NS    (60 * NS_PER_S)
#define IPERF3_LATE_NS      (30 * NS_PER_S)

/* Signed in iperf3, where they are states too. */
enum iperf3_message {
	IPERF3_SAYS_TEST_START = 1,
	IPERF3_SAYS_TEST_RUNNING = 2,
	IPERF3_SAYS_TEST_END = 4,
	IPERF3_SAYS_PARAM_EXCHANGE = 9,
	IPERF3_SAYS_CREATE_STREAMS = 10,
	IPERF3_SAYS_CLIENT_TERMINATE = 12,
	IPERF3_SAYS_EXCHANGE_RESULTS = 13,
	IPERF3_SAYS_DISPLAY_RESULTS = 14,
	IPERF3_SAYS_IPERF_DONE = 16,
	IPERF3_SAYS_SERVER_ERROR = 254,
	IPERF3_SAYS_ACCESS_DENIED = 255
};

/* What is awaited: the cookie, the parameters, the streams, TEST_END, the results, IPERF_DONE, nothing. */
enum iperf3_state {
	IPERF3_IPERF_START,
	IPERF3_PARAM_EXCHANGE,
	IPERF3_CREATE_STREAMS,
	IPERF3_TEST_RUNNING,
	IPERF3_EXCHANGE_RESULTS,
	IPERF3_DISPLAY_RESULTS,
	IPERF3_IPERF_DONE
};

struct view iperf3_state_name(enum iperf3_state s);

/* iperf3's numbers for what it tells with SERVER_ERROR: those we have a use for. */
enum iperf3_error {
	IPERF3_IENONE = 0,
	IPERF3_IENUMSTREAMS = 6,
	IPERF3_IEMSS = 10,
	IPERF3_IENOSCTP = 18,
	IPERF3_IEUDPBLOCKSIZE = 20,
	IPERF3_IEMESSAGE = 110,    /* an unknown control message */
	IPERF3_IERECVPARAMS = 114, /* the parameters make no sense */
	IPERF3_IERECVRESULTS = 117,
	IPERF3_IESETCONGESTION = 134, /* not supported on this host */
	IPERF3_IEAUTHTEST = 142,      /* authorization, which is not done here */
	IPERF3_IECREATESTREAM = 200   /* one of the streams could not be made */
};

struct view iperf3_error_name(enum iperf3_error e);

/* How it ended. */
enum iperf3_end {
	IPERF3_RUNS,
	IPERF3_DONE,
	IPERF3_TERMINATED, /* by the client, which said so */
	IPERF3_CLOSED,     /* by the client, which did not */
	IPERF3_SILENT,     /* nothing came, for too long */
	IPERF3_REFUSED     /* with an error */
};

struct view iperf3_end_name(enum iperf3_end e);

/* What the client asked for; what it did not say is 0. */
struct iperf3_params {
	bool udp, reverse, bidirectional, no_delay, counters_64bit, server_output;
	u8 tos;
	u16 mss;
	u32 parallel, window_bytes, block_bytes;
	u64 omit_ns, time_ns;
	u64 rate_bits_per_s; /* of each stream that we send; 0: as fast as it goes */
	u8 control_bytes;    /* the congestion control by name; 0: ours */
	u8 control[IPERF3_NAME_BYTES];
};

/* One stream, as counted here. */
struct iperf3_stream {
	u64 bytes;               /* received or sent since the omitted part */
	u64 datagrams;           /* sent; received: the largest number so far, omitted or not */
	u64 errors;              /* datagrams that did not come */
	u64 reordered;           /* that came behind a later one */
	u64 jitter_16ns;         /* RFC 1889 A.8: sixteen times the jitter */
	u64 sent_ns, arrived_ns; /* the last datagram, by two clocks that do not agree */
	u64 next_ns;             /* when to send again */
	u32 retransmits, retransmits_omitted;
};

struct iperf3 {
	enum iperf3_state state;
	enum iperf3_end end;
	enum iperf3_error error;
	struct iperf3_params params;
	u64 news_ns;            /* something came, or began */
	u64 run_ns, counted_ns; /* the test began; what counts of it did: behind the omitted part */
	u64 ended_ns;
	bool omitting;
	u64 peer_bytes; /* of all streams, as the client counted them */
	u8 used_bytes;
	u8 used[IPERF3_NAME_BYTES]; /* the congestion control in use, by name */
	u32 in_len, out_at, out_len;
	u8 cookie[IPERF3_COOKIE_BYTES];
	struct iperf3_stream streams[IPERF3_STREAMS_BOTH];
	u8 in[IPERF3_JSON_BYTES + 4u];   /* what came of a cookie or a JSON */
	u8 out[IPERF3_JSON_BYTES + 64u]; /* what is to be said, from out_at on */
};

void iperf3_start(struct iperf3 *t, u64 now);

/* All of it is used up. */
void iperf3_rx(struct iperf3 *t, struct view v, u64 now);

/* What is to be said; lent until the next call. */
struct view iperf3_tx(const struct iperf3 *t);
void iperf3_tx_done(struct iperf3 *t, usize n);

/* The connection is over, whatever state that finds it in. */
void iperf3_closed(struct iperf3 *t);

/* It cannot be done. */
void iperf3_refuse(struct iperf3 *t, enum iperf3_error e);

/* When to call iperf3_step() at the latest. */
u64 iperf3_deadline(const struct iperf3 *t);
void iperf3_step(struct iperf3 *t, u64 now);

/* ---- streams ---- */

/* What a TCP stream begins with. */
bool iperf3_is_cookie(const struct iperf3 *t, struct view v);

/* What a UDP stream begins with, and the answer. */
bool iperf3_is_hello(struct view datagram);
struct view iperf3_hello_answer(void);

/* How many there are to be; the number of those that we receive on comes first. */
u32 iperf3_streams(const struct iperf3 *t);
bool iperf3_sends(const struct iperf3 *t, u32 stream);

/* A stream was opened: the client is alive. */
void iperf3_opened(struct iperf3 *t, u64 now);

/* All are open. `control`: the congestion control of those that we send on (empty for UDP). */
void iperf3_run(struct iperf3 *t, struct view control, u64 now);

/* While the test runs; outside of it nothing is counted. */
void iperf3_took(struct iperf3 *t, u32 stream, usize n, u64 now);
void iperf3_sent(struct iperf3 *t, u32 stream, usize n, u64 now);

/* As many segments of this stream were sent again since it was opened. */
void iperf3_retransmits(struct iperf3 *t, u32 stream, u32 total);

/* When the next bytes of this stream may be sent; now or before: now. TIME_NEVER: not in this state. */
u64 iperf3_send_at(const struct iperf3 *t, u32 stream);

/* How much to send then at most, so that a rate is kept without sleeping for every segment. */
usize iperf3_portion(const struct iperf3 *t);

/* The head of the next datagram to send: the time, and its number. It counts once iperf3_sent() is said. */
void iperf3_write_head(const struct iperf3 *t, struct writer *w, u32 stream, u64 now);

/* A datagram that came. */
void iperf3_datagram(struct iperf3 *t, u32 stream, struct view datagram, u64 now);

/* ---- facts ---- */

/* Of all streams one way: bytes, and bits a second over what counts. */
u64 iperf3_bytes(const struct iperf3 *t, bool sent);
u64 iperf3_bits_per_s(const struct iperf3 *t, u64 bytes);

/* A line for people: "TCP, 2 received: 1.2 GB in 10 s, 960 Mbit/s". At most 250 bytes. */
void iperf3_write_summary(struct writer *w, const struct iperf3 *t);

#endif
