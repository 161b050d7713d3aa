/* adapter_world.h - two stacks and a path between them that delays, loses and reorders. For tests.
 *
 * Time goes from event to event: world_step() makes the next one happen. It is also the
 * wait callback of both stacks, so blocking calls work, and what never happens is noticed.
 */
#ifndef TEST_ADAPTER_ADAPTER_WORLD_H
#define TEST_ADAPTER_ADAPTER_WORLD_H

#include "test/adapter/fata_socket.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_MS 1000000ull
#define WORLD_S  1000000000ull

struct world_packet {
	struct world_packet *next;
	uint64_t at;
	int to;
	size_t n;
	unsigned char bytes[];
};

struct world;

struct world_end {
	struct world *w;
	int number;
};

struct world {
	struct fata_stack *s[2];
	struct world_end end[2];
	struct world_packet *queue; /* by time */
	uint64_t now, delay_ns, jitter_ns, dice;
	unsigned loss; /* of 1,000 */
	unsigned long sent, lost;
	bool cut; /* nothing comes through */
};

static uint64_t world_dice(struct world *w)
{
	w->dice = w->dice * 6364136223846793005ull + 1442695040888963407ull;
	return w->dice >> 33;
}

static void world_output(void *context, const void *bytes, size_t n)
{
	struct world_end *e = context;
	struct world *w = e->w;
	struct world_packet *p, **link = &w->queue;

	w->sent += 1;
	if (w->cut || world_dice(w) % 1000 < w->loss) {
		w->lost += 1;
		return;
	}
	p = malloc(sizeof *p + n);
	p->at = w->now + w->delay_ns + (w->jitter_ns ? world_dice(w) % w->jitter_ns : 0);
	p->to = !e->number;
	p->n = n;
	memcpy(p->bytes, bytes, n);
	while (*link && (*link)->at <= p->at)
		link = &(*link)->next;
	p->next = *link;
	*link = p;
}

/* The next event, not later than `until`; 0: there is none, ever. */
static int world_step(struct world *w, uint64_t until)
{
	uint64_t next = w->queue ? w->queue->at : UINT64_MAX;

	for (int i = 0; i < 2; i += 1)
		if (fata_next_deadline(w->s[i]) < next)
			next = fata_next_deadline(w->s[i]);
	if (next == UINT64_MAX && until == UINT64_MAX)
		return 0;
	if (next > until)
		next = until;
	if (next > w->now)
		w->now = next;
	for (int i = 0; i < 2; i += 1)
		fata_advance(w->s[i], w->now);
	while (w->queue && w->queue->at <= w->now) {
		struct world_packet *p = w->queue;

		w->queue = p->next;
		fata_input(w->s[p->to], p->bytes, p->n);
		free(p);
	}
	return 1;
}

static int world_wait(void *context, struct fata_stack *s, uint64_t until)
{
	struct world_end *e = context;

	(void)s;
	return world_step(e->w, until);
}

/* All that happens in this time. */
static void world_run(struct world *w, uint64_t ns)
{
	uint64_t until = w->now + ns;

	while (w->now < until)
		world_step(w, until);
}

/* Stack 0 is 10.0.0.1 and fd00::1, stack 1 the next one. */
static struct world *world_new(struct fata_config common)
{
	static const char *const ip4[] = { "10.0.0.1/24", "10.0.0.2/24" };
	static const char *const ip6[] = { "fd00::1/64", "fd00::2/64" };
	struct world *w = calloc(1, sizeof *w);

	w->delay_ns = 5 * WORLD_MS;
	w->dice = common.seed * 77 + 1;
	for (int i = 0; i < 2; i += 1) {
		struct fata_config c = common;
		const char *why = NULL;

		w->end[i] = (struct world_end){ w, i };
		c.output = world_output;
		c.wait = world_wait;
		c.context = &w->end[i];
		c.ip4 = ip4[i];
		c.ip6 = ip6[i];
		c.seed = common.seed * 2 + (uint64_t)i;
		w->s[i] = fata_create(&c, &why);
		if (!w->s[i]) {
			fprintf(stderr, "fata_create: %s\n", why);
			abort();
		}
	}
	world_run(w, 50 * WORLD_MS); /* what they have to say of themselves */
	return w;
}

static inline void world_free(struct world *w)
{
	fata_destroy(w->s[0]);
	fata_destroy(w->s[1]);
	while (w->queue) {
		struct world_packet *p = w->queue;

		w->queue = p->next;
		free(p);
	}
	free(w);
}

struct world_address {
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	};
	socklen_t n;
};

/* A stack's address (its number), or any (-1), or a number in its network beyond. */
static struct world_address world_at(int domain, int which, unsigned short port)
{
	struct world_address a;

	memset(&a, 0, sizeof a);
	if (domain == AF_INET) {
		a.n = sizeof a.four;
		a.four.sin_family = AF_INET;
		a.four.sin_port = htons(port);
		a.four.sin_addr.s_addr = which < 0 ? 0 : htonl(0x0a000001u + (unsigned)which);
	} else {
		a.n = sizeof a.six;
		a.six.sin6_family = AF_INET6;
		a.six.sin6_port = htons(port);
		if (which >= 0) {
			a.six.sin6_addr.s6_addr[0] = 0xfd;
			a.six.sin6_addr.s6_addr[15] = (unsigned char)(which + 1);
		}
	}
	return a;
}

#endif
