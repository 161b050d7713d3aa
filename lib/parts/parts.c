/* parts.c - the choice of programs that have no manifest: everything. See parts.h. */
#include "lib/parts/parts.h"

__attribute__((weak)) const struct parts image_parts = {
#define PARTS_ALL(field, word, about) .field = true,
	PARTS(PARTS_ALL).disks = true,
	.cookies = true,
	.dhcp6 = true,
	.changing = true,
	.bbr = true,
	.loopback = true,
};
