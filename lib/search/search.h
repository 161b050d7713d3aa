/* search.h - a DNS search list: the domains in which short names are looked up (RFC 8106 5.2, RFC 3646 4).
 *
 * Routers and DHCP servers tell it as names of labels, one behind the other, each label behind its
 * length and each name with an empty label at its end (RFC 1035 3.1), without compression. It is kept
 * as text, without the last dot, in the order in which it was told.
 *
 *     struct search s = { 0 };
 *     if (!search_read(&content, &s)) ...      not well formed: s is what it was
 *     search_name(&s, 0)                       "example.org"
 *
 * A full list keeps what it has: names past SEARCH_NAMES, or that do not fit SEARCH_BYTES, are left
 * out, and so are names that are in it already. So are those that are no host's domain: who looks up
 * www in it writes it into logs, certificates and headers, and labels may have any byte in them. Their
 * labels must be of letters, digits, hyphens and underscores.
 */
#ifndef LIB_SEARCH_SEARCH_H
#define LIB_SEARCH_SEARCH_H

#include "base/reader.h"
#include "base/writer.h"

#define SEARCH_NAMES      4u   /* RFC 8106 5.3.1 asks for three at least */
#define SEARCH_BYTES      256u /* of all names together as text: one of any length, and short ones */
#define SEARCH_NAME_BYTES 253u /* RFC 1035 2.3.4: 255 on the wire */
#define SEARCH_WIRE_BYTES (SEARCH_BYTES + 2u * SEARCH_NAMES) /* what search_write() writes at most */

struct search {
	u32 count;
	u16 end[SEARCH_NAMES]; /* of each name in `text` */
	u8 text[SEARCH_BYTES];
};

/* Adds the names up to the reader's end; empty ones are padding. False: compressed, too long, or cut. */
bool search_read(struct reader *r, struct search *s);

/* One more, as text; a dot at the end is left out. False: no such name can be, or it does not fit. */
bool search_add(struct search *s, struct view name);

/* Takes out the names that are in `gone` too. */
void search_drop(struct search *s, const struct search *gone);

void search_write(struct writer *w, const struct search *s);

/* Name i, from 0, as text: lent until the list changes; empty past the last. */
struct view search_name(const struct search *s, u32 i);

#endif
