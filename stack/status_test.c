/* status_test.c - what a host tells of itself, read over a window of 500 bytes. */
#include "stack/host_test.h"
#include "stack/status.h"

static struct status_session readers[FLOWS];
static char told[16384];
static usize told_bytes;
static bool ended;

static struct flow *open_to(u32 family, u16 from_port, u16 to_port)
{
	struct flow *f = handshake(family, from_port, to_port, 500);

	EXPECT(f);
	return f;
}

/* The last frame's payload, if it is the next: it is kept, and acknowledged. */
static bool take(u32 family, u32 *next, u16 from_port)
{
	struct tcp_segment s;
	usize at = ETH_HEADER_BYTES + (family == 4 ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);
	struct reader r = reader_of(view_from(view_first(view_of(last), last_bytes), at));

	if (!segment_went(them(family), &s) || !tcp_read(&r, &s) || s.seq != *next)
		return false;
	struct view v = read_rest(&r);
	told_bytes += copy(span_from(span_make((u8 *)told, sizeof told - 1), told_bytes), v);
	ended = (s.flags & TCP_FIN) != 0;
	*next += (u32)v.n + ended;
	s = (struct tcp_segment){ .from_port = from_port,
		.to_port = 90,
		.seq = 1001,
		.ack = *next,
		.window = 500,
		.flags = TCP_ACK };
	segment_comes(them(family), &s, view_none());
	return v.n > 0 && !ended;
}

static void read_all(u32 family)
{
	struct flow *f;
	u32 next;

	memset(told, 0, sizeof told);
	told_bytes = 0;
	ended = false;
	f = open_to(family, 4000, 90);
	if (!f)
		return;
	next = f->tcp.snd_una;
	while (take(family, &next, 4000))
		;
}

static bool has(const char *line)
{
	return strstr(told, line) != NULL;
}

TEST(every_counter_is_told_under_its_name)
{
	for (u32 family = 4; family <= 6; family += 2) {
		u32 lines = 0;

		start();
		status_serve(&host, 90, readers);
		host.counts.ip4.in_hdr_errors = 1234;
		host.counts.ip6.out_no_routes = 5;
		host.counts.tcp.estab_resets = 6;
		host.counts.udp.no_ports = 7;
		host.counts.dropped_port_full = 8;
		host.counts.datagrams_out = 18446744073709551615u;
		read_all(family);
		EXPECT(ended);
		EXPECT(has("uptime_ms 0\n") && has("\nflows_limit 4\n") && has("\nflows_now 1\n"));
		EXPECT(has("\nip4.in_hdr_errors 1234\n") && has("\nip6.out_no_routes 5\n"));
		EXPECT(has("\ntcp.estab_resets 6\n") && has("\nudp.no_ports 7\n"));
		EXPECT(has("\ndropped_port_full 8\n") && has("\ndatagrams_out 18446744073709551615\nflow "));
		for (usize i = 0; i < told_bytes; i += 1)
			lines += told[i] == '\n';
		EXPECT_EQ(lines, 10 + sizeof(struct host_counts) / sizeof(u64) + 1);
		EXPECT(!has("\n ")); /* each has a name */
	}
}

TEST(every_connection_is_told_with_its_state)
{
	static u8 none[1];

	start();
	status_serve(&host, 90, readers);
	serve(&host, 80, idle, none, 0);
	struct flow *f = open_to(6, 4001, 80);
	if (!f)
		return;
	f->tcp.retransmits = 3;
	read_all(4);
	EXPECT(ended);
	EXPECT(has("\nflow [fd00::9]:4001 [fd00::2]:80 ESTABLISHED rtt_us "));
	EXPECT(has(" retransmits 3 "));
	EXPECT(has("\nflow 10.0.0.9:4000 10.0.0.2:90 ESTABLISHED "));
	EXPECT(has(" cubic slow start\n"));
}

TEST(who_does_not_read_costs_no_more_than_a_flow)
{
	start();
	status_serve(&host, 90, readers);
	struct flow *f = open_to(4, 4000, 90);

	EXPECT(f && f->tx.len <= 2048);
	(void)host_step(&host, host.now + NS_PER_S);
	EXPECT_EQ(host.tx.used, 1);
}
