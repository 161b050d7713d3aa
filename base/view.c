#include "base/view.h"

/*@ assigns \nothing;
    ensures \result == lower_of(c); */
static u8 lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? (u8)(c + ('a' - 'A')) : c;
}

bool view_same_word(struct view a, struct view b)
{
	if (a.n != b.n)
		return false;
	/*@ loop invariant i <= a.n;
	    loop invariant \forall integer j; 0 <= j < i ==> lower_of(a.p[j]) == lower_of(b.p[j]);
	    loop assigns i;
	    loop variant a.n - i; */
	for (usize i = 0; i < a.n; i += 1)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int view_compare(struct view a, struct view b)
{
	usize n = a.n < b.n ? a.n : b.n;

	/*@ loop invariant i <= n;
	    loop invariant \forall integer j; 0 <= j < i ==> a.p[j] == b.p[j];
	    loop assigns i;
	    loop variant n - i; */
	for (usize i = 0; i < n; i += 1)
		if (a.p[i] != b.p[i])
			return a.p[i] < b.p[i] ? -1 : 1;
	if (a.n == b.n)
		return 0;
	return a.n < b.n ? -1 : 1;
}
