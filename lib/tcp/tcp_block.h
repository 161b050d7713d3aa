/* tcp_block.h - struct tcp itself: the control block (RFC 9293, 3.3.1). Included by tcp.h.
 *
 * A plain value: copy it and you have a snapshot, forget it and the connection
 * is forgotten. Its fields are the core's own; callers use the functions of
 * tcp.h. The names are the RFC's (SND.UNA is snd_una).
 *
 * Layout: the first 128 bytes are what a segment in order touches, the lists of
 * ranges, used only when something was lost or reordered, come last.
 */
#ifndef LIB_TCP_TCP_BLOCK_H
#define LIB_TCP_TCP_BLOCK_H

#define TCP_RECENT 3 /* SACK blocks beside timestamps */

/* Sequence ranges that were received beyond a gap: ascending, disjoint, not touching. */
struct tcp_ranges {
	u8 n;
	u8 recent
		[TCP_RECENT]; /* those that changed last, the latest first: the order of SACK (RFC 2018, 4) */
	struct tcp_range r[TCP_GAPS_MAX];
};

/* What a congestion control keeps; tcp_congestion.h is the interface. */
struct tcp_congestion {
	u32 cwnd, ssthresh;
	u32 w_max;    /* the window at the last reduction, or what RFC 9438 4.7 makes of it */
	u32 phase[3]; /* what slow start, recovery or avoidance keeps, one at a time; or BBR */
};

struct tcp {
	/* the first cache line: sequence numbers and windows */
	u8 state;     /* enum tcp_state */
	u8 end;       /* enum tcp_end; before CLOSED, what it is to be if patience ends */
	u8 snd_scale; /* Snd.Wind.Shift: of windows the peer sends */
	u8 rcv_scale; /* Rcv.Wind.Shift: of windows we send */
	u32 flags;    /* tcp_core.h */
	u32 snd_una;
	u32 snd_nxt;     /* the next to send: behind snd_max after a retransmission timeout */
	u32 snd_max;     /* the highest ever sent, plus 1 (the RFC's SND.NXT) */
	u32 snd_end;     /* behind the last byte the user wrote: where the FIN will be */
	u32 snd_wnd;     /* bytes, scaled */
	u32 snd_wl1;     /* SEG.SEQ of the last window update */
	u32 snd_wnd_max; /* the largest window the peer ever offered */
	u32 rcv_nxt;
	u32 rcv_adv;   /* the right edge the peer was promised */
	u32 rcv_edge;  /* the right edge the user's memory allows: moves when the user takes bytes */
	u32 rcv_acked; /* the last acknowledgement sent (RFC 7323: Last.ACK.sent) */
	u32 ts_recent; /* TS.Recent */
	u16 mss;       /* the most payload in a segment we send */
	u16 rcv_mss;   /* the most payload in a segment we take, as announced */
	u32 snd_small; /* behind the last segment sent that was not full (Nagle, Minshall's form) */

	/* the second: time and congestion */
	u64 rto_due_ns;   /* retransmission or, with PERSIST, zero-window probe */
	u64 ack_due_ns;   /* delayed ACK */
	u64 quiet_due_ns; /* keep-alive, TIME-WAIT */
	struct tcp_congestion cong;
	u32 rtt_seq;   /* behind the segment being timed */
	u32 rtt_start; /* when it was sent, in units of 1,024 ns; in a recovery with SACK, when that began */
	u32 heard_ms;  /* an acceptable segment came; 2^20 ns */
	u32 sent_ms;   /* the last data sent, in units of 2^20 ns: idle for long? */

	/* then what is rarely needed */
	u32 stalled_ms; /* since when what is unacknowledged has not moved; 2^20 ns */
	u32 srtt;       /* times 8, in units of 1,024 ns */
	u32 rttvar;     /* times 4 */
	u32 recover;    /* snd_max when loss recovery began (RFC 6582, RFC 6675) */
	u32 rexmit;     /* this recovery has retransmitted up to here (RFC 6675: HighRxt) */
	u32 rexmit_max; /* snd_max when it last did: what lies beyond was sent later */
	u32 lost_to;    /* holes below are lost (tcp_rack.c) */
	u32 reo_to;     /* holes below will be, when the reordering window ends */
	u32 min_rtt;    /* the shortest round trip seen, in units of 1,024 ns; 0: none */
	u32 dsack_end;  /* RACK.dsack_round: no further D-SACK counts before this is acknowledged */
	u32 tlp_end;    /* TLP.end_seq */
	u32 mtu_probe;  /* behind the probe of the path's MTU, with F_MTU_PROBE */
	u32 rst_seq;    /* SEG.SEQ of a RST that is owed */
	u32 bbr_rates;  /* max_bw of this cycle of BBR and the one before: tcp_bbr.c packs what it keeps */
	u16 bbr_bound;  /* full_bw, or bw_shortterm */
	u16 bbr_rtt_at; /* min_rtt was seen */
	u32 rcv_fin;    /* where the peer's stream ends, once FIN_KNOWN */
	u32 rx_bytes;
	u32 give_up_ms; /* 0: each state has its own */
	u32 keepalive_ms;
	u32 retransmits;
	u32 ts_offset;    /* of our timestamps */
	u16 challenge_at; /* since when `challenges` counts (RFC 5961, 7); 2^24 ns */
	u16 cc;           /* tcp_congestion.h */
	u8 rounds;        /* HyStart++: tcp_slow_start.c; BBR's */
	u8 burst;         /* segments sent in the tick of sent_ms: tcp_pace.c */
	u8 challenges;
	u8 dupacks;
	u8 backoff;     /* timeouts in a row */
	u8 quick;       /* this many small segments are still acknowledged at once; 255: all */
	u8 reo_mult;    /* the reordering window in quarters of min_rtt, minus 1 */
	u8 reo_persist; /* recoveries until reo_mult is forgotten */
	u16 peer_mss;   /* the most payload the peer and our link take: mss without path and options */
	u16 path_below; /* more than the path takes, options counted in: tcp_mtu.c; 0: no search */
	u8 keepalive_probe_s, keepalive_probes;
	struct tcp_range dsack;   /* received twice: to be reported, with F_DSACK */
	struct tcp_ranges gaps;   /* received beyond rcv_nxt */
	struct tcp_ranges sacked; /* the peer's, between snd_una and snd_max */
};

#endif
