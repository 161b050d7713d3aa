/* record_test.c - what is written is read back, wherever the file is cut. */
#include "plat/record/record.h"
#include "plat/record/log.h"
#include "test/test.h"

static struct record recorder;
static u8 file_bytes[4u << 20], stream_bytes[4u << 20];
static usize file_len;

void record_out(struct record *r, struct view bytes)
{
	(void)r;
	file_len += copy(span_from(span_of(file_bytes), file_len), bytes);
}

static struct record *fresh(void)
{
	memset(&recorder, 0, sizeof recorder);
	file_len = 0;
	record_begin(&recorder, text("hello"), text("b1"), text("unix"));
	return &recorder;
}

static struct log reading(void)
{
	struct log log;

	EXPECT_EQ(log_open(&log, view_make(file_bytes, file_len), span_of(stream_bytes)), LOG_OK);
	return log;
}

static struct log_event event; /* large: not on the stack of every test */

static struct log_event *next(struct log *log, enum record_event kind)
{
	EXPECT_EQ(log_next(log, &event), LOG_OK);
	EXPECT_EQ(event.kind, kind);
	return &event;
}

/* One step with a frame in, a question nobody could answer, a frame out. */
static void step(struct record *r, u64 now)
{
	struct net_frame f[2] = { { text("frame one"), NET_CSUM_GOOD, 0 },
		{ text("frame two"), NET_CSUM_CHECK, 1448 } };
	struct net_send send = {
		.piece = { text("payload") }, .csum = NET_CSUM_FILL, .csum_start = 34, .csum_offset = 16
	};

	record_step(r, now);
	record_net_rx(r, 0, f, 2, NET_BATCH);
	record_net_rx_done(r, 0, 2);
	record_net_rx(r, 0, f, 0, NET_BATCH);
	record_net_tx(r, 0, RECORD_ROOM);
	record_net_send(r, 0, text("head"), &send);
	record_net_tx(r, 0, 0);
	record_return(r, now + 5);
}

TEST(a_recording_is_read_back_event_by_event)
{
	struct record *r = fresh();
	struct log log;
	struct log_event *e;

	record_argument(r, text("--port=80"));
	record_start(r, 1000);
	record_entropy_seed(r, ENTROPY_HOST, text("secret"));
	record_clock_wall(r, 1700000000ull * NS_PER_S);
	record_return(r, TIME_NEVER);
	step(r, 990); /* back: the platform's clock is not believed either */
	record_stop(r, 2000, 9000);
	record_leave(r, 7);
	record_return(r, TIME_NEVER);
	record_end(r, 0x1234567890abcdefull);
	EXPECT(!r->on);

	log = reading();
	e = next(&log, RECORD_IMAGE);
	EXPECT_VIEW(e->name, text("hello"));
	EXPECT_VIEW(e->build, text("b1"));
	EXPECT_VIEW(e->platform, text("unix"));
	EXPECT_VIEW(next(&log, RECORD_ARGUMENT)->bytes, text("--port=80"));
	EXPECT_EQ(next(&log, RECORD_START)->now, 1000);
	e = next(&log, RECORD_ENTROPY_SEED);
	EXPECT_EQ(e->source, ENTROPY_HOST);
	EXPECT_VIEW(e->bytes, text("secret"));
	EXPECT_EQ(next(&log, RECORD_CLOCK_WALL)->now, 1700000000ull * NS_PER_S);
	EXPECT_EQ(next(&log, RECORD_RETURN)->asked, 0);
	EXPECT_EQ(next(&log, RECORD_STEP)->now, 990);
	e = next(&log, RECORD_NET_RX);
	EXPECT_EQ(e->asked, 0);
	EXPECT_EQ(e->count, 2);
	EXPECT_EQ(e->frame_count, 2);
	EXPECT_VIEW(e->frames[0].data, text("frame one"));
	EXPECT_EQ(e->frames[0].csum, NET_CSUM_GOOD);
	EXPECT_VIEW(e->frames[1].data, text("frame two"));
	EXPECT_EQ(e->frames[1].csum, NET_CSUM_CHECK);
	EXPECT_EQ(e->frames[1].gso_size, 1448);
	e = next(&log, RECORD_NET_TX);
	EXPECT_EQ(e->asked, 2); /* the empty net_rx, and the net_tx that lent room */
	EXPECT_EQ(e->count, 0);
	EXPECT_EQ(next(&log, RECORD_RETURN)->asked, 0);
	e = next(&log, RECORD_STOP);
	EXPECT_EQ(e->now, 2000);
	EXPECT_EQ(e->deadline, 9000);
	EXPECT_EQ(next(&log, RECORD_LEFT)->status, 7);
	next(&log, RECORD_RETURN);
	e = next(&log, RECORD_END);
	EXPECT_EQ(e->count, 3);
	EXPECT_EQ(e->hash, r->effects.hash);
	EXPECT_EQ(e->image_hash, 0x1234567890abcdefull);
	EXPECT_EQ(log_next(&log, e), LOG_END);
}

TEST(facts_are_written_once_and_when_they_change)
{
	struct record *r = fresh();
	struct net_facts net = {
		.mac = { { 2, 0, 0, 0, 0, 1 } }, .mtu = 1500, .up = true, .can = 7, .gso_bytes = 65536
	};
	struct block_facts block = { 2048, 512, 64, 8, false, true };
	struct block_done done = { 77, BLOCK_IO_ERROR };
	struct log log;
	struct log_event *e;

	for (u32 i = 0; i < 3; i += 1) {
		record_net_facts(r, 1, &net);
		record_block_facts(r, 2, &block);
	}
	net.lost = 5;
	record_net_facts(r, 1, &net);
	record_block_complete(r, 2, NULL, view_none());
	record_block_complete(r, 2, &done, text("part"));
	record_entropy_generation(r, 0);
	record_entropy_generation(r, 3);
	record_image_memory(r, (struct image_memory){ 4096, 8192 });
	record_flush(r);

	log = reading();
	next(&log, RECORD_IMAGE);
	e = next(&log, RECORD_NET_FACTS);
	EXPECT_EQ(e->port, 1);
	EXPECT_EQ(e->net.mac.b[5], 1);
	EXPECT_EQ(e->net.mtu, 1500);
	EXPECT_EQ(e->net.can, 7);
	EXPECT_EQ(e->net.gso_bytes, 65536);
	e = next(&log, RECORD_BLOCK_FACTS);
	EXPECT_EQ(e->port, 2);
	EXPECT_EQ(e->block.sectors, 2048);
	EXPECT(e->block.discard && !e->block.read_only);
	e = next(&log, RECORD_NET_FACTS);
	EXPECT_EQ(e->asked, 4);
	EXPECT_EQ(e->net.lost, 5);
	e = next(&log, RECORD_BLOCK_DONE);
	EXPECT_EQ(e->asked, 1);
	EXPECT_EQ(e->done.tag, 77);
	EXPECT_EQ(e->done.verdict, BLOCK_IO_ERROR);
	EXPECT_VIEW(e->bytes, text("part"));
	e = next(&log, RECORD_ENTROPY_GENERATION);
	EXPECT_EQ(e->asked, 1);
	EXPECT_EQ(e->count, 3);
	e = next(&log, RECORD_IMAGE_MEMORY);
	EXPECT_EQ(e->memory.limit_bytes, 8192);
	EXPECT_EQ(log_next(&log, e), LOG_END);
}

TEST(only_new_frames_and_bytes_are_stored)
{
	struct record *r = fresh();
	struct net_frame f[3] = { { text("a"), 0, 0 }, { text("bb"), 0, 0 }, { text("ccc"), 0, 0 } };
	struct log log;
	struct log_event *e;

	record_net_rx(r, 0, f, 2, 2);
	record_net_rx(r, 0, f, 3, 64); /* a third has come */
	record_net_rx(r, 0, f, 1, 1);  /* less was asked for */
	record_net_rx_done(r, 0, 1);
	record_net_rx(r, 0, f + 1, 2, 64);
	record_console_rx(r, text("ab"));
	record_console_rx_done(r, 1);
	record_console_rx(r, text("bc"));
	record_flush(r);

	log = reading();
	next(&log, RECORD_IMAGE);
	EXPECT_EQ(next(&log, RECORD_NET_RX)->frame_count, 2);
	e = next(&log, RECORD_NET_RX);
	EXPECT_EQ(e->count, 3);
	EXPECT_EQ(e->frame_count, 1);
	EXPECT_VIEW(e->frames[0].data, text("ccc"));
	e = next(&log, RECORD_CONSOLE_RX);
	EXPECT_EQ(e->asked, 2);
	EXPECT_VIEW(e->bytes, text("ab"));
	e = next(&log, RECORD_CONSOLE_RX);
	EXPECT_EQ(e->count, 2);
	EXPECT_VIEW(e->bytes, text("c"));
	EXPECT_EQ(log_next(&log, e), LOG_END);
}

TEST(frames_larger_than_a_chunk_lie_across_chunks)
{
	static u8 big[65000];
	struct record *r = fresh();
	struct net_frame f = { view_of(big), NET_CSUM_GOOD, 1448 };
	struct log log;

	for (usize i = 0; i < sizeof big; i += 1)
		big[i] = (u8)(i * 7 + i / 256);
	for (u32 i = 0; i < 5; i += 1) {
		record_net_rx(r, 0, &f, 1, 64);
		record_net_rx_done(r, 0, 1);
	}
	EXPECT(r->chunk > 8);
	record_flush(r);
	log = reading();
	next(&log, RECORD_IMAGE);
	for (u32 i = 0; i < 5; i += 1)
		EXPECT_VIEW(next(&log, RECORD_NET_RX)->frames[0].data, view_of(big));
	EXPECT_EQ(log_next(&log, &event), LOG_END);
}

TEST(an_idle_step_costs_less_than_ten_bytes)
{
	struct record *r = fresh();
	usize before;

	record_flush(r);
	before = file_len;
	for (u64 i = 1; i <= 1000; i += 1) {
		record_step(r, i * NS_PER_MS);
		for (u32 q = 0; q < 50; q += 1)
			record_net_rx(r, 0, NULL, 0, 64);
		record_return(r, i * NS_PER_MS + NS_PER_MS);
	}
	record_flush(r);
	EXPECT(file_len - before < 10000);
}

TEST(a_recording_cut_anywhere_is_read_up_to_there)
{
	struct record *r = fresh();
	struct log log;
	u64 steps_before = 0;
	usize whole;

	for (u64 i = 1; i <= 40; i += 1) {
		step(r, i * 1000);
		if (i % 8 == 0)
			record_flush(r);
	}
	record_end(r, 1);
	whole = file_len;
	for (usize cut = 0; cut <= whole; cut += 1) {
		enum log_verdict v = log_open(&log, view_make(file_bytes, cut), span_of(stream_bytes));
		u64 steps = 0;

		if (cut < RECORD_MAGIC_BYTES) {
			EXPECT_EQ(v, LOG_FOREIGN);
			continue;
		}
		EXPECT(v == LOG_OK || v == LOG_CUT);
		while ((v = log_next(&log, &event)) == LOG_OK)
			steps += event.kind == RECORD_RETURN;
		EXPECT(v == LOG_END || v == LOG_CUT);
		EXPECT(steps >= steps_before);
		steps_before = steps;
	}
	EXPECT_EQ(steps_before, 40);
}

TEST(a_changed_byte_anywhere_is_noticed)
{
	struct record *r = fresh();
	struct log log;

	for (u64 i = 1; i <= 10; i += 1)
		step(r, i * 1000);
	record_end(r, 1);
	for (usize i = 0; i < file_len; i += 1) {
		enum log_verdict v;

		file_bytes[i] ^= 0x10;
		v = log_open(&log, view_make(file_bytes, file_len), span_of(stream_bytes));
		EXPECT(v != LOG_OK);
		file_bytes[i] ^= 0x10;
	}
}

TEST(a_foreign_file_and_another_version_are_told_apart)
{
	struct log log;

	EXPECT_EQ(log_open(&log, text("#!/bin/sh and so on"), span_of(stream_bytes)), LOG_FOREIGN);
	EXPECT_EQ(log_open(&log, text("fatalog\x02 and so on"), span_of(stream_bytes)), LOG_VERSION);
	EXPECT_EQ(log_next(&log, &event), LOG_END);
}

TEST(a_recorder_that_is_off_writes_nothing)
{
	struct net_frame f = { text("x"), NET_CSUM_GOOD, 0 };

	memset(&recorder, 0, sizeof recorder);
	file_len = 0;
	record_step(&recorder, 5);
	record_net_rx(&recorder, 0, &f, 1, 64);
	record_net_rx_done(&recorder, 0, 1);
	record_return(&recorder, 9);
	record_end(&recorder, 1);
	EXPECT_EQ(file_len, 0);
	EXPECT_EQ(recorder.steps, 0);
}

TEST(effects_differ_when_any_part_of_a_send_differs)
{
	struct net_send a = { .piece = { text("payload") }, .csum = NET_CSUM_FILL, .csum_start = 34 };
	struct net_send b = a;
	struct effects base = { 0 }, other = { 0 }, same = { 0 };

	effect_net_send(&base, 0, text("head"), &a);
	effect_net_send(&same, 0, text("head"), &a);
	EXPECT(base.hash == same.hash);
	effect_net_send(&other, 1, text("head"), &a);
	EXPECT(base.hash != other.hash);
	other.hash = 0;
	effect_net_send(&other, 0, text("heaD"), &a);
	EXPECT(base.hash != other.hash);
	b.csum_start = 35;
	other.hash = 0;
	effect_net_send(&other, 0, text("head"), &b);
	EXPECT(base.hash != other.hash);
	b = a;
	b.piece[0] = text("payloae");
	other.hash = 0;
	effect_net_send(&other, 0, text("head"), &b);
	EXPECT(base.hash != other.hash);
}
