/* measure.h - /bytes/N and /sink: bodies of any size, out and in, for tests and measurements.
 *
 * GET /bytes/N answers N bytes, up to 1,000,000,000. Byte i is P[i % 16381] of
 * the pattern that these lines make (16381 is prime, so a piece that is lost
 * or comes twice shifts all that follows and changes the hash):
 *
 *     x = 1; for each byte: x = x * 1664525 + 1013904223 mod 2^32; byte = x >> 24
 *
 * POST or PUT /sink takes a body of up to 1 TB, and answers how many bytes came, and whether
 * they were the pattern's.
 */
#ifndef APP_SITE_MEASURE_H
#define APP_SITE_MEASURE_H

#include "stack/http.h"

void measure_start(struct http_server *web);

#endif
