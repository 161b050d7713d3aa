/* iperf3_fuzz.c - any client, in any pieces, at any time: states go one way, limits hold, nothing is counted but while
 * the test runs, and results are JSON. The first byte says how the cookie and the parameters are given: from the input, or good. */
#include "lib/iperf3/iperf3.h"
#include "lib/json/json.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct iperf3 server;

static struct view piece_of(struct reader *r)
{
	u8 n = read_u8(r);

	return read_view(r, n < read_left(r) ? n : read_left(r));
}

static void hear_json(struct view json, u64 now)
{
	u8 head[4];
	struct writer w = writer_of(span_of(head));

	write_be32(&w, (u32)json.n);
	iperf3_rx(&server, view_of(head), now);
	iperf3_rx(&server, json, now);
}

/* What is said in front of the results is one byte each. */
static void results_are_json(void)
{
	struct reader r = reader_of(iperf3_tx(&server));
	struct json j = json_start();
	struct view raw;
	enum json_kind k;
	u32 n;

	while (read_left(&r) > 0 && read_peek(&r) != 0)
		read_skip(&r, 1);
	n = read_be32(&r);
	if (read_bad(&r))
		return;
	raw = read_view(&r, n);
	require(!read_bad(&r) && raw.n > 0);
	r = reader_of(raw);
	while ((k = json_next(&j, &r, &raw)) != JSON_END)
		require(k != JSON_BAD);
}

static void counts(struct reader *r, u64 now)
{
	u32 stream = read_u8(r) % (IPERF3_STREAMS_BOTH + 2u);
	u64 before = iperf3_bytes(&server, true) + iperf3_bytes(&server, false);
	bool runs = server.state == IPERF3_TEST_RUNNING;
	u8 room[16];
	struct writer w = writer_of(span_of(room));

	iperf3_took(&server, stream, read_u8(r), now);
	iperf3_sent(&server, stream, read_u8(r), now);
	iperf3_retransmits(&server, stream, read_u8(r));
	iperf3_datagram(&server, stream, piece_of(r), now);
	iperf3_write_head(&server, &w, stream, now);
	require(!write_bad(&w));
	require(runs || iperf3_send_at(&server, stream) == TIME_NEVER);
	require(runs || iperf3_bytes(&server, true) + iperf3_bytes(&server, false) == before);
}

static void act(struct reader *r, u64 now)
{
	enum iperf3_state before = server.state;
	u8 room[300];
	struct writer w = writer_of(span_of(room));

	switch (read_u8(r) % 8u) {
	case 0: iperf3_rx(&server, piece_of(r), now); break;
	case 1: hear_json(piece_of(r), now); break;
	case 2: counts(r, now); break;
	case 3: iperf3_tx_done(&server, iperf3_tx(&server).n); break;
	case 4:
		if (server.state == IPERF3_CREATE_STREAMS)
			iperf3_run(&server, text("cubic"), now);
		break;
	case 5: iperf3_opened(&server, now); break;
	case 6: iperf3_rx(&server, text("\x04"), now); break;
	case 7: iperf3_step(&server, now); break;
	}
	require(server.state >= before);
	require((server.state == IPERF3_IPERF_DONE) == (server.end != IPERF3_RUNS));
	require((server.end == IPERF3_REFUSED) == (server.error != IPERF3_IENONE));
	require(iperf3_streams(&server) <= IPERF3_STREAMS_BOTH);
	if (server.state == IPERF3_DISPLAY_RESULTS && before != server.state)
		results_are_json();
	iperf3_write_summary(&w, &server);
	require(!write_bad(&w));
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size > 4096 ? 4096 : size));
	u64 now = NS_PER_S;
	u8 how = read_u8(&r);

	iperf3_start(&server, now);
	if ((how & 1u) != 0)
		iperf3_rx(&server, text("abcdefghijklmnopqrstuvwxyz0123456789."), now);
	if ((how & 2u) != 0)
		hear_json(text("{\"udp\":true,\"parallel\":2,\"bidirectional\":true,\"len\":100,\"omit\":1}"),
			now);
	if ((how & 4u) != 0)
		hear_json(text("{\"tcp\":true,\"parallel\":3,\"reverse\":true,\"bandwidth\":1e6,\"get_server_"
			       "output\":1}"),
			now);
	while (read_left(&r) > 0) {
		now += read_u8(&r) * 100u * NS_PER_MS;
		act(&r, now);
	}
	return 0;
}
