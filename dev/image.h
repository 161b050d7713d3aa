/* image.h - what every image is, and what it may ask of the platform it runs on.
 *
 * The platform owns the loop. It calls image_start() once, then image_step()
 * whenever a device has something, or the time the last step asked for has
 * come. Nothing in an image blocks, so a browser can host it; and a run is a
 * function of (options, seed, inputs), so it can be replayed bit for bit.
 *
 *     image_start(now);
 *     for (wake = now; !left; )
 *             wait until a device is ready or clock >= wake;
 *             wake = image_step(now);
 */
#ifndef DEV_IMAGE_H
#define DEV_IMAGE_H

#include "base/view.h"

/* ---- the image defines (stack/image.c does it for everyone) ---- */

/* Seen from outside where the image is a shared object that a runner loads
 * (plat/sim), though images are compiled with everything else hidden. */
#define IMAGE_SHOWN __attribute__((visibility("default")))

/* Before the first step; `now` is clock_monotonic() at that moment. */
IMAGE_SHOWN void image_start(u64 now);

/* Handles what has come and what is due, sends what can be sent. Returns when
 * to call again at the latest if no device has anything (TIME_NEVER: only then). */
IMAGE_SHOWN u64 image_step(u64 now);

/* The stop request: drain, then leave by this deadline (image_leave). Asked
 * twice, or late: the platform may end the image. */
IMAGE_SHOWN void image_stop(u64 now, u64 deadline);

/* A number that two runs share exactly if they went the same way: over the
 * image's tables and counters, without addresses. For replay. */
IMAGE_SHOWN u64 image_hash(void);

/* What the manifest calls it, and its devices in their order: ports of net.h and
 * disks of block.h, from 0; empty past the last. So that whoever starts it can
 * say which tap is which port. */
IMAGE_SHOWN struct view image_name(void);
IMAGE_SHOWN struct view image_port_name(u32 port);
IMAGE_SHOWN struct view image_disk_name(u32 disk);

/* ---- the platform defines ---- */

/* The image has finished; it is not stepped again. 0 is success. */
void image_leave(u8 status);

/* The arguments it was started with ("--port=8080"), i from 0; empty past the
 * last. They live as long as the image. */
struct view image_argument(usize i);

/* The platform's name ("unix", "sim"): for the log's first line. */
struct view image_platform(void);

/* What the image occupies now and the most it may: the running memory bill. */
struct image_memory {
	u64 resident_bytes; /* 0 where the platform cannot tell */
	u64 limit_bytes;    /* 0: no limit is set */
};
struct image_memory image_memory(void);

#endif
