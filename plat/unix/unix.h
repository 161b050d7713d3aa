/* unix.h - the inside of the Unix target: what its files share. Users read README.md.
 *
 * One process, one thread, no C library. unix_entry (unix_entry.c) is given a
 * bare stack by the kernel and makes a program of it; unix_main (unix.c) reads
 * the platform's options, attaches the devices and runs the loop that
 * dev/image.h describes. Device memory is mapped once, before image_start, for
 * the ports that exist; nothing is allocated afterwards.
 */
#ifndef PLAT_UNIX_UNIX_H
#define PLAT_UNIX_UNIX_H

#include "base/format.h"
#include "base/mem.h"
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "plat/net_stream.h"
#include "plat/record/record.h"
#include "plat/unix/linux.h"

#define UNIX_PORTS       8u
#define UNIX_DISKS       8u
#define UNIX_ARGUMENTS   64u
#define UNIX_STACK_BYTES (96u << 10) /* below it the next page is a fault */
#define UNIX_BAD_USE     2           /* exit status: the command line or a device is wrong */

/* A port's memory, mapped when it is attached; pages count when they are touched. */
#define PORT_FRAME_BYTES NET_STREAM_FRAME_BYTES /* the largest frame a host gives: 64 KB joined by its GRO */
#define PORT_RX_BYTES    (PORT_FRAME_BYTES + (64u << 10))
#define PORT_TX_BYTES    4096u        /* what net_tx() lends, with a header in front */
#define PORT_QUEUE_BYTES (128u << 10) /* stream ports: frames on their way */

/* ---- unix_entry.c: what the kernel said at the start ---- */
struct unix_boot {
	const char *const *arguments; /* the program's name first, then null-ended */
	u64 base;                     /* where the image is loaded */
	u64 vdso;                     /* its ELF header, or 0 */
	u64 image_bytes;              /* text, data, bss */
	u64 stack_top, stack_bottom;
};
_Noreturn void unix_main(const struct unix_boot *boot);

/* ---- unix_say.c: to the user, on standard error ---- */
struct view unix_text(const char *zero_ended);
/* "fata: WHAT WHICH: error: advice"; any of them may be empty, 0 is no error. */
void unix_say(struct view what, struct view which, long error, struct view advice);
_Noreturn void unix_die(struct view what, struct view which, long error, struct view advice);
/* Copies to a zero-ended string; false if it does not fit or has a zero inside. */
bool unix_string(struct span to, struct view v);

/* ---- unix_fault.c ---- */
void unix_faults_start(const struct unix_boot *boot);

/* ---- unix_options.c ---- */
struct unix_options {
	struct view name; /* the program's, without folders */
	struct view net[UNIX_PORTS];
	struct view block[UNIX_DISKS];
	struct view record, pcap;
	u32 nets, blocks;
	u64 stop_ns; /* how long a stopping image may take */
};
void unix_options_read(struct unix_options *o, const char *const *arguments);

/* ---- unix_clock.c ---- */
void unix_clock_start(const struct unix_boot *boot);
u64 unix_clock(i32 clock); /* CLOCK_IS_... */

/* ---- unix_net.c, unix_attach.c, unix_stream.c ---- */
enum port_kind {
	PORT_NONE,   /* no such port, or a cable that goes nowhere */
	PORT_FRAMES, /* one frame a read: tap, packet socket */
	PORT_STREAM  /* length and frame, in a stream of bytes */
};

/* A frame in the receive buffer. */
struct port_frame {
	u32 at, len;
	enum net_csum csum;
	u16 gso_size;
};

struct port {
	enum port_kind kind;
	i32 fd, interface;
	u32 header; /* bytes before each frame: sizeof(struct linux_vnet) or 0 */
	bool dry;   /* the last read said that there is no more */
	bool filters;
	bool lent; /* net_tx() lent room and waits for net_tx_send() */
	struct net_facts facts;
	struct view name;
	u8 *rx, *tx, *queue;
	u32 frames, first; /* in `frame`: how many, and the first that is not done */
	struct net_stream stream;
	struct port_frame frame[NET_BATCH];
};

extern struct port unix_ports[UNIX_PORTS];
extern u32 unix_port_count;

/* Attaches a port as the text of --net says ("tap:tap0,mtu=9000"), or ends the program with advice. */
void unix_attach(struct port *p, struct view how);

void unix_net_start(const struct unix_options *o);
bool unix_net_more(void);  /* some port may have frames that no wait is needed for */
void unix_net_look(void);  /* no wait has told which ports have something: ask them all */
void unix_net_flush(void); /* the end of a step: what was coalesced leaves */
void unix_port_down(struct port *p, long error);

void unix_stream_receive(struct port *p);
bool unix_stream_room(struct port *p);
void unix_stream_send(struct port *p, struct view head, const struct net_send *send);
void unix_stream_flush(struct port *p);

/* ---- unix_block.c ---- */
void unix_block_start(const struct unix_options *o);
bool unix_block_more(void); /* something is to be completed */

/* ---- unix_console.c ---- */
bool unix_console_wanted(void); /* the image reads its input: wait for it too */

/* ---- unix_log.c: --record and --pcap ---- */
extern struct record unix_record;
void unix_log_start(const struct unix_options *o);
/* A frame as the image sees it: before it is cut, or after it was joined. `rest`: pieces after the head, or null. */
void unix_pcap_frame(const struct port *p, bool sent, struct view head, const struct net_send *rest);
void unix_pcap_flush(void);

/* ---- unix.c ---- */
u64 unix_map(usize bytes); /* zeroed memory, counted in the image's bill; before image_start only */

#endif
