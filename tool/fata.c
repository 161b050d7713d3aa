/* fata.c - the tool: ./fata VERB ... See verb.c for the verbs, doc/design.md section 5 for the idea. */
#include "tool/verb.h"

int main(int count, char **arguments)
{
	return verb_main(count, arguments);
}
