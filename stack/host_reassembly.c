/* host_reassembly.c - fragments in, and what is to be said when they never become whole. */
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

static struct span memory_of(const struct host_reassembly *r)
{
	return span_make(r->memory, r->memory_bytes);
}

/* RFC 8200 4.5: behind the fragment header more extension headers may stand. */
static bool upper6(struct host_packet *p, struct view *payload)
{
	struct ip6 ip = { .from = p->from, .to = p->to, .protocol = p->protocol };

	if (ip6_read_reassembled(*payload, &ip, payload) != IP6_OK)
		return false;
	p->protocol = ip.protocol;
	return true;
}

static void whole_in(struct host *h, const struct host_packet *last, const struct reassembled *d)
{
	struct view memory = span_view(memory_of(h->reassembly));
	struct view payload = reassembly_payload(memory, d);
	/* Checksums the port has seen were of pieces. */
	struct net_frame frame = { .data = reassembly_quoted(memory, d), .csum = NET_CSUM_CHECK };
	struct host_packet p = *last;

	p.whole = frame.data;
	p.protocol = d->protocol;
	p.reassembled = true;
	p.frame = &frame;
	if (!ip_is4(p.to) && !upper6(&p, &payload))
		host_count(&h->counts.dropped_malformed, 1);
	else
		(void)host_packet_in(h, &p, payload);
}

static void fragment_in(
	struct host *h, const struct host_packet *p, const struct fragment *f, struct view data)
{
	struct host_reassembly *r = h->reassembly;
	struct view head = view_first(p->whole, p->whole.n - data.n);
	struct reassembled d;

	h->aside_ns = 0;
	switch (reassembly_add(&r->core, memory_of(r), f, head, data, h->now, &d)) {
	case REASSEMBLY_WHOLE:
		host_count(&host_ip_counts(h, p->to)->reasm_oks, 1);
		whole_in(h, p, &d);
		break;
	case REASSEMBLY_MORE: break;
	case REASSEMBLY_DUPLICATE:
	case REASSEMBLY_OVERLAP:
	case REASSEMBLY_BAD_LENGTH:
	case REASSEMBLY_TOO_LONG:
	case REASSEMBLY_TORN:
	case REASSEMBLY_REFUSED:
		host_count(&h->counts.dropped_fragments, 1);
		host_count(&host_ip_counts(h, p->to)->reasm_fails, 1);
		break;
	}
}

/* RFC 1122 3.3.2, RFC 8200 4.5: "fragment reassembly time exceeded". */
static u64 expire(struct host *h)
{
	struct host_reassembly *r = h->reassembly;
	struct view memory = span_view(memory_of(r));
	struct reassembled d;

	while (reassembly_expired(&r->core, h->now, &d)) {
		bool four = ip_is4(d.to);
		struct host_packet p = { .from = d.from,
			.to = d.to,
			.protocol = d.protocol,
			.whole = reassembly_quoted(memory, &d),
			.icmp_type = icmp_type_of(reassembly_payload(memory, &d)) };

		host_count(&h->counts.dropped_fragments, 1);
		host_count(&host_ip_counts(h, d.to)->reasm_fails, 1);
		if (d.head_bytes > 0)
			(void)host_error_out(h, &p, four ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED, 1);
	}
	return reassembly_deadline(&r->core);
}

void host_reassemble(
	struct host *h, struct host_reassembly *r, u32 count, u32 bytes, u8 *memory, usize memory_bytes)
{
	require(memory_bytes >= REASSEMBLY_MEMORY(count, bytes));
	*r = (struct host_reassembly){
		.memory = memory, .memory_bytes = memory_bytes, .in = fragment_in, .step = expire
	};
	reassembly_init(&r->core, count, bytes);
	h->reassembly = r;
}
