#include "tool/verb.h"
int verb_check(const struct arguments *a)
{
	return a->n < 0;
}
