#include "base/view.h"

static u8 lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? (u8)(c + ('a' - 'A')) : c;
}

bool view_same_word(struct view a, struct view b)
{
	if (a.n != b.n)
		return false;
	for (usize i = 0; i < a.n; i += 1)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int view_compare(struct view a, struct view b)
{
	usize n = a.n < b.n ? a.n : b.n;

	for (usize i = 0; i < n; i += 1)
		if (a.p[i] != b.p[i])
			return a.p[i] < b.p[i] ? -1 : 1;
	if (a.n == b.n)
		return 0;
	return a.n < b.n ? -1 : 1;
}
