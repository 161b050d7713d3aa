/* tcp_core.h - between the files of lib/tcp: flags, constants, sequence arithmetic. Not for callers.
 *
 *     tcp.c             segments arrive: the state machine
 *     tcp_user.c        the user's calls, and facts
 *     tcp_send.c        what to send
 *     tcp_loss.c        what the acknowledgements say: RTT, loss, recovery
 *     tcp_rack.c        loss seen by time: reordering windows, tail loss probes, D-SACK
 *     tcp_path.c        what ICMP errors say of the path
 *     tcp_mtu.c         the search for what it takes
 *     tcp_time.c        what time brings
 *     tcp_ranges.c      sets of sequence numbers: reassembly, SACK
 *     tcp_congestion.c  how much may be in flight: tcp_congestion.h, and tcp_bbr.c
 *     tcp_wire.c        bytes
 */
#ifndef LIB_TCP_TCP_CORE_H
#define LIB_TCP_TCP_CORE_H

#include "lib/parts/parts.h"
#include "lib/tcp/tcp.h"
#include "lib/tcp/tcp_congestion.h"

/* struct tcp.flags: first what makes tcp_send() look closer. */
enum {
	F_ACK_NOW = 1u << 0,   /* an acknowledgement is owed at once */
	F_RST = 1u << 1,       /* a RST is owed: at rst_seq, with F_RST_BARE without ACK */
	F_REXMIT = 1u << 2,    /* the segment at snd_una is to be sent again */
	F_PROBE = 1u << 3,     /* one octet is to be sent beyond the window */
	F_KEEPALIVE = 1u << 4, /* a keep-alive probe is to be sent */
	F_RECOVERY = 1u << 5,  /* fast recovery, until snd_una reaches recover */
	F_TAIL = 1u << 6,      /* a tail loss probe is to be sent */
	F_TODO = (1u << 7) - 1u,

	F_CLOSE = 1u << 7,       /* the user wrote its last byte: a FIN follows it */
	F_FIN_KNOWN = 1u << 8,   /* rcv_fin is valid: the peer's FIN has come, perhaps beyond a gap */
	F_FIN_SEEN = 1u << 9,    /* and is in order */
	F_TIMESTAMPS = 1u << 10, /* negotiated, like the next one */
	F_SACK = 1u << 11,
	F_NO_DELAY = 1u << 12,
	F_ACTIVE = 1u << 13,   /* we opened it */
	F_TIMING = 1u << 14,   /* rtt_seq is being timed */
	F_PERSIST = 1u << 15,  /* rto_due_ns is for a zero-window probe */
	F_LOSS = 1u << 16,     /* after a timeout, until snd_una reaches recover */
	F_SYN_LOST = 1u << 17, /* the SYN had to be sent again: the path starts with one segment */
	F_RST_BARE = 1u << 18,
	F_KEPT_ALIVE = 1u << 19, /* a keep-alive probe is unanswered since stalled_ms */
	F_MTU_PROBE = 1u << 20,  /* a probe of the path's MTU is on its way, or being repeated: tcp_mtu.c */
	F_SCALE = 1u << 21,      /* window scaling was negotiated */
	F_PTO = 1u << 22,        /* rto_due_ns is for a tail loss probe */
	F_REO = 1u << 23,        /* rto_due_ns is for the reordering window */
	F_TLP = 1u << 24,        /* a tail loss probe is on its way: it ends at tlp_end */
	F_TLP_AGAIN = 1u << 25,  /* and repeats what was sent before */
	F_REORDERED = 1u << 26,  /* this path reorders */
	F_DSACK = 1u << 27,      /* a duplicate is to be reported: dsack */
	F_FAST = 1u << 28,       /* tcp_is_fast() */
	F_TROUBLE = 1u << 29,    /* R1 */
	F_SACK_MORE = 1u << 30   /* the peer has reported more pieces than are remembered */
};

/* ---- times ---- */

/* RFC 6298 2.4 asks for 1 s; every widespread stack has 200 ms, longer than any
 * peer delays its acknowledgements and long enough for today's paths. */
#define TCP_RTO_MIN_NS  (200 * NS_PER_MS)
#define TCP_RTO_NEW_NS  (1 * NS_PER_S)  /* RFC 6298 2.1 */
#define TCP_RTO_MAX_NS  (60 * NS_PER_S) /* RFC 6298 2.5 */
#define TCP_BACKOFF_MAX 16u             /* doublings: the longest is reached before */
#define TCP_RTT_MAX     58593750u       /* 60 s in units of 1,024 ns: no sample counts for more */

/* RFC 9293 3.8.6.3 allows 500 ms. A peer whose Nagle waits for us loses no more than this. */
#define TCP_ACK_DELAY_NS (40 * NS_PER_MS)
#define TCP_QUICK_ACKS   8u
#define TCP_QUICK_ALWAYS 255u

/* 2 MSL would be four minutes; MSL is from 1981. What TIME-WAIT must outlive is
 * the peer's FIN when our last ACK was lost (1 + 2 + 4 s of its RTO at the first
 * value), and segments that wander on the path: seconds. Old duplicates in a
 * later connection between the same ports are kept out by the clock in initial
 * sequence numbers (RFC 6528) and by PAWS besides. */
#define TCP_TIME_WAIT_NS (10 * NS_PER_S)

/* R2 of RFC 9293 3.8.3, in units of 2^20 ns. A peer that never answers our
 * SYN,ACK is most often a forged address: it gets less. */
#define TCP_R2_DATA_MS         95367u  /* 100 s */
#define TCP_R2_SYN_MS          171661u /* 180 s */
#define TCP_R2_SYN_RECEIVED_MS 57220u  /* 60 s */
#define TCP_KEEPALIVE_MS       71525u  /* 75 s at most between two probes */
#define TCP_R1_TIMEOUTS        3u      /* R1: timeouts in a row (SHLD-10) */

#define TCP_PAWS_MS        1977539u /* 24 days (RFC 7323, 5.5) */
#define TCP_CHALLENGE_TIME 60u      /* a second, in units of 2^24 ns */
#define TCP_CHALLENGE_MAX  10u      /* in it (RFC 5961, 7) */
#define TCP_SECOND_MS      954u

/* RFC 8985: the worst delay of an acknowledgement (7.2), and the least time for a
 * tail loss probe and for a reordering window, which a timer must be able to tell. */
#define TCP_ACK_DELAY_WORST_US 195313u /* 200 ms in units of 1,024 ns */
#define TCP_PTO_MIN_US         9766u   /* 10 ms */
#define TCP_REO_MIN_US         1024u   /* a tick of the wheel */
#define TCP_REO_PERSIST        16u     /* recoveries without a D-SACK until the window is small again */

/* ---- sizes ---- */

/* What is tried where larger segments vanish: IPv6's least, tunnels included; then what IPv4 has everywhere. */
#define TCP_HOLE_TIMEOUTS 3u /* in a row, of a full segment */
#define TCP_HOLE_MSS      1220u
#define TCP_HOLE_MSS_LAST 512u

#define TCP_STARVED_PROBES 8u /* of an answered, shut window: at 200 ms, doubled, 51 s */

#define TCP_OPTIONS_MAX 40u

#define TCP_MSS_DEFAULT 536u /* RFC 9293 3.7.1 */
#define TCP_MSS_MIN     64u  /* a peer that announces less makes us waste headers: not with us */
#define TCP_SCALE_MAX   14u  /* RFC 7323 2.3 */

/* No window or congestion window is larger: sums of two stay below 2^31, half
 * the sequence space. */
#define TCP_WINDOW_MAX 0x3fffffffu

/* ---- sequence numbers: modulo 2^32 on purpose, so that any other wrap is a mistake ---- */

static inline u32 seq_add(u32 a, u32 n)
{
	return (u32)(((u64)a + n) % 0x100000000ull);
}

/* How far `to` is behind `from`. */
static inline u32 seq_dist(u32 from, u32 to)
{
	return (u32)(((u64)to + 0x100000000ull - from) % 0x100000000ull);
}

static inline bool seq_before(u32 a, u32 b)
{
	return seq_dist(b, a) >= 0x80000000u;
}

static inline u32 seq_max(u32 a, u32 b)
{
	return seq_before(a, b) ? b : a;
}

static inline u32 seq_min(u32 a, u32 b)
{
	return seq_before(a, b) ? a : b;
}

static inline u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline u32 most_of(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* a - b, but not below zero. */
static inline u32 minus(u32 a, u32 b)
{
	return a > b ? a - b : 0;
}

/* No more than a window may have. */
static inline u32 window_of(u64 bytes)
{
	return bytes < TCP_WINDOW_MAX ? (u32)bytes : TCP_WINDOW_MAX;
}

/* a + b, but no more than a window may have. */
static inline u32 plus(u32 a, u32 b)
{
	return window_of((u64)a + b);
}

/* Clocks that fit 32 bits: they wrap after 73 minutes and 52 days, and are only
 * compared over less. */
static inline u32 clock_us(u64 now)
{
	return (u32)(now / 1024u % 0x100000000ull);
}

static inline u32 clock_ms(u64 now)
{
	return (u32)(now / 1048576u % 0x100000000ull);
}

/* What our timestamps say (RFC 7323): not how long we have been up. */
static inline u32 our_clock(const struct tcp *t, u64 now)
{
	return seq_add(clock_ms(now), t->ts_offset);
}

/* When the peer says that it heard us, by clock_ms(). */
static inline u32 echoed_ms(const struct tcp *t, const struct tcp_segment *s)
{
	return seq_dist(t->ts_offset, s->opt.ts_echo);
}

/* A duration in units of 2^20 ns, rounded up. */
static inline u32 ns_to_ms(u64 ns)
{
	u64 ms = ns / 1048576u + 1u;

	return ms > 0x7fffffffu ? 0x7fffffffu : (u32)ms;
}

/* Later than `now` by `ns`; never TIME_NEVER. */
static inline u64 time_after(u64 now, u64 ns)
{
	return now < TIME_NEVER - 1u - ns ? now + ns : TIME_NEVER - 1u;
}

/* ---- the connection ---- */

/* SACK was negotiated: never in an image `without sack`, which has none of RFC 8985 and RFC 2883 then. */
static inline bool has_sack(const struct tcp *t)
{
	return image_parts.sack && (t->flags & F_SACK) != 0;
}

static inline bool has_timestamps(const struct tcp *t)
{
	return image_parts.timestamps && (t->flags & F_TIMESTAMPS) != 0;
}

/* We opened it and know nothing of the peer yet. */
static inline bool in_syn_sent(const struct tcp *t)
{
	return image_parts.opening && t->state == TCP_SYN_SENT;
}

/* A search begins where path MTUs are believed, and SACK tells what became of a probe. */
static inline bool can_search(void)
{
	return image_parts.search && image_parts.errors && image_parts.sack;
}

/* The path is searched for what it takes, or was. */
static inline bool is_searching(const struct tcp *t)
{
	return can_search() && t->path_below != 0;
}

/* And a probe is on its way, or being repeated. */
static inline bool has_mtu_probe(const struct tcp *t)
{
	return can_search() && (t->flags & F_MTU_PROBE) != 0;
}

/* RFC 7413; tcp_is_fast(). */
static inline bool is_fast(const struct tcp *t)
{
	return image_parts.fast_open && (t->flags & F_FAST) != 0;
}

/* Where the bytes begin that wait to be acknowledged: behind our SYN while that waits too. */
static inline u32 snd_first(const struct tcp *t)
{
	bool syn = in_syn_sent(t) || t->state == TCP_SYN_RECEIVED;

	return syn ? seq_add(t->snd_una, 1) : t->snd_una;
}

/* ECN was negotiated, or is asked for. */
static inline bool has_ecn(const struct tcp *t)
{
	return image_parts.ecn && (t->cc & CC_ECN) != 0;
}

static inline bool is_marked(const struct tcp_segment *s)
{
	return image_parts.ecn && s->ecn == TCP_CE;
}

static inline bool has_bbr(const struct tcp *t)
{
	return image_parts.bbr && (t->cc & CC_BBR) != 0;
}

/* Loss is repaired as RFC 8985 and RFC 9937 have it. */
static inline bool in_sack_recovery(const struct tcp *t)
{
	return image_parts.sack && (t->flags & (F_RECOVERY | F_SACK)) == (F_RECOVERY | F_SACK) && !has_bbr(t);
}

/* Flags that only SACK sets. */
static inline bool has_flag_of_sack(const struct tcp *t, u32 flag)
{
	return image_parts.sack && (t->flags & flag) != 0;
}

/* The stretches that the peer has reported. */
static inline u32 sacked(const struct tcp *t)
{
	return image_parts.sack ? t->sacked.n : 0;
}

/* Behind the last sequence number we will send: the stream, and the FIN. */
static inline u32 snd_last(const struct tcp *t)
{
	return seq_add(t->snd_end, (t->flags & F_CLOSE) != 0 ? 1 : 0);
}

static inline bool synchronized(const struct tcp *t)
{
	return t->state >= TCP_ESTABLISHED;
}

/* The peer may still send us something new. */
static inline bool receiving(const struct tcp *t)
{
	if (is_fast(t) && t->state == TCP_SYN_RECEIVED)
		return true;
	return t->state == TCP_ESTABLISHED || t->state == TCP_FIN_WAIT_1 || t->state == TCP_FIN_WAIT_2;
}

/* tcp.c */
void tcp_ended(struct tcp *t, enum tcp_end why); /* to CLOSED */

/* tcp_path.c */
void tcp_path_fits(struct tcp *t, u32 path_mss); /* mss, from what peer and path take */
void tcp_path_black_hole(struct tcp *t);         /* a timeout: perhaps the path swallows what is large */
void tcp_path_grew(struct tcp *t);               /* mss did */

/* tcp_mtu.c */
void tcp_mtu_begin(struct tcp *t, u32 takes);     /* perhaps the path takes so much */
bool tcp_mtu_told(struct tcp *t, u32 takes);      /* true: that is found out, or known */
u32 tcp_mtu_due(const struct tcp *t, u32 window); /* the payload of the next probe; 0: not now */
void tcp_mtu_sent(struct tcp *t);                 /* it is what was sent last */
u16 tcp_mtu_acked(struct tcp *t);                 /* what the path takes now; 0: no news */
bool tcp_mtu_lost(struct tcp *t);                 /* what is lost below lost_to is the probe alone */

/* tcp_user.c */
void tcp_tuned(struct tcp *t, const struct tcp_config *c);

/* tcp_send.c */
bool tcp_window_worth_telling(const struct tcp *t);

/* tcp_loss.c */
void tcp_acked(struct tcp *t, const struct tcp_segment *s, u64 now);      /* SEG.ACK is new */
void tcp_duplicate(struct tcp *t, const struct tcp_segment *s, bool dup); /* it is not */
u32 tcp_pipe(const struct tcp *t);
struct tcp_range tcp_hole(const struct tcp *t, u32 mss); /* empty: none */

void tcp_enter_recovery(struct tcp *t);

/* tcp_ecn.c */
void tcp_learn_ecn(struct tcp *t, const struct tcp_segment *syn);
void tcp_marked(struct tcp *t, const struct tcp_segment *s); /* CE or CWR came */
void tcp_told_of_marks(struct tcp *t, u32 flight);           /* ECE came; what was in flight before */
u8 tcp_syn_ecn(struct tcp *t);                               /* flags of the SYN or SYN,ACK */

/* tcp_rack.c */
void tcp_rack(struct tcp *t, u64 now, bool expired); /* what is lost, by what is delivered and by time */
void tcp_rack_recovered(struct tcp *t);
void tcp_sacks(struct tcp *t, const struct tcp_segment *s);
void tcp_tail_acked(struct tcp *t, const struct tcp_segment *s, bool same); /* while F_TLP */
void tcp_arm(struct tcp *t, u64 now);                                       /* PTO or RTO, from now */

/* tcp_time.c */
u64 tcp_rto_ns(const struct tcp *t);
u64 tcp_rto_due(const struct tcp *t, u64 now);
void tcp_measured(struct tcp *t, u32 rtt); /* in units of 1,024 ns */

/* tcp_ranges.c */
bool tcp_ranges_add(struct tcp_ranges *l, struct tcp_range add);   /* false: no room */
bool tcp_ranges_trade(struct tcp_ranges *l, struct tcp_range add); /* to a full list; false: all are longer */
void tcp_ranges_cut(struct tcp_ranges *l, u32 before);             /* forgets what begins there or before */
void tcp_ranges_changed(struct tcp_ranges *l, u32 which);          /* it is the most recent one */
u32 tcp_ranges_bytes(const struct tcp_ranges *l, u32 from, u32 to);

#endif
