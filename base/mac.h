/* mac.h - an Ethernet address: six bytes that devices and protocols both name. */
#ifndef BASE_MAC_H
#define BASE_MAC_H

#include "base/types.h"

struct mac {
	u8 b[6];
};

#endif
