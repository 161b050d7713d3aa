/* run_options.c - see run_options.h. */
#include "tool/run_options.h"
#include <string.h>

const struct run_option run_options[] = {
	{ "-p", "YOURS:ITS[/udp]", 0, "map this port of yours to that one of the image (again for more)" },
	{ "--net", "[NAME=]WHAT", 0,
		"what a port is joined to: user (what it is without --net), tap:NAME\n"
		"                             (a host on a real Ethernet; made if it is not there, as "
		"root),\n"
		"                             packet:INTERFACE, unix:PATH, none" },
	{ "--block", "[NAME=]FILE[,ro]", 0, "what a disk is: a file or a block device, or none" },
	{ "--record", "FILE", 0, "write what the image learns from outside, for fata replay" },
	{ "--pcap", "FILE", 0, "write every frame, for Wireshark" },
	{ "--core", "FILE", "hvt", "when an image goes wrong, write what gdb opens (hvt)" },
	{ "--gdb", "PORT", "hvt",
		"wait for gdb on that port of this machine before the first instruction (hvt)" },
	{ "--mem", "MEGABYTES", "spt hvt", "do not start an image that needs more (spt, hvt)" },
	{ "--verbose", "", "spt hvt", "say what it is confined by (spt, hvt)" },
	{ "--stop-after", "SECONDS", 0,
		"how long it may take to leave after Ctrl-C (5); a second one ends it" },
	{ 0 },
};

const struct run_option *run_option_find(const char *name)
{
	const struct run_option *o = run_options;

	while (o->name && strcmp(o->name, name) != 0)
		o += 1;
	return o->name ? o : 0;
}

const struct run_option *run_option_unknown(const struct words *names, const char *target)
{
	for (size_t i = 0; i < names->n; i += 1) {
		const struct run_option *o = run_option_find(names->at[i]);
		if (!o || !o->targets)
			continue;
		struct words targets = words_split(o->targets);
		if (!words_have(&targets, target))
			return o;
	}
	return 0;
}
