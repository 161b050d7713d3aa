/* guest.h - one image in one machine: what the parts of the tender know of it.
 *
 * The tender is a program on plat/linux like a Unix image is, and what is "the
 * image" there is a guest here: image_step() lets it run until it rests.
 * Around that, what has come goes in and what it sent goes out, through the
 * same dev/net.h, dev/block.h and dev/console.h that plat/linux implements for
 * everybody. So attaching, waiting, stopping and capturing are written once.
 */
#ifndef TENDER_HVT_GUEST_H
#define TENDER_HVT_GUEST_H

#include "lib/frames/frames.h"
#include "plat/hvt/abi.h"
#include "tender/hvt/machine.h"
#include "tender/hvt/plan.h"

_Static_assert(HVT_PORTS == PLAN_PORTS, "as many ports as there are rings planned for");

struct guest_counters {
	u64 steps; /* times it was let run until it rested */
	u64 frames_in, frames_out, bytes_in, bytes_out;
	u64 refused;  /* frames it sent that no network has */
	u64 requests; /* of disks */
};

struct guest_port {
	struct frames_writer rx;
	struct frames_reader tx;
	struct span rx_ring;
	struct view tx_ring;
};

struct guest {
	struct span all; /* its physical memory */
	struct memory memory;
	struct image_file image;
	u32 ports, disks; /* that its manifest names */
	struct view file; /* its name */

	u64 entry, stack, host_at;             /* addresses: code, stack end, host page */
	struct hvt_host *host;                 /* what it may read */
	const volatile struct hvt_guest *said; /* what it may write */
	struct guest_port port[HVT_PORTS];
	struct frames_reader console, log;
	struct view console_ring, log_ring;
	i32 log_file;
	struct guest_counters count;
};

#endif
