#include "tool/verb.h"
int verb_run(const struct arguments *a)
{
	return a->n < 0;
}
