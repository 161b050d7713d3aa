/* flow_table.h - inside the host: where flows and their buffers live. Not for programs.
 *
 * A flow is a slot in the host's table, found by its four-tuple through a keyed
 * hash (so nobody can aim at one bucket), and is in at most one list: those in
 * TIME-WAIT and those half open (the first to go when the table is full), and
 * those that wait for a tx buffer.
 */
#ifndef STACK_FLOW_TABLE_H
#define STACK_FLOW_TABLE_H

#include "stack/host.h"

void buffers_init(struct buffers *b, u16 *free, u8 *memory, u32 count, u32 bytes);
u16 buffers_take(struct buffers *b); /* index + 1; 0: none left */
void buffers_give(struct buffers *b, u16 which);
struct span buffers_span(const struct buffers *b, u16 which);
static inline bool buffers_left(const struct buffers *b)
{
	return b->used < b->count;
}

struct flow *flow_lookup(struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port);

/* A zeroed flow in the table, or null when it is full and nothing may be evicted. */
struct flow *flow_new(struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port);

/* Nor is there one that has little to lose. */
static inline bool flow_table_is_full(const struct host *h)
{
	return h->flows.used == h->flows.cap && h->lists[FLOW_LIST_TIME_WAIT].first == 0 &&
	       h->lists[FLOW_LIST_HALF_OPEN].first == 0;
}

/* Out of all lists and tables; its buffers return. */
void flow_free(struct flow *f);

/* What only this host can compute of a connection's ends, for RFC 6528, RFC 6056 and others: */
enum flow_secret {
	FLOW_SECRET_SEQUENCE,
	FLOW_SECRET_PORT,
	FLOW_SECRET_CLOCK,
	FLOW_SECRET_COOKIE,
	FLOW_SECRET_FAST
};
u64 flow_hash(const struct host *h, enum flow_secret what, struct ip peer, u16 peer_port, struct ip local,
	u16 local_port);

/* Who serves this port of ours; any_service if nobody does. */
struct host_service *host_service_at(struct host *h, u16 port);

/* Moves it to this list's end (FLOW_LIST_NONE: to none). */
void flow_enlist(struct flow *f, enum flow_list_name list);
struct flow *flow_list_oldest(struct host *h, enum flow_list_name list);

static inline u32 flow_index(const struct flow *f)
{
	return (u32)(f - f->host->tables.flows);
}

/* What it may use where it lies. */
static inline struct view flow_loan(const struct flow *f)
{
	return f->host->lent_to == f ? f->host->loan : view_none();
}

/* ---- flow_tcp.c ---- */

/* Sends what there is to send and sets its timer; frees it when it is over. */
void flow_settle(struct flow *f);

/* One segment, of no flow or of one; with s->len > mss the port cuts it. */
void flow_segment_out(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s, u16 mss,
	u8 hop_limit, struct net_send *send);

/* A new flow of this service, for a peer's segment. Null: no room (counted). */
struct flow *flow_admit(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s,
	const struct host_service *service);

/* What a flow between these two is like where nothing else is said, and its initial sequence number. */
struct tcp_config flow_config(const struct host *h, struct ip peer, struct ip local);
u32 flow_first_sequence(const struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port);

/* It begins with this SYN: its SYN,ACK is sent, or its program is called with what the SYN brought. */
void flow_begin(
	struct flow *f, const struct tcp_config *config, struct tcp_segment *syn, struct view payload);

/* Calls its program, keeps what it leaves, then settles. */
void flow_run(struct flow *f);

/* ---- flow_fast.c ---- */

/* Whether what this SYN brings may be taken at once: it has a good cookie, and there is a place. */
bool flow_fast_in(struct flow *f, const struct tcp_segment *syn);
void flow_fast_over(struct flow *f); /* its place is free, if it had one */

/* How its SYN may go; and that it was answered: `at_once`, or only without the option. */
enum tcp_fast_way flow_fast_way(struct host *h, struct ip local, struct ip peer, u16 *mss);
void flow_fast_answered(struct flow *f, const struct tcp_segment *syn_ack, bool at_once);

/* The cookie, into a SYN or a SYN,ACK that is to have one. */
void flow_fast_out(struct flow *f, struct tcp_segment *s);

/* ---- flow_error.c ---- */

/* The payload of a segment there, in packets of `mtu`. */
u16 flow_payload_of(u16 mtu, struct ip peer);

/* Its segments from now on are as large as the path is known to take. */
void flow_follow_path(struct flow *f);

/* Nothing comes of what it sends (RFC 9293 3.8.3, R1): is the first hop still there? */
void flow_doubt_way(struct flow *f);

/* The peer has acknowledged what nobody could who did not get it: the first hop is (RFC 4861 7.3.1). */
void flow_confirm_way(struct flow *f);

/* Its core has found that the path takes less than it `took`: others need not find it too. */
void flow_path_found(struct flow *f, u16 took);

/* And that it takes so much, which others may now try. */
void flow_path_passed(struct flow *f, u16 took);

#endif
