/* confine.h - the process gives up what it does not need, for good, in the order that each step still allows the next.
 *
 *     descriptors    all are closed but those that are kept
 *     namespaces     users, mounts, IPC, host names, cgroups: its own, empty ones
 *     Landlock       no file, no TCP, no abstract socket, no signal to others
 *     limits         no file, no process, no memory, no core file
 *     capabilities   none
 *     no new ones    by executing anything
 *     seccomp        the filter: last, because all of the above are system calls
 *
 * All but the last two are more than is needed: the filter alone forbids every call
 * with which one could use them. They are there for the day that it has a hole. A
 * host may lack any of them (--verbose says which were had); without
 * seccomp nothing runs.
 */
#ifndef TENDER_CONFINE_H
#define TENDER_CONFINE_H

#include "plat/linux/linux.h"

/* `keep`: count descriptors, in any order; 0 to 2 are always kept. */
void confine(const i32 *keep, usize count, bool verbose);

/* The last step; nothing but the filter's calls comes after it. */
void confine_calls(const struct linux_bpf *code, usize count);

#endif
