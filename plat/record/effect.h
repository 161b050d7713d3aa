/* effect.h - a running hash of what an image did to the world.
 *
 * Two runs that did the same things in the same order have the same number;
 * it is how a replay is compared with its recording, and how two simulations
 * are. Not a cryptographic hash: nobody is attacking, somebody is mistaken.
 */
#ifndef PLAT_RECORD_EFFECT_H
#define PLAT_RECORD_EFFECT_H

#include "dev/block.h"
#include "dev/net.h"

struct effects {
	u64 hash;
};

/* The hash on its own: bytes and their length, from `seed`. The same on every machine. */
u64 effect_bytes(u64 seed, struct view v);
u64 effect_number(u64 seed, u64 n);

void effect_net_send(struct effects *e, u32 port, struct view head, const struct net_send *send);
void effect_net_rx_done(struct effects *e, u32 port, usize n);
void effect_net_multicast(struct effects *e, u32 port, struct mac group, bool want);
void effect_block_submit(struct effects *e, u32 disk, const struct block_request *request, bool accepted);
void effect_console_write(struct effects *e, struct view v);
void effect_console_rx_done(struct effects *e, usize n);
void effect_wake(struct effects *e, u64 wake);
void effect_leave(struct effects *e, u8 status);

#endif
