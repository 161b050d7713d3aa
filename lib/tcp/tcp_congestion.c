/* tcp_congestion.c - NewReno's windows: RFC 5681 section 3, with RFC 6928's start. */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

/* RFC 6928, 2: IW = min (10*MSS, max (2*MSS, 14600)) */
static u32 initial_window(u32 mss)
{
	return least(10u * mss, most_of(2u * mss, 14600));
}

void tcp_congestion_begin(struct tcp_congestion *c, u32 mss, bool syn_lost)
{
	c->cwnd = syn_lost ? mss : initial_window(mss); /* RFC 5681 3.1, at its end */
	c->ssthresh = TCP_WINDOW_MAX;
	c->acked = 0;
}

void tcp_congestion_acked(struct tcp_congestion *c, u32 mss, u32 bytes, u32 flight)
{
	if (c->cwnd < c->ssthresh) {
		/* Slow start. A window that was not used says nothing about the path
		 * (RFC 7661): it grows only when at least half of it was. The peer may
		 * acknowledge a whole offloaded burst at once, so RFC 3465's limit of
		 * 2*MSS would starve us; 8*MSS is HyStart++'s (RFC 9406, 4.2). */
		if (flight >= c->cwnd / 2u)
			c->cwnd = plus(c->cwnd, least(bytes, 8u * mss));
		return;
	}
	/* Congestion avoidance: one MSS per window acknowledged, by counting bytes (3.1). */
	if (flight < minus(c->cwnd, mss))
		return;
	c->acked = plus(c->acked, bytes);
	if (c->acked >= c->cwnd) {
		c->acked = minus(c->acked, c->cwnd);
		c->cwnd = plus(c->cwnd, mss);
	}
}

/* RFC 5681, equation 4. */
static u32 half_flight(u32 mss, u32 flight)
{
	return most_of(flight / 2u, 2u * mss);
}

void tcp_congestion_lost(struct tcp_congestion *c, u32 mss, u32 flight)
{
	c->ssthresh = half_flight(mss, least(flight, c->cwnd));
	c->cwnd = c->ssthresh;
	c->acked = 0;
}

void tcp_congestion_timeout(struct tcp_congestion *c, u32 mss, u32 flight, bool again)
{
	if (!again) /* 3.1: ssthresh is held constant when the same segment times out again */
		c->ssthresh = half_flight(mss, flight);
	c->cwnd = mss; /* LW */
	c->acked = 0;
}

/* RFC 5681, 4.1. */
void tcp_congestion_idle(struct tcp_congestion *c, u32 mss)
{
	c->cwnd = least(c->cwnd, initial_window(mss));
}
