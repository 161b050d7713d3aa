/* multicast.h - telling routers and switches which groups a host listens to: IGMPv3 (RFC 3376) and
 * MLDv2 (RFC 3810), the host's part, as one machine: they differ in bytes only.
 *
 *     multicast_join(m, group, now) / multicast_leave(m, group, now)    counted: each join wants its leave
 *     multicast_query(m, &query, now)            what multicast_read4/6() let pass
 *     while (multicast_due(m, now, &report)) ... multicast_write4/6() it to multicast_to()
 *     wake = multicast_deadline(m)
 *
 * Joining says so at once and once more after up to a second (the robustness
 * variable is 2); a query is answered at a random time within what it allows. When a querier of
 * the older version speaks (IGMPv2, MLDv1), reports are of that version until it has
 * been silent for its time (RFC 3376 7.2.1, RFC 3810 8.2.1).
 *
 * A group is heard from all sources: there are no source filters, so the only records
 * are "exclude nothing" and "include nothing".
 */
#ifndef LIB_MULTICAST_MULTICAST_H
#define LIB_MULTICAST_MULTICAST_H

#include "lib/ip/ip.h"
#include "lib/jitter/jitter.h"

#define MULTICAST_GROUPS 16u
#define MULTICAST_BYTES  28u /* the longest message: MLDv2 with one record */
#define IP_IGMP          2u

enum { MLD_QUERY = 130 };

struct multicast_group {
	struct ip group; /* none: free */
	u64 changed_ns;  /* when to say (again) that it was joined or left; TIME_NEVER: said */
	u64 answer_ns;   /* when to answer a query; TIME_NEVER: none is open */
	u8 members;      /* joins without their leave; 0: it was left, and that is still to be said */
	u8 says_left;    /* how often to say the change */
};

struct multicast {
	struct jitter jitter;
	u64 old_until_ns[2]; /* IPv4, IPv6: an older querier is there until then */
	struct multicast_group group[MULTICAST_GROUPS];
};

struct multicast_query {
	struct ip group; /* none: of all of that family */
	u64 within_ns;   /* the answer's latest time */
	u8 six;
	u8 old; /* IGMPv2 or MLDv1 */
};

/* A report, or (old) a report or a "leave" and "done". */
struct multicast_report {
	struct ip group;
	u8 type; /* of the record: enum below */
	u8 old;
};

/* RFC 3376 4.2.12, RFC 3810 5.2.12. */
enum { MULTICAST_IS_EXCLUDE = 2, MULTICAST_TO_INCLUDE = 3, MULTICAST_TO_EXCLUDE = 4 };

void multicast_init(struct multicast *m, u64 random);

/* False: the table is full, or it is no group. True also for what everybody is in. */
bool multicast_join(struct multicast *m, struct ip group, u64 now);

/* False: it was not joined. */
bool multicast_leave(struct multicast *m, struct ip group, u64 now);

bool multicast_has(const struct multicast *m, struct ip group);

/* An IGMP message, IPv4's payload: false: no query for us (malformed, a bad checksum,
 * another's report, IGMPv1). */
bool multicast_read4(struct view message, struct multicast_query *out);

/* An MLD query whose ICMPv6 checksum is right. The caller has seen that hop limit is 1
 * and that it came from a link-local address (RFC 3810 6.2). */
bool multicast_read6(struct view message, struct multicast_query *out);

void multicast_query(struct multicast *m, const struct multicast_query *q, u64 now);

bool multicast_due(struct multicast *m, u64 now, struct multicast_report *out);
u64 multicast_deadline(const struct multicast *m);

/* Where this report goes, with hop limit 1 and a router alert. */
struct ip multicast_to(const struct multicast_report *r);

void multicast_write4(struct writer *w, const struct multicast_report *r);
void multicast_write6(struct writer *w, struct ip from, const struct multicast_report *r);

#endif
