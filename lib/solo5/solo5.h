/* solo5.h - Solo5's interface between a guest and its tender, as bytes: notes, manifest, boot information, hypercalls.
 *
 * Solo5 is what MirageOS runs on. A guest is a static ELF file that says in two
 * notes which interface it was built for and which devices it wants; a tender
 * loads it, tells it in low memory what it got, and serves its calls. There
 * are two such interfaces: `hvt`, a virtual machine in ring 0 that calls by
 * writing the address of a struct to a port, and `spt`, a process that makes
 * a few system calls on descriptors it is given. doc/solo5.md has the whole
 * picture and where it is taken from; this file is the part that is bytes.
 *
 * Everything is little-endian and laid out as a C compiler for 64-bit machines
 * would. Both ends use this: plat/solo5 reads what tender/ writes, and the
 * other way round. Nothing here trusts the other side: readers take any bytes.
 *
 * A device is known by its handle, its index in the manifest; handle 0 is a
 * reserved entry that is no device, so there are 63 at the most.
 */
#ifndef LIB_SOLO5_SOLO5_H
#define LIB_SOLO5_SOLO5_H

#include "base/mac.h"
#include "base/reader.h"
#include "base/writer.h"

/* ---- which interface ---- */

enum solo5_target { SOLO5_NO_TARGET, SOLO5_HVT = 1, SOLO5_SPT = 2 }; /* 3 to 6: virtio, muen, genode, xen */

#define SOLO5_VERSION        2u /* of both interfaces; 1 differs in the number alone */
#define SOLO5_VERSION_OLDEST 1u

enum solo5_verdict {
	SOLO5_OK,
	SOLO5_OTHER_NOTE,     /* a note of somebody else's, or of another type */
	SOLO5_CUT_OFF,        /* shorter than it says it is */
	SOLO5_OTHER_VERSION,  /* a manifest of a version that is not 1 */
	SOLO5_WRONG_SIZE,     /* the manifest's size does not fit its count */
	SOLO5_TOO_MANY,       /* more than SOLO5_HANDLES entries */
	SOLO5_BAD_FIRST,      /* the first entry is not the reserved one */
	SOLO5_BAD_NAME,       /* not of 1 to 67 letters and digits, or given twice */
	SOLO5_BAD_KIND,       /* neither a network port nor a disk */
	SOLO5_ATTACHED_BEFORE /* an entry in a file says that it is attached */
};

struct solo5_abi {
	u32 target, version;
};

/* What a PT_NOTE segment holds: the first note in it, which is all that a tender looks at. */
enum solo5_verdict solo5_abi_note(struct view note, struct solo5_abi *abi);

/* Whether a tender of ours runs it. */
bool solo5_abi_known(const struct solo5_abi *abi, enum solo5_target target);

/* ---- the manifest ---- */

#define SOLO5_HANDLES         64u
#define SOLO5_NAME_MOST       67u /* letters and digits */
#define SOLO5_ENTRY_BYTES     104u
#define SOLO5_MANIFEST_BYTES  (8u + SOLO5_HANDLES * SOLO5_ENTRY_BYTES) /* at the most */
#define SOLO5_BLOCK_BYTES     512u /* a disk's block, unless it says otherwise */
#define SOLO5_ETHERNET_HEADER 14u  /* a frame is at most this and the MTU */

enum solo5_kind { SOLO5_BLOCK = 1, SOLO5_NET = 2, SOLO5_RESERVED = 1 << 30 };

struct solo5_device {
	enum solo5_kind kind;
	u32 name_bytes;
	u8 name[SOLO5_NAME_MOST];
	u32 attached; /* 1: the rest is known; 0: it is zero */
	u64 capacity; /* disks: bytes */
	u16 block_bytes;
	struct mac mac; /* ports */
	u16 mtu;
	i32 fd; /* spt: the descriptor to use */
};

struct solo5_manifest {
	u32 count; /* with the reserved entry: 1 or more once read */
	struct solo5_device device[SOLO5_HANDLES];
};

/* The manifest as an image file has it: nothing is attached yet. On error it is empty (count 0). */
enum solo5_verdict solo5_manifest_note(struct view note, struct solo5_manifest *m);

/* The same without a note around it, as a tender puts it into memory: devices may be attached. */
enum solo5_verdict solo5_manifest_read(struct view bytes, struct solo5_manifest *m);

/* 8 + count * 104 bytes. */
void solo5_manifest_write(struct writer *w, const struct solo5_manifest *m);

struct view solo5_name(const struct solo5_device *d);

/* The handle of the device with this name and kind; 0: there is none. */
u32 solo5_handle(const struct solo5_manifest *m, enum solo5_kind kind, struct view name);

struct view solo5_verdict_text(enum solo5_verdict v);

/* ---- what the guest is told at its start ---- */

#define SOLO5_BOOT_BYTES    40u /* of both interfaces */
#define SOLO5_COMMAND_BYTES 8192u

/* Guest addresses. Memory begins at 0 for the guest, but nothing of it lies
 * below SOLO5_LOW; from there to SOLO5_BASE a tender puts what it has to say. */
#define SOLO5_LOW      0x10000u
#define SOLO5_HVT_BOOT 0x10000u
#define SOLO5_SPT_BOOT 0x11000u
#define SOLO5_BASE     0x100000u /* the lowest address a segment may have */

struct solo5_boot {
	u64 memory_bytes;
	u64 image_end;    /* behind the last segment, whole pages */
	u64 command_line; /* address of a zero-ended string: arguments joined by spaces */
	u64 manifest;     /* address */
	u64 cycles_per_s; /* hvt: of the time stamp counter */
	i32 epoll_fd;     /* spt, not negative: has the ports' descriptors and the timer's */
	i32 timer_fd;     /* spt */
};

#define SOLO5_TIMER_DATA 0xfffffffeu /* spt: what epoll says of the timer; of ports, their handle */

bool solo5_boot_read(struct view bytes, enum solo5_target target, struct solo5_boot *boot);
void solo5_boot_write(struct writer *w, enum solo5_target target, const struct solo5_boot *boot);

/* ---- hvt: hypercalls ---- */

/* A 32-bit write of an argument's guest address to port SOLO5_PORT + call. */
#define SOLO5_PORT 0x500u

enum solo5_call {
	SOLO5_WALLTIME = 1,
	SOLO5_PUTS,
	SOLO5_POLL,
	SOLO5_BLOCK_WRITE,
	SOLO5_BLOCK_READ,
	SOLO5_NET_WRITE,
	SOLO5_NET_READ,
	SOLO5_HALT,
	SOLO5_CALLS
};

enum solo5_result {
	SOLO5_R_OK,
	SOLO5_R_AGAIN,  /* not now */
	SOLO5_R_EINVAL, /* no such device, or not aligned, or past its end */
	SOLO5_R_EUNSPEC /* it failed */
};

#define SOLO5_ARGUMENT_BYTES 40u  /* the largest argument's */
#define SOLO5_COOKIE_BYTES   512u /* what a HALT may point to: the registers at a trap */
#define SOLO5_EXIT_ABORT     255u /* a guest that ended because something was wrong */

/* What the guest asks; fields that the call does not have are zero. */
struct solo5_request {
	u64 handle;
	u64 offset;      /* in a disk */
	u64 data, bytes; /* guest address and length */
	u64 timeout_ns;  /* from now */
	u64 cookie;      /* guest address, or 0 */
	i32 exit_status;
};

struct solo5_answer {
	enum solo5_result result;
	u64 wall_ns;
	u64 bytes; /* NET_READ: of the frame */
	u64 ready; /* POLL: a bit for each handle that has something */
	u32 ready_count;
};

/* The length of the call's argument; 0: there is no such call. */
usize solo5_argument_bytes(u32 call);

/* From the argument's bytes; false: they are fewer than that, or there is no such call. */
bool solo5_request_read(u32 call, struct view argument, struct solo5_request *r);

/* The guest's side of the same. */
void solo5_request_write(struct writer *w, enum solo5_call call, const struct solo5_request *r);

/* Over the argument's bytes, of which there are solo5_argument_bytes(): only the fields that are answers. */
void solo5_answer_write(enum solo5_call call, struct span argument, const struct solo5_answer *a);
bool solo5_answer_read(u32 call, struct view argument, struct solo5_answer *a);

/* Whether [at, at + bytes) is memory that the guest may name: above SOLO5_LOW
 * and below the end. No bytes at any such address are fine. */
bool solo5_in_memory(u64 memory_bytes, u64 at, u64 bytes);

/* Whether a disk's device may be read or written there: whole blocks, before its end. */
bool solo5_on_disk(const struct solo5_device *disk, u64 offset, u64 bytes);

#endif
