/* carry.h - between a guest's rings and dev/, while the guest is stopped. It is not believed: whatever its page and
 * rings hold, nothing outside its memory is touched, and no device is asked what dev/ does not allow to ask. */
#ifndef TENDER_HVT_CARRY_H
#define TENDER_HVT_CARRY_H

#include "tender/hvt/guest.h"

/* What the guest is told before it first runs. */
void carry_start(struct guest *g);

/* Something has come for the guest, or its port has changed. */
bool carry_waits(const struct guest *g);

/* In: frames, completions, typed bytes, facts, clocks. */
void carry_in(struct guest *g);

/* Out: frames, disk requests, groups, console and log bytes. True: something
 * was answered at once, so the guest should go on without waiting. */
bool carry_out(struct guest *g);

#endif
