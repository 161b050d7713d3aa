/* verb_pack.c - fata pack: what build.ninja runs to make one file of a folder. */
#include "tool/pack.h"
#include "tool/verb.h"

int verb_pack(const struct arguments *a)
{
	return pack_verb(a->n, a->at);
}
