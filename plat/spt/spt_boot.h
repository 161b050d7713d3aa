/* spt_boot.h - the ABI between the spt tender and an image in its process: version 3.
 *
 * The tender (tender/spt) is the program that is started. It maps the image into
 * its own process, relocates it, takes every right away that the image's manifest
 * does not need, and jumps to the ELF file's entry with
 *
 *     first argument   the address of a struct spt_boot
 *     stack            fresh, between two guard pages, aligned as at a function's start
 *     signals          handled by the image's own functions, on a stack the tender has mapped: struct spt_handlers says which
 *
 * and is gone: all of it but the page it jumped from is unmapped. From then on the image
 * makes its own system calls, on descriptors that are open: a filter (tender/filter.h)
 * allows it these and no others.
 *
 * Memory of the image, each part with a page that is not mapped before and behind it:
 *
 *     image    text, constants, data: as its segments say, never both written and executed;
 *              constants that hold addresses are read-only already (RELRO)
 *     stack    as the note says
 *     boot     SPT_BOOT_BYTES, read-only: struct spt_boot and what it points to
 *     shared   struct watch and the signals' stack: written by the handlers and the image
 *     room     zeroed, for devices: attached_port_room() for each port, TRAIL_ROOM_BYTES with --pcap,
 *              each rounded up to a page
 *     ring     with --io=uring: a ring of io_uring for the ports, made and locked (plat/linux/uring.h)
 *
 * All numbers are of fixed widths and pointers are u64, so that the page can be read by
 * whoever looks at a core file.
 */
#ifndef PLAT_SPT_SPT_BOOT_H
#define PLAT_SPT_SPT_BOOT_H

#include "plat/linux/attached.h"

#define SPT_VERSION    3u
#define SPT_MAGIC      0x0000747073617466ull /* "ftaspt" */
#define SPT_PAGE       4096u
#define SPT_BOOT_BYTES 8192u
#define SPT_ARGUMENTS  64u

/* In front of the entry, relative to it: the handlers of faults and of stop requests (plat/linux/watch.h), and what
 * they return to. The tender sets them when nothing but the filter's calls is possible any more. */
struct spt_handlers {
	i32 fault, stop, restorer, zero;
};

/* Bytes inside the boot page, from its start. */
struct spt_text {
	u32 at, bytes;
};

struct spt_boot {
	u64 magic;
	u32 version, bytes; /* of this struct; texts follow */
	u64 image, image_bytes;
	u64 stack_bottom, stack_bytes;
	u64 watch;            /* struct watch: stop requests */
	u64 room, room_bytes; /* memory for devices */
	u64 vdso;             /* the clock's code (an ELF header), or 0: by system call */
	u64 guard;            /* random, for the stack protector */
	u64 stop_ns;          /* how long it may take to leave when asked */
	u64 memory_bytes;     /* the bill: all of the above, and it can get no more */
	i32 statm;            /* /proc/self/statm, or -1 */
	u32 arguments;
	struct spt_text argument[SPT_ARGUMENTS];
	struct spt_text symbols; /* the file that knows the image's functions, for reports */
	struct attached attached;
};

#endif
