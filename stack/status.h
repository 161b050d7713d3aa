/* status.h - a host tells what it knows of itself: counters and connections, as text, to whoever connects to a port.
 *
 *     static struct status_session readers[SERVICE_FLOWS];
 *
 *     if (app->status != 0)
 *             status_serve(&app->service, app->status, readers);
 *
 *     $ nc 192.0.2.5 9000
 *     uptime_ms 12345
 *     ip4.in_receives 77                            counters have the names of struct host_counts: RFC 4293, 4022, 4113
 *     ...
 *     flow [fd77::1]:40312 [fd77::5]:7 ESTABLISHED rtt_us 412 rttvar_us 206 rto_us 200000 cwnd 14480 ssthresh 0 ...
 *
 * One line for each connection that there is: its peer, itself, its state, and what tcp_facts() tells, with rx and tx for
 * the bytes that its program has not read, and that the peer has not acknowledged. Each line is of the moment
 * in which it was written, so a long answer is no snapshot. What the reader sends is not looked at.
 *
 * It is the peers' addresses that are told, and to anybody who reaches the port: so no image has it that does not
 * say status_serve(), and one that does is told at boot whether to. One answer costs as many bytes as there are
 * connections, and no more memory than any flow's; who does not read it waits with one line.
 */
#ifndef STACK_STATUS_H
#define STACK_STATUS_H

#include "stack/host.h"

#define STATUS_LINE_MAX 400u

/* How far a reader was told. */
struct status_session {
	u32 line; /* of the counters, then */
	u32 flow; /* of the table */
};

/* readers: one for each flow of the host (the manifest's flows=). */
void status_serve(struct host *h, u16 port, struct status_session *readers);

#endif
