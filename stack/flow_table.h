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

/* Out of all lists and tables; its buffers return. */
void flow_free(struct flow *f);

/* Moves it to this list's end (FLOW_LIST_NONE: to none). */
void flow_enlist(struct flow *f, enum flow_list_name list);
struct flow *flow_list_oldest(struct host *h, enum flow_list_name list);

static inline u32 flow_index(const struct flow *f)
{
	return (u32)(f - f->host->tables.flows);
}

/* ---- flow_tcp.c ---- */

/* Sends what there is to send and sets its timer; frees it when it is over. */
void flow_settle(struct flow *f);

/* What a flow to this peer is like where nothing else is said, and its initial sequence number. */
struct tcp_config flow_config(const struct host *h, struct ip peer);
u32 flow_first_sequence(const struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port);

/* Calls its program, keeps what it leaves, then settles. */
void flow_run(struct flow *f);

#endif
