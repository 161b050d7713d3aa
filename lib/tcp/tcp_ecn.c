/* tcp_ecn.c - Explicit Congestion Notification (RFC 3168, 6.1): the path marks, and nothing is lost. */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

/* 6.1.1. A SYN that comes asks with both flags and is answered with one; who asked with a
 * SYN is answered with a SYN,ACK that has one, or, when both asked at once, with both of a SYN. */
void tcp_learn_ecn(struct tcp *t, const struct tcp_segment *syn)
{
	u32 says = syn->flags & (u32)(TCP_ECE | TCP_CWR);
	u32 agrees = (syn->flags & TCP_ACK) != 0 ? TCP_ECE : TCP_ECE | TCP_CWR;

	if (t->state == TCP_SYN_RECEIVED && (t->flags & F_ACTIVE) == 0 && (t->cc & CC_NO_ECN) == 0)
		t->cc |= CC_ECN;
	if (says != agrees || !image_parts.ecn)
		t->cc = (u16)(t->cc & ~(u32)CC_ECN);
}

/* A SYN that was lost may have been lost for its flags: the next is without (6.1.1.1). */
u8 tcp_syn_ecn(struct tcp *t)
{
	if (t->state == TCP_SYN_SENT && (t->flags & F_SYN_LOST) != 0)
		t->cc = (u16)(t->cc & ~(u32)CC_ECN);
	if (!has_ecn(t))
		return 0;
	return t->state == TCP_SYN_SENT ? TCP_ECE | TCP_CWR : TCP_ECE;
}

/* 6.1.3. CWR answers what was said before this segment; its own mark is news. */
void tcp_marked(struct tcp *t, const struct tcp_segment *s)
{
	if (!has_ecn(t))
		return;
	if ((s->flags & TCP_CWR) != 0)
		t->cc = (u16)(t->cc & ~(u32)CC_ECE);
	if (s->ecn == TCP_CE && s->len > 0) {
		t->cc |= CC_ECE;
		t->flags |= F_ACK_NOW;
	}
}

/* 6.1.2. Once a round trip, and not besides what a loss did in it. */
void tcp_told_of_marks(struct tcp *t, u32 flight)
{
	if (!has_ecn(t) || (t->cc & CC_REDUCED) != 0 || (t->flags & (F_RECOVERY | F_LOSS)) != 0 ||
		flight == 0)
		return;
	tcp_congestion_marked(t, flight);
	t->cc |= CC_REDUCED;
	t->recover = t->snd_max;
}
