/* command.h - the words of a command line that are the platform's; the rest is the image's.
 *
 * "--net VALUE" and "--net=VALUE" alike; after "--" all is the image's. Programs
 * that run an image which is a file of its own (the tenders) take its name as
 * the first word that is no option of theirs; theirs may stand behind it too.
 */
#ifndef PLAT_LINUX_COMMAND_H
#define PLAT_LINUX_COMMAND_H

#include "base/view.h"
#include "plat/linux/attached.h"

#define COMMAND_ARGUMENTS 64u
#define COMMAND_BLOCKS    63u /* Solo5's images have so many disks; ours ATTACH_DISKS, which attach() sees to */

struct command {
	struct view net[ATTACH_PORTS], block[COMMAND_BLOCKS];
	struct view record, pcap;
	u32 nets, blocks;
	u64 stop_ns;       /* how long a stopping image may take */
	struct view image; /* a tender's */
	struct view value; /* of command_kind's value option; empty: not given */
	struct view file;  /* of its file option */
	struct view port;  /* of its port option */
	bool flag;
	bool uring; /* of its --io */
	/* the image's */
	struct view argument[COMMAND_ARGUMENTS];
	u32 arguments;
};

/* What differs: the text of --platform-help, a tender's first word, and its own options ("--mem",
 * "--core", "--gdb", "--verbose", "--io"); empty ones are not there. */
struct command_kind {
	struct view help;
	struct view value, file, port, flag, io;
	bool tender;
};

/* What the help of each of them has in common, as a string literal. */
#define COMMAND_HELP                                                                                         \
	"  --net [PORT=]HOW[,mac=M][,mtu=N]   what a network port is connected to:\n"                        \
	"        tap:NAME      a tap interface, created if it does not exist and we may\n"                   \
	"        packet:NAME   an existing interface, beside the kernel's own use of it\n"                   \
	"        unix:PATH     a stream socket that listens there (QEMU -netdev stream framing)\n"           \
	"        fd:N          such a socket, open already\n"                                                \
	"        frames:N      an open descriptor that gives and takes one frame a call\n"                   \
	"        none          nothing (what a port without --net gets)\n"                                   \
	"        mac: the port's address; by default made from the machine's id and the\n"                   \
	"        interface's name, so it stays the same. mtu: by default the interface's, or 1500\n"         \
	"  --block [DISK=]FILE[,ro]           what a disk is: a file or block device; or none\n"             \
	"  --stop-after SECONDS               how long it may take to leave after SIGTERM or\n"              \
	"                                     SIGINT (5); a second signal ends it at once\n"                 \
	"  --record FILE                      write a log that `fata replay` runs again\n"                   \
	"  --pcap FILE                        write every frame, for Wireshark\n"
/* Of those whose ports may be on a ring of io_uring. */
#define COMMAND_HELP_IO                                                                                      \
	"  --io uring|plain                   how frames of taps and packet sockets come and go: by "        \
	"io_uring,\n"                                                                                        \
	"                                     or by a read or write for each (plain)\n"
#define COMMAND_HELP_END                                                                                     \
	"  --platform-help                    this text\n"                                                   \
	"\n"                                                                                                 \
	"PORT and DISK are the manifest's names, and may be left out when there is one.\n"

/* `words`: after the program's own name, null-ended. Ends the program when they are wrong. */
void command_read(struct command *o, const struct command_kind *kind, const char *const *words);

#endif
