/* nd_search.c - the search list in router advertisements (RFC 8106 5.2). */
#include "lib/nd/nd.h"

#define OPTIONS_AT   16u /* RFC 4861 4.2 */
#define OPTION_DNSSL 31u
#define LEAST_WORDS  2u

/* A lifetime of 0 withdraws what options before this one told; one behind it may tell it again (6.2: one option
 * after the other). False: not well formed, so ignored. */
static bool withdraw(struct reader *o, struct nd_search *out)
{
	struct search gone = { .count = 0 };

	if (!search_read(o, &gone))
		return false;
	search_drop(&out->list, &gone);
	if (out->list.count == 0)
		out->lifetime_s = 0;
	return true;
}

/* Of several options the shortest lifetime counts for all, so no name is used for longer than was said. */
static bool read_list(struct reader *o, struct nd_search *out)
{
	struct search all = out->list;

	(void)read_be16(o);
	u32 lifetime_s = read_be32(o);
	if (lifetime_s == 0)
		return withdraw(o, out);
	if (!search_read(o, &all))
		return false;
	if (out->list.count == 0 || lifetime_s < out->lifetime_s)
		out->lifetime_s = lifetime_s;
	out->list = all;
	return true;
}

bool nd_read_search(struct view advertisement, struct nd_search *out)
{
	struct reader r = reader_of(view_from(advertisement, OPTIONS_AT));
	bool told = false;

	*out = (struct nd_search){ .lifetime_s = 0 };
	if (view_at(advertisement, 0) != ND_RA)
		return false;
	while (read_left(&r) > 0) {
		u8 kind = read_u8(&r);
		u8 words = read_u8(&r);

		if (words == 0)
			return told;
		struct reader o = reader_of(read_view(&r, words * 8u - 2u));
		if (kind == OPTION_DNSSL && words >= LEAST_WORDS && !read_bad(&r))
			told = read_list(&o, out) || told;
	}
	return told;
}
