/* prove: lib/eth/eth.c lib/ip/ip.c lib/parts/parts.c
 *
 * eth_prove.c - any frame of any length. */
#include "lib/ip/ip_prove.h"

int main(void)
{
	call_ip();
	return 0;
}
