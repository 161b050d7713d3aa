/* sim_queue.c - see sim_queue.h. */
#include "plat/sim/sim_queue.h"
#include <stdlib.h>

static bool before(const struct sim_event *a, const struct sim_event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void queue_put(struct sim_queue *q, u64 at, u32 kind, void *object, void *load)
{
	struct sim_event e = { at, q->order, kind, object, load };
	usize i = q->count;

	if (q->count == q->cap) {
		q->cap = q->cap > 0 ? q->cap * 2 : 256;
		q->heap = realloc(q->heap, q->cap * sizeof *q->heap);
		require(q->heap != NULL);
	}
	q->order += 1;
	q->count += 1;
	for (; i > 0 && before(&e, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		q->heap[i] = q->heap[(i - 1) / 2];
	q->heap[i] = e;
}

u64 queue_when(const struct sim_queue *q)
{
	return q->count > 0 ? q->heap[0].at : TIME_NEVER;
}

struct sim_event queue_take(struct sim_queue *q)
{
	struct sim_event first, last;
	usize i = 0;

	require(q->count > 0);
	first = q->heap[0];
	q->count -= 1;
	last = q->heap[q->count];
	for (;;) {
		usize child = 2 * i + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && before(&q->heap[child + 1], &q->heap[child]))
			child += 1;
		if (!before(&q->heap[child], &last))
			break;
		q->heap[i] = q->heap[child];
		i = child;
	}
	q->heap[i] = last;
	return first;
}

void queue_free(struct sim_queue *q)
{
	free(q->heap);
	*q = (struct sim_queue){ 0 };
}
