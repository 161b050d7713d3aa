/* fata_socket_hold.c - TCP_CORK and MSG_MORE: bytes that do not fill a segment wait for more of them. */
#include "test/adapter/fata_socket_parts.h"
#include <stdlib.h>

#define HELD_MOST 65535u /* the largest segment */

/* Into the flow. What it has no room for stays. */
static usize push(struct sock *k, struct view v)
{
	usize done = 0;

	while (v.n > done) {
		usize n = copy(flow_tx(k->flow), view_from(v, done));

		if (n == 0)
			break;
		flow_tx_send(k->flow, n);
		done += n;
	}
	return done;
}

void stream_release(struct sock *k)
{
	usize done;

	if (k->held_bytes == 0 || !k->flow)
		return;
	done = push(k, view_make(k->held, k->held_bytes));
	k->held_bytes = slide(span_make(k->held, k->held_bytes), done);
}

void stream_drop_held(struct sock *k)
{
	free(k->held);
	k->held = NULL;
	k->held_bytes = 0;
}

/* They wait for an RTO at the most: 200 ms, on a path of no length. */
static void begins_to_wait(struct sock *k)
{
	struct tcp_facts f;

	tcp_facts(&k->flow->tcp, &f);
	k->held_until = k->stack->now + f.rto_ns;
	flow_wake_at(k->flow, k->held_until);
}

void stream_held_long(struct sock *k)
{
	if (k->held_bytes == 0)
		return;
	if (flow_now(k->flow) >= k->held_until)
		stream_release(k);
	else
		flow_wake_at(k->flow, k->held_until);
}

/* Whole segments go, the rest is kept. */
static usize hold(struct sock *k, struct view v)
{
	struct tcp_facts f;
	usize done = 0;

	tcp_facts(&k->flow->tcp, &f);
	if (!k->held)
		k->held = malloc(HELD_MOST);
	if (!k->held)
		return push(k, v);
	while (done < v.n) {
		usize room = f.mss > k->held_bytes ? f.mss - k->held_bytes : 0;
		usize n = copy(span_make(k->held + k->held_bytes, room), view_from(v, done));

		if (k->held_bytes == 0 && n > 0)
			begins_to_wait(k);
		k->held_bytes += n;
		done += n;
		if (k->held_bytes >= f.mss)
			stream_release(k);
		if (n == 0 && k->held_bytes >= f.mss)
			break;
	}
	return done;
}

usize stream_write(struct sock *k, struct view v, bool more)
{
	usize done;

	v = view_first(v, stream_room(k));
	if (more || k->o.corked)
		return hold(k, v);
	if (k->held_bytes == 0)
		return push(k, v);
	done = hold(k, v); /* what waited goes before it, and in one piece with it */
	stream_release(k);
	return done;
}
