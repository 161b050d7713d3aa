#include "tool/verb.h"
int verb_names(const struct arguments *a)
{
	return a->n < 0;
}
