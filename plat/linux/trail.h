/* trail.h - what a run leaves behind when asked: --record (for fata replay) and --pcap (for Wireshark). */
#ifndef PLAT_LINUX_TRAIL_H
#define PLAT_LINUX_TRAIL_H

#include "dev/net.h"
#include "plat/linux/port.h"
#include "plat/record/record.h"

extern struct record trail_record;

/* After the ports. */
void trail_start(const struct attached *a);

/* A frame as the image sees it: before it is cut, or after it was joined. `rest`: pieces after the head, or null. */
void trail_frame(u32 port, bool sent, struct view head, const struct net_send *rest);
void trail_flush(void);

/* All of the record so far is written: something is wrong, and this is what leads back to it. */
void trail_last(void);

#endif
