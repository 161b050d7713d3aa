/* manifest.h - what an image is made of: app/NAME/NAME.fata.
 *
 *     # Greets whoever connects, then says back what they say.
 *     image   hello
 *     net     service   flows=1000 rx=8K tx=16K rx_buffers=64 tx_buffers=64
 *     net     wire      raw                 # the port alone: the program itself speaks on it (dev/net.h)
 *     block   disk
 *     option  port      u16   8080          # the TCP port to greet on
 *     files   static    www                 # a folder, embedded as it is
 *     pages   book      doc   theme=theme title="My book"   # Markdown, rendered, then embedded
 *     publish 8080:80 5353:53/udp           # `fata run` maps these ports of yours to those of the image
 *     without recording captures            # parts that every image has, and this one does not need: lib/parts
 *
 * The first comment says what the image is for; a comment behind an option is
 * its help. reassembly_buffers=N datagrams of reassembly=SIZE can come in fragments at
 * once, unless it is said 4 of 4 KB; 0 leaves that out of the image. backlog=N openings
 * wait at each port, a quarter of flows= unless it is said, and the others get SYN
 * cookies; 0 leaves those out. temporary=1 connects from IPv6 addresses that change every
 * day (RFC 8981); dhcp6=1 asks DHCP for IPv6 where routers say so, dhcp6=2 for a prefix
 * too; bbr=1 lets --tcp-congestion=bbr be chosen;
 * loopback=1 lets the host reach itself, at 127.0.0.1 and ::1 and its own addresses. `without everything` is all parts, also those that are yet to come. A text with spaces stands in "quotes". Sizes take K, M and G (1,024).
 * Folders are named from the manifest's own folder, or with a leading / from
 * the root of the tree.
 */
#ifndef TOOL_MANIFEST_H
#define TOOL_MANIFEST_H

#include "lib/parts/parts.h"
#include "tool/words.h"

#define MANIFEST_NETS               4
#define MANIFEST_BLOCKS             8
#define MANIFEST_OPTIONS            64
#define MANIFEST_FOLDERS            8
#define MANIFEST_PUBLISH            16
#define MANIFEST_FLOWS              64ull
#define MANIFEST_RX_BUFFERS         8ull
#define MANIFEST_TX_BUFFERS         16ull
#define MANIFEST_RX_BYTES           8192ull
#define MANIFEST_TX_BYTES           8192ull
#define MANIFEST_REASSEMBLY_BUFFERS 4ull    /* datagrams in fragments at once; 0: none are taken */
#define MANIFEST_REASSEMBLY_BYTES   4096ull /* each */
#define MANIFEST_BACKLOG            ~0ull   /* not said: a quarter of the flows and one; 0: no SYN cookies */

struct manifest_net {
	char *name;
	unsigned long long flows, rx_bytes, tx_bytes, rx_buffers, tx_buffers;
	unsigned long long reassembly_bytes, reassembly_buffers;
	unsigned long long backlog;
	unsigned long long dhcp6;     /* 1: ask DHCPv6 when routers say so; 2: for a prefix too */
	unsigned long long temporary; /* 1: IPv6 addresses that change */
	unsigned long long bbr;       /* 1: TCP has BBR too */
	unsigned long long loopback;  /* 1: it reaches itself */
	bool raw;                     /* no host stands on it */
};

struct manifest_option {
	char *name, *type, *preset, *help; /* preset: "" for none */
};

struct manifest_folder {
	char *name, *folder;
	char *theme, *title; /* of `pages`; null for `files` */
};

struct manifest_publish {
	unsigned ours, its;
	bool udp;
};

struct manifest {
	char *path, *folder, *name, *about, *text;
	struct manifest_net nets[MANIFEST_NETS];
	struct manifest_option options[MANIFEST_OPTIONS];
	struct manifest_folder folders[MANIFEST_FOLDERS];
	char *blocks[MANIFEST_BLOCKS];
	struct manifest_publish publish[MANIFEST_PUBLISH];
	size_t net_count, option_count, folder_count, block_count, publish_count;
	struct parts parts; /* all but those of its `without` lines */
};

/* The parts (lib/parts), each with its word in a manifest. */
struct manifest_part {
	const char *word, *field, *about;
	size_t offset; /* in struct parts */
};
extern const struct manifest_part manifest_parts[];

/* Whether it has this one. */
bool manifest_has(const struct manifest *m, const struct manifest_part *part);

/* Null, or what is wrong: "app/hello/hello.fata:3: ...". */
char *manifest_parse(struct manifest *m, const char *path, const char *text);

/* Reads and parses, or stops with the message. */
struct manifest *manifest_read(const char *path);

/* "8080:80" or "5353:53/udp"; false: it is neither. */
bool publish_parse(struct manifest_publish *p, const char *word);

/* The type's row in the table below, or -1. */
int option_type(const char *name);

struct option_type_row {
	const char *name, *object, *c_type, *example;
};
extern const struct option_type_row option_types[];

/* "net-port" as a C name: "net_port". */
char *c_name(const char *name);

#endif
