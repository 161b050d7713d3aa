/* iperf3_parts.h - between the files of lib/iperf3. */
#ifndef LIB_IPERF3_IPERF3_PARTS_H
#define LIB_IPERF3_IPERF3_PARTS_H

#include "lib/iperf3/iperf3.h"

/* What is asked for, if it is something that is done here. */
enum iperf3_error iperf3_read_parameters(struct view json, struct iperf3_params *out);

/* What the client counted: the bytes of all its streams. */
bool iperf3_read_results(struct view json, u64 *bytes);

void iperf3_write_results(struct writer *w, const struct iperf3 *t);

/* The omitted part is over: what counts begins. */
void iperf3_count_from_here(struct iperf3 *t, u64 now);

/* TIME_NEVER where it would be later. */
u64 iperf3_later(u64 at, u64 ns);

/* Segments, of what counts. */
u64 iperf3_sent_again(const struct iperf3_stream *s);

/* What counts of the test took so long. */
u64 iperf3_took_ns(const struct iperf3 *t);

#endif
