/* sim_guest.h - an image that is called, and answered: the seam between dev/ and what plays the world.
 *
 * The functions of dev/ are defined here, once in the process; they speak for
 * the guest that is running (one at a time: images do not nest) and ask its
 * `devices`: the simulated world (sim_host.c), or a recording (sim_replay.c).
 * Effects are hashed here and answers recorded here, for both alike.
 */
#ifndef PLAT_SIM_SIM_GUEST_H
#define PLAT_SIM_SIM_GUEST_H

#include <setjmp.h>
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "plat/record/record.h"

struct sim_guest;

/* dev/'s functions, with the guest in front. */
struct sim_devices {
	usize (*net_rx)(struct sim_guest *g, u32 port, struct net_frame *frames, usize max);
	void (*net_rx_done)(struct sim_guest *g, u32 port, usize n);
	struct span (*net_tx)(struct sim_guest *g, u32 port);
	struct view (*net_tx_head)(
		struct sim_guest *g, u32 port, usize head); /* that much of the room it lent */
	void (*net_tx_send)(struct sim_guest *g, u32 port, struct view head, const struct net_send *send);
	struct net_facts (*net_facts)(struct sim_guest *g, u32 port);
	void (*net_multicast)(struct sim_guest *g, u32 port, struct mac group, bool want);
	struct block_facts (*block_facts)(struct sim_guest *g, u32 disk);
	bool (*block_submit)(struct sim_guest *g, u32 disk, const struct block_request *request);
	bool (*block_complete)(struct sim_guest *g, u32 disk, struct block_done *done, struct view *data);
	u64 (*clock_monotonic)(struct sim_guest *g);
	u64 (*clock_wall)(struct sim_guest *g);
	enum entropy_source (*entropy_seed)(struct sim_guest *g, struct span out);
	u64 (*entropy_generation)(struct sim_guest *g);
	void (*console_write)(struct sim_guest *g, struct view v);
	struct view (*console_rx)(struct sim_guest *g);
	void (*console_rx_done)(struct sim_guest *g, usize n);
	struct view (*image_argument)(struct sim_guest *g, usize i);
	struct view (*image_platform)(struct sim_guest *g);
	struct image_memory (*image_memory)(struct sim_guest *g);
};

/* What is called: a loaded image, or functions of a test. */
struct sim_image {
	void (*start)(u64 now);
	u64 (*step)(u64 now);
	void (*stop)(u64 now, u64 deadline);
	u64 (*hash)(void);
	struct view (*name)(void); /* may be null */
	void *handle;              /* dlopen's, or null */
};

#define SIM_WHY_BYTES 256u

struct sim_guest {
	const struct sim_devices *devices; /* first: whose guest it is */
	struct sim_image image;
	struct effects effects;
	struct record *record; /* null: none */
	u64 steps;             /* calls of image_start, _step, _stop that returned */
	bool left;
	u8 status;
	bool panicked;
	char why[SIM_WHY_BYTES]; /* it panicked */
	jmp_buf out;
};

/* Loads out/sim/NAME.so with memory of its own: loaded twice, it is two images.
 * False: `why` says what is wrong with it. */
bool image_load(struct sim_image *image, const char *path, char why[SIM_WHY_BYTES]);
void image_unload(struct sim_image *image);

/* Each is one call of the image; false: it panicked in it. */
bool guest_start(struct sim_guest *g, u64 now);
bool guest_step(struct sim_guest *g, u64 now, u64 *wake);
bool guest_stop(struct sim_guest *g, u64 now, u64 deadline);
u64 guest_hash(struct sim_guest *g);

/* The guest whose code runs now; null outside. */
struct sim_guest *guest_running(void);

/* For a program's panic(): if a guest runs it ends there and this does not
 * return; otherwise it does. */
void guest_panic(const char *file, u32 line, const char *what);

/* The guest ends here, with these words, as if it had panicked. */
_Noreturn void guest_end(struct sim_guest *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
