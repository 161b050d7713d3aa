/* spt_solo5.h - images built for Solo5's spt: a process with the seven system calls of that interface (doc/solo5.md).
 *
 * As for images of our own, the tender gives up all it has and jumps; what
 * differs is what the image finds, and which calls the filter lets through:
 * read and write on a port's descriptor, pread and pwrite of one block before a
 * disk's end, a wait on one epoll set and its timer, two clocks, write to the
 * console, the thread pointer, the end.
 */
#ifndef TENDER_SPT_SPT_SOLO5_H
#define TENDER_SPT_SPT_SOLO5_H

#include "plat/linux/command.h"

/* Runs it and does not return; or returns because it was not built for Solo5's
 * spt. That knows no stop request: a signal ends the image here and now. */
void spt_solo5(const struct command *o);

#endif
