#include "tool/verb.h"
int verb_replay(const struct arguments *a)
{
	return a->n < 0;
}
