/* fata.c - the tool: ./fata VERB ... See verb.c for the verbs, doc/design.md section 5 for the idea. */
#include <stdio.h>
#include "tool/verb.h"

int main(int count, char **arguments)
{
	setvbuf(stdout, 0, _IOLBF,
		0); /* into a pipe, too: who waits ten minutes wants to see how far it is */
	return verb_main(count, arguments);
}
