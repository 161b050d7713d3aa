/* adapter.c - out/test/adapter [--trace] [--packetdrill] [-4 | -6] SCRIPT.pkt...: plays scripts (script.h) against a stack. */
#include "test/adapter/script.h"
#include <stdlib.h>
#include <string.h>

void panic(const char *file, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: panic: require(%s)\n", file, line, what);
	abort();
}

int main(int count, char **arguments)
{
	unsigned how = 0;
	int only = 0, wrong = 0, played = 0;

	for (int i = 1; i < count; i += 1) {
		if (strcmp(arguments[i], "--trace") == 0) {
			how |= SCRIPT_TRACE;
		} else if (strcmp(arguments[i], "--packetdrill") == 0) {
			how |= SCRIPT_PACKETDRILL;
		} else if (strcmp(arguments[i], "-4") == 0 || strcmp(arguments[i], "-6") == 0) {
			only = arguments[i][1] - '0';
		} else if (arguments[i][0] == '-') {
			fprintf(stderr, "usage: %s [--trace] [--packetdrill] [-4 | -6] SCRIPT.pkt...\n",
				arguments[0]);
			return 2;
		} else {
			for (int family = 4; family <= 6; family += 2) {
				if (only != 0 && only != family)
					continue;
				wrong += !script_play(arguments[i], family, stdout, (enum script_how)how);
				played += 1;
			}
		}
	}
	printf("%d passed, %d failed\n", played - wrong, wrong);
	return wrong != 0 || played == 0;
}
