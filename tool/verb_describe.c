#include "tool/verb.h"
int verb_describe(const struct arguments *a)
{
	return a->n < 0;
}
