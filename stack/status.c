/* status.c - see status.h. */
#include "stack/status.h"
#include "base/format.h"
#include "stack/flow_table.h"

/* ---- counters ---- */

static struct view counter_name(u32 i)
{
	/* In the order of struct host_counts, which is words only. */
	static const char names[] =
		"ip4.in_receives ip4.in_hdr_errors ip4.in_addr_errors ip4.in_unknown_protos "
		"ip4.in_delivers ip4.reasm_reqds ip4.reasm_oks ip4.reasm_fails "
		"ip4.out_requests ip4.out_no_routes ip6.in_receives ip6.in_hdr_errors "
		"ip6.in_addr_errors ip6.in_unknown_protos ip6.in_delivers ip6.reasm_reqds "
		"ip6.reasm_oks ip6.reasm_fails ip6.out_requests ip6.out_no_routes tcp.in_segs "
		"tcp.in_errs tcp.out_segs tcp.out_rsts tcp.attempt_fails tcp.estab_resets "
		"udp.in_errors udp.no_ports frames_in frames_out bytes_in bytes_out "
		"dropped_malformed dropped_checksum dropped_not_ours dropped_fragments "
		"dropped_no_flow dropped_no_buffer dropped_no_neighbour dropped_port_full "
		"errors_in refused flows_in flows_out flows_failed flows_evicted cookies_out "
		"cookies_in fast_in fast_full retransmits datagrams_in datagrams_out ";
	struct view left = view_make(names, sizeof names - 1u);

	while (i > 0) {
		left = view_from(left, view_find(left, ' ') + 1u);
		i -= 1;
	}
	return view_first(left, view_find(left, ' '));
}

#define COUNTERS (sizeof(struct host_counts) / sizeof(u64))
#define GAUGES   10u

static void write_gauge(struct writer *w, const struct host_facts *f, u32 i)
{
	const struct {
		struct view name;
		u64 value;
	} gauges[GAUGES] = { { text("uptime_ms"), f->uptime_ns / NS_PER_MS },
		{ text("flows_now"), f->flows_now }, { text("flows_most"), f->flows_most },
		{ text("flows_limit"), f->flows_limit }, { text("tcp.curr_estab"), f->curr_estab },
		{ text("rx_buffers_now"), f->rx_buffers_now },
		{ text("rx_buffers_limit"), f->rx_buffers_limit },
		{ text("tx_buffers_now"), f->tx_buffers_now },
		{ text("tx_buffers_limit"), f->tx_buffers_limit }, { text("neighbours"), f->neighbours } };

	write_view(w, gauges[i].name);
	write_text(w, " ");
	write_decimal(w, gauges[i].value);
	write_text(w, "\n");
}

static void write_counter(struct writer *w, const struct host_facts *f, u32 i)
{
	struct reader r = reader_of(view_make(&f->counts, sizeof f->counts));
	u64 value = 0;

	read_skip(&r, (usize)i * sizeof value);
	(void)copy(span_make(&value, sizeof value), read_view(&r, sizeof value));
	write_view(w, counter_name(i));
	write_text(w, " ");
	write_decimal(w, value);
	write_text(w, "\n");
}

static bool tell_counters(struct flow *f, struct status_session *s)
{
	struct host_facts facts = host_facts(f->host);

	for (; s->line < GAUGES + COUNTERS; s->line += 1) {
		u8 room[STATUS_LINE_MAX];
		struct writer w = writer_of(span_of(room));

		if (s->line < GAUGES)
			write_gauge(&w, &facts, s->line);
		else
			write_counter(&w, &facts, s->line - GAUGES);
		if (!flow_write(f, write_done(&w)))
			return false;
	}
	return true;
}

/* ---- connections ---- */

static void write_end(struct writer *w, struct ip ip, u16 port)
{
	write_view(w, ip_is4(ip) ? text(" ") : text(" ["));
	ip_write_text(w, ip);
	write_view(w, ip_is4(ip) ? text(":") : text("]:"));
	write_decimal(w, port);
}

static void write_number(struct writer *w, struct view name, u64 value)
{
	write_text(w, " ");
	write_view(w, name);
	write_text(w, " ");
	write_decimal(w, value);
}

static struct view control_name(enum tcp_control c)
{
	switch (c) {
	case TCP_CUBIC: return text("cubic");
	case TCP_NEWRENO: return text("reno");
	case TCP_BBR: return text("bbr");
	}
	return text("?");
}

static void write_flow(struct writer *w, const struct flow *f)
{
	struct tcp_facts t;

	tcp_facts(&f->tcp, &t);
	write_text(w, "flow");
	write_end(w, f->peer, f->peer_port);
	write_end(w, f->local, f->local_port);
	write_text(w, " ");
	write_view(w, tcp_state_name(tcp_state(&f->tcp)));
	write_number(w, text("rtt_us"), t.srtt_ns / 1000u);
	write_number(w, text("rttvar_us"), t.rttvar_ns / 1000u);
	write_number(w, text("rto_us"), t.rto_ns / 1000u);
	write_number(w, text("cwnd"), t.cwnd_bytes);
	write_number(w, text("ssthresh"), t.ssthresh_bytes);
	write_number(w, text("flight"), t.flight_bytes);
	write_number(w, text("peer_window"), t.peer_window_bytes);
	write_number(w, text("window"), t.window_bytes);
	write_number(w, text("mss"), t.mss);
	write_number(w, text("retransmits"), t.retransmits);
	write_number(w, text("pace"), t.pace_bytes_per_s);
	write_number(w, text("rx"), f->rx_len);
	write_number(w, text("tx"), f->tx.len);
	write_text(w, " ");
	write_view(w, control_name(t.control));
	write_view(w, t.ecn ? text(" ecn ") : text(" "));
	write_view(w, tcp_phase_name(t.phase));
	write_text(w, "\n");
}

static bool tell_flows(struct flow *f, struct status_session *s)
{
	const struct host *h = f->host;

	for (; s->flow < h->flows.fresh; s->flow += 1) {
		u8 room[STATUS_LINE_MAX];
		struct writer w = writer_of(span_of(room));

		if (pool_handle(&h->flows, s->flow) == 0)
			continue;
		write_flow(&w, &h->tables.flows[s->flow]);
		require(!write_bad(&w));
		if (!flow_write(f, write_done(&w)))
			return false;
	}
	return true;
}

static enum next tell(void *session, struct flow *f)
{
	struct status_session *s = session;

	flow_rx_done(f, flow_rx(f).n);
	if (flow_failed(f) || (tell_counters(f, s) && tell_flows(f, s)))
		return NEXT_CLOSE;
	return NEXT_WAIT;
}

void status_serve(struct host *h, u16 port, struct status_session *readers)
{
	serve(h, port, tell, readers, sizeof *readers);
}
