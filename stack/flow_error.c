/* flow_error.c - whether an ICMP error is about a segment that a flow has in flight. */
#include "stack/flow_table.h"

/* RFC 5927 4.1: SND.UNA =< SEG.SEQ < SND.NXT, and who does not see our segments cannot
 * know them. No error ends a flow (RFC 5927 5.2, RFC 1122 4.2.3.9): its timers do, when
 * nothing comes through. */
bool flow_error_in(struct host *h, const struct host_error *e)
{
	const struct icmp_quote *q = &e->quote;
	struct flow *f = flow_lookup(h, q->to, q->to_port, q->from, q->from_port);

	return f && q->seq - f->tcp.snd_una < f->tcp.snd_max - f->tcp.snd_una;
}
