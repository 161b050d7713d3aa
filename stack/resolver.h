/* resolver.h - from a name to its addresses: what stack/connect.h asks, and who answers.
 *
 * A resolver is asked again and again until it knows: the first time it begins, and every
 * time it says what it has. So it needs no callbacks, and who asked may forget about it.
 *
 *     struct resolver_table names = { RESOLVER_TABLE, entries, COUNT(entries) };
 *     connect_start(&c, h, &names.resolver, ...)
 */
#ifndef STACK_RESOLVER_H
#define STACK_RESOLVER_H

#include "lib/select/select.h"

enum resolver_verdict {
	RESOLVER_OK,      /* these are all; none: the name has none of this family */
	RESOLVER_PENDING, /* ask again when resolver_deadline() has come, or after the next step */
	RESOLVER_FAILED   /* no such name, or nobody answers */
};

struct resolver;
struct resolver_ops {
	/* six: AAAA; else A. `out` is always initialised. */
	enum resolver_verdict (*resolve)(
		struct resolver *r, struct view name, bool six, u64 now, struct select_destinations *out);
	u64 (*deadline)(const struct resolver *r);
};

struct resolver {
	const struct resolver_ops *ops; /* the first member of every kind of it */
};

/* ---- one that knows what it was told: /etc/hosts ---- */

struct resolver_entry {
	struct view name;
	struct ip ip;
};

struct resolver_table {
	struct resolver resolver;
	const struct resolver_entry *entries;
	usize count;
};

extern const struct resolver_ops resolver_table_ops;
#define RESOLVER_TABLE { &resolver_table_ops }

#endif
