/* prove: lib/search/search.c
 *
 * search_prove.c - any names, as bytes and as text, behind any that are there. */
#include "lib/search/search.h"
#include "verify/model.h"

static u8 bytes[600], room[600];
static struct search s, gone;

int main(void)
{
	while (NONDET()) {
		struct reader r = reader_of(any_view(bytes));
		struct writer w = writer_of(any_span(room));

		(void)search_read(&r, &s);
		(void)search_add(&s, any_view(bytes));
		(void)search_name(&s, any_u32());
		search_write(&w, &s);
		if (NONDET())
			gone = s;
		search_drop(&s, &gone);
	}
	return 0;
}
