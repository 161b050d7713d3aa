/* multicast.h - listening to groups: datagrams to them reach the port that is bound, and routers and switches know.
 *
 *     static struct host_multicast groups;
 *
 *     multicast_start(h, &groups);
 *     multicast_listen(h, group);
 *
 * Answers go out from an address of the host. What is sent to a group has a hop limit of 1
 * (RFC 1112 6.1). An image that never says multicast_start() does not have the code.
 */
#ifndef STACK_MULTICAST_H
#define STACK_MULTICAST_H

#include "stack/host.h"

/* Once, before the first group. */
void multicast_start(struct host *h, struct host_multicast *m);

/* Counted: each wants its multicast_ignore(). False: no group, or MULTICAST_GROUPS are joined. */
bool multicast_listen(struct host *h, struct ip group);

/* False: it was not listened to. */
bool multicast_ignore(struct host *h, struct ip group);

#endif
