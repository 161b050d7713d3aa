/* nd_temporary.h - addresses that change (RFC 8981), so that what we connect to cannot follow us for long.
 *
 * Beside each address made of an advertised prefix stands one with a random identifier. It is
 * preferred for a day at most (less up to two fifths, so that not all change at once) and valid
 * for two; before it is deprecated the next one is made. Sources prefer it (RFC 6724 rule 7);
 * who connects to us uses the stable one.
 *
 *     slaac_temporary_init(t, &key)
 *     slaac_temporary_step(t, s, now)          after an advertisement, and when it is time
 *     wake = slaac_temporary_deadline(t)
 *
 * An image that does not call it does not have it. When the table of addresses is full none is made.
 */
#ifndef LIB_ND_ND_TEMPORARY_H
#define LIB_ND_ND_TEMPORARY_H

#include "lib/nd/nd.h"

/* RFC 8981 3.8. */
#define TEMP_VALID_NS     (2 * 86400 * NS_PER_S)
#define TEMP_PREFERRED_NS (86400 * NS_PER_S)
#define TEMP_DESYNC_NS    (TEMP_PREFERRED_NS / 10 * 4)
#define TEMP_RETRIES      3u
#define TEMP_ADVANCE_NS   (5 * NS_PER_S) /* 2 s and one for each of three detections */

/* The most that slot i of the table may live, however long its prefix does. */
struct slaac_temporary_life {
	struct ip ip; /* none: no temporary address of ours */
	u64 preferred_ns, valid_ns;
};

struct slaac_temporary {
	struct siphash_key key; /* random: identifiers come from it */
	u64 made;               /* so far */
	u64 next_ns;
	u32 conflicts; /* one after the other; from TEMP_RETRIES on none is made (3.4) */
	struct slaac_temporary_life life[SLAAC_ADDRESSES];
};

void slaac_temporary_init(struct slaac_temporary *t, const struct siphash_key *key);
void slaac_temporary_step(struct slaac_temporary *t, struct slaac *s, u64 now);
u64 slaac_temporary_deadline(const struct slaac_temporary *t);

#endif
