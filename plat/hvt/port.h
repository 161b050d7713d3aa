/* port.h - dev/net.h on two rings a port. The tender has every offload, in hardware or not. */
#ifndef PLAT_HVT_PORT_H
#define PLAT_HVT_PORT_H

#include "dev/net.h"

void port_start(void);

/* A ring has frames that were not given back yet: step, do not rest. */
bool port_more(void);

#endif
