/* attach.h - what --net, --block, --record and --pcap say becomes open descriptors.
 *
 * The names are the image's own: a port or disk it does not have is refused, and
 * so is one given twice. Whatever is wrong ends the program, with advice.
 */
#ifndef PLAT_LINUX_ATTACH_H
#define PLAT_LINUX_ATTACH_H

#include "plat/linux/attached.h"
#include "plat/linux/command.h"

struct attach_names {
	struct view image, port[ATTACH_PORTS], disk[ATTACH_DISKS];
	u32 ports, disks;
	bool plain; /* the image takes frames as they are: no header in front of them, no offloads */
	bool all;   /* none may be left out: a port that goes nowhere is said to (NAME=none) */
};

void attach(struct attached *a, const struct attach_names *names, const struct command *o);

/* Ends the program: the image was made without what this asks for (lib/parts). */
_Noreturn void attach_without(struct view option);

/* One port ("tap:tap0,mtu=9000") or disk ("FILE,ro"): the parts of attach(). */
void attach_port(
	struct attached_port *p, const struct attach_names *names, struct view name, struct view how);
void attach_disk(struct attached_disk *d, struct view how);

#endif
