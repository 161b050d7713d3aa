#include "tool/verb.h"
int verb_new(const struct arguments *a)
{
	return a->n < 0;
}
