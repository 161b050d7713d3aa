/* sim_test.c - the world: time, networks, hosts that stop, panic and lose power, recording and replay.
 *
 * The images here are functions of this program, not shared objects: whole
 * stacks are tested by the scenarios in test/sim.
 */
#include <unistd.h>
#include "plat/sim/sim.h"
#include "plat/sim/sim_replay.h"
#include "test/test.h"

#define PERCENT (DICE_ALWAYS / 100)

/* ---- an image: answers every frame with a larger one, ticks each 10 ms, says things ---- */

static struct {
	u64 frames, ticks, sum, next_tick;
	bool stopping;
} chat;

static void chat_start(u64 now)
{
	u8 seed[8];

	memset(&chat, 0, sizeof chat);
	chat.next_tick = now + 10 * NS_PER_MS;
	require(entropy_seed(span_of(seed)) != ENTROPY_NONE);
	chat.sum = effect_bytes(0, view_of(seed));
	console_write(text("chat on "));
	console_write(image_platform());
	console_write(text(", "));
	console_write(image_argument(0));
	console_write(text("\n"));
}

static void chat_answer(struct view frame)
{
	struct span room = net_tx(0);
	struct net_send send = { .piece = { text("and more"), view_from(frame, 12) } };

	if (room.n == 0)
		return;
	copy(room, view_first(view_from(frame, 6), 6)); /* to whom it came from */
	copy(span_from(room, 6), view_of(net_facts(0).mac.b));
	net_tx_send(0, 12, &send);
}

static u64 chat_step(u64 now)
{
	struct net_frame f[4];
	usize n;

	while ((n = net_rx(0, f, COUNT(f))) > 0) {
		for (usize i = 0; i < n; i += 1) {
			chat.frames += 1;
			chat.sum = effect_bytes(chat.sum, f[i].data);
			chat_answer(f[i].data);
		}
		net_rx_done(0, n);
	}
	if (now >= chat.next_tick) {
		chat.ticks += 1;
		chat.next_tick += 10 * NS_PER_MS;
		chat.sum = effect_number(chat.sum, clock_wall());
		if (view_starts(console_rx(), text("panic")))
			guest_panic("chat.c", 7, "asked to"); /* what a program's panic() does */
	}
	if (view_starts(console_rx(), text("spin")))
		return now;
	if (chat.stopping && chat.ticks % 5 == 0) {
		image_leave(3);
		return TIME_NEVER;
	}
	return chat.next_tick;
}

static void chat_stop(u64 now, u64 deadline)
{
	chat.stopping = true;
	chat.sum = effect_number(chat.sum, deadline - now);
}

static u64 chat_hash(void)
{
	return effect_bytes(0, view_make(&chat, sizeof chat));
}

static const struct sim_image chat_image = { chat_start, chat_step, chat_stop, chat_hash, 0, 0 };

/* ---- a peer: a port that sends frames, and counts what comes ---- */

struct peer {
	struct sim_port *port;
	struct sim *sim;
	struct mac to;
	u64 sent, got, bytes, last_at, out_of_order, last_number;
	u64 every_ns, until;
};

static void peer_hears(void *context, struct sim_port *p, struct view frame, u64 now)
{
	struct peer *peer = context;
	struct reader r = reader_of(view_from(frame, 12 + 8));
	u64 number = read_be64(&r);

	(void)p;
	peer->got += 1;
	peer->bytes += frame.n;
	peer->last_at = now;
	peer->out_of_order += number < peer->last_number;
	peer->last_number = number;
}

static void peer_speaks(void *context)
{
	struct peer *peer = context;
	u8 frame[200] = { 0 };
	struct writer w = writer_of(span_of(frame));

	write_view(&w, view_of(peer->to.b));
	write_view(&w, view_of(sim_port_mac(peer->port).b));
	write_be64(&w, peer->sent);
	sim_send(peer->port, view_of(frame));
	peer->sent += 1;
	if (sim_now(peer->sim) + peer->every_ns < peer->until)
		sim_at(peer->sim, sim_now(peer->sim) + peer->every_ns, peer_speaks, peer);
}

struct scene {
	struct sim *sim;
	struct sim_switch *lan;
	struct sim_host *host;
	struct peer peer;
};

/* A host that chats, and a peer that sends it a frame each millisecond for a second. */
static struct scene *scene(u64 seed, struct sim_link_model model)
{
	static struct scene s;

	s = (struct scene){ .sim = sim_make(seed) };
	s.lan = sim_switch(s.sim, "lan", model);
	s.host = sim_host_of(s.sim, "chat", chat_image);
	sim_argument(s.host, "--well");
	sim_plug(s.host, s.lan);
	s.peer.port = sim_script(s.sim, "peer", s.lan, peer_hears, &s.peer);
	s.peer.sim = s.sim;
	s.peer.to = sim_port_mac(sim_host_port(s.host, 0));
	s.peer.every_ns = NS_PER_MS;
	s.peer.until = NS_PER_S;
	sim_at(s.sim, 0, peer_speaks, &s.peer);
	return &s;
}

TEST(a_perfect_network_brings_everything_and_time_is_exact)
{
	struct scene *s = scene(1, (struct sim_link_model){ .delay_ns = 5 * NS_PER_MS });

	EXPECT(sim_start(s->host));
	sim_run(s->sim, 2 * NS_PER_S);
	EXPECT_EQ(sim_now(s->sim), 2 * NS_PER_S);
	EXPECT_EQ(s->peer.sent, 1000);
	EXPECT_EQ(s->peer.got, 1000);
	EXPECT_EQ(s->peer.out_of_order, 0);
	EXPECT_EQ(s->peer.bytes, 1000 * (12 + 8 + 188));
	/* there and back, and up to a step's time at the host */
	EXPECT(s->peer.last_at >= 1009 * NS_PER_MS && s->peer.last_at < 1009 * NS_PER_MS + 5 * NS_PER_US);
	EXPECT_EQ(chat.ticks, 200);
	EXPECT_EQ(chat.frames, 1000);
	EXPECT_VIEW(sim_console(s->host), text("chat on sim, --well\n"));
	EXPECT_EQ(sim_state(s->host), SIM_RUNNING);
	sim_free(s->sim);
}

TEST(the_same_seed_gives_the_same_hash_and_another_seed_another)
{
	struct sim_link_model bad = { .delay_ns = NS_PER_MS,
		.jitter_ns = NS_PER_MS,
		.loss = 5 * PERCENT,
		.reorder = 5 * PERCENT,
		.duplicate = 5 * PERCENT,
		.corrupt = 5 * PERCENT };
	u64 hash[3];

	for (u32 i = 0; i < 3; i += 1) {
		struct scene *s = scene(i < 2 ? 7 : 8, bad);

		EXPECT(sim_start(s->host));
		sim_run(s->sim, NS_PER_S);
		hash[i] = sim_hash(s->sim);
		EXPECT(s->peer.got > 800 && s->peer.got < 1100);
		EXPECT(s->peer.out_of_order > 0);
		sim_free(s->sim);
	}
	EXPECT(hash[0] == hash[1]);
	EXPECT(hash[0] != hash[2]);
}

TEST(a_partition_silences_and_healing_ends_it)
{
	struct scene *s = scene(1, (struct sim_link_model){ 0 });

	EXPECT(sim_start(s->host));
	sim_run(s->sim, 500 * NS_PER_MS);
	u64 before = s->peer.got;

	EXPECT(before >= 499);
	sim_group(sim_host_port(s->host, 0), 1);
	sim_group(s->peer.port, 2);
	sim_run(s->sim, 700 * NS_PER_MS);
	EXPECT(s->peer.got <= before + 1);
	sim_group(s->peer.port, 0);
	sim_run(s->sim, NS_PER_S);
	EXPECT(s->peer.got >= before + 298);
	sim_free(s->sim);
}

TEST(a_pulled_cable_is_seen_by_the_image)
{
	struct scene *s = scene(1, (struct sim_link_model){ 0 });

	EXPECT(sim_start(s->host));
	sim_cable(sim_host_port(s->host, 0), false);
	sim_run(s->sim, NS_PER_S);
	EXPECT_EQ(s->peer.got, 0);
	EXPECT_EQ(chat.frames, 0);
	sim_free(s->sim);
}

TEST(a_stopped_image_leaves_with_its_status)
{
	struct scene *s = scene(1, (struct sim_link_model){ 0 });

	EXPECT(sim_start(s->host));
	sim_run(s->sim, 12 * NS_PER_MS);
	sim_stop(s->host, NS_PER_S);
	EXPECT_EQ(sim_state(s->host), SIM_RUNNING);
	sim_run(s->sim, NS_PER_S);
	EXPECT_EQ(sim_state(s->host), SIM_LEFT);
	EXPECT_EQ(sim_status(s->host), 3);
	EXPECT(!sim_alive(s->sim));
	u64 steps = sim_steps(s->host);

	sim_run(s->sim, 2 * NS_PER_S);
	EXPECT_EQ(sim_steps(s->host), steps);
	sim_free(s->sim);
}

TEST(a_panic_ends_one_image_and_not_the_world)
{
	struct scene *s = scene(1, (struct sim_link_model){ 0 });

	EXPECT(sim_start(s->host));
	sim_run(s->sim, 100 * NS_PER_MS);
	sim_type(s->host, text("panic"));
	sim_run(s->sim, 500 * NS_PER_MS);
	EXPECT_EQ(sim_state(s->host), SIM_PANICKED);
	EXPECT(strcmp(sim_why(s->host), "panic: chat.c:7: require(asked to)") == 0);
	EXPECT(guest_running() == NULL);
	EXPECT(sim_start(s->host)); /* and it can be started again */
	sim_run(s->sim, NS_PER_S);
	EXPECT_EQ(sim_state(s->host), SIM_RUNNING);
	EXPECT(s->peer.got > 550 && s->peer.got < 700);
	sim_free(s->sim);
}

TEST(an_image_that_spins_is_stopped_with_words_that_say_so)
{
	struct scene *s = scene(1, (struct sim_link_model){ 0 });

	s->peer.until = 0;
	EXPECT(sim_start(s->host));
	sim_type(s->host, text("spin"));
	sim_run(s->sim, 10 * NS_PER_S);
	EXPECT_EQ(sim_state(s->host), SIM_PANICKED);
	EXPECT(strstr(sim_why(s->host), "at once") != NULL);
	sim_free(s->sim);
}

TEST(two_ports_hear_what_is_meant_for_one_on_a_hub_only)
{
	for (u32 hub = 0; hub < 2; hub += 1) {
		struct scene *s = scene(1, (struct sim_link_model){ 0 });
		struct peer third = { .sim = s->sim };

		sim_hub(s->lan, hub == 1);
		third.port = sim_script(s->sim, "third", s->lan, peer_hears, &third);
		EXPECT(sim_start(s->host));
		sim_run(s->sim, NS_PER_S);
		/* a switch floods until it has heard the host: the first frame */
		EXPECT(hub == 1 ? third.got == 2 * s->peer.sent - (s->peer.sent - s->peer.got)
				: third.got <= 2);
		sim_free(s->sim);
	}
}

/* ---- recording and replay ---- */

static struct view read_recording(const char *path)
{
	static u8 bytes[8u << 20];
	FILE *f = fopen(path, "rb");
	usize n;

	EXPECT(f != NULL);
	if (!f)
		return view_none();
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	return view_make(bytes, n);
}

/* Records a second of a bad network; gives the recording. */
static struct view record_chat(u64 *image_hash)
{
	static const char path[] = "/tmp/fata-sim-test.record";
	struct scene *s =
		scene(5, (struct sim_link_model){
				 .delay_ns = NS_PER_MS, .loss = 10 * PERCENT, .reorder = 10 * PERCENT });
	char name[64];
	struct view recording;

	snprintf(name, sizeof name, "%s.%d", path, (int)getpid());
	sim_refuse(sim_host_port(s->host, 0), 20 * PERCENT);
	EXPECT(sim_record(s->host, name));
	EXPECT(sim_start(s->host));
	sim_run(s->sim, 900 * NS_PER_MS);
	sim_stop(s->host, NS_PER_S);
	sim_run(s->sim, 2 * NS_PER_S);
	EXPECT_EQ(sim_state(s->host), SIM_LEFT);
	*image_hash = chat_hash();
	sim_free(s->sim);
	recording = read_recording(name);
	unlink(name);
	return recording;
}

static struct replay_result replay(struct view recording, const struct sim_image *image, u64 until)
{
	struct replay_options options = { .until = until };
	struct replay_result result;

	replay_run(recording, image, &options, &result);
	return result;
}

TEST(a_recording_replays_to_the_same_state)
{
	u64 hash;
	struct view recording = record_chat(&hash);
	struct replay_result r = replay(recording, &chat_image, TIME_NEVER);

	if (r.verdict != REPLAY_SAME)
		test_fail(__FILE__, __LINE__, "%s", r.why);
	EXPECT(r.steps > 500);
	EXPECT(r.image_hash == hash);
	EXPECT(chat_hash() == hash);
}

TEST(a_replay_stops_where_it_is_told)
{
	u64 hash;
	struct view recording = record_chat(&hash);
	struct replay_result r = replay(recording, &chat_image, 100);

	EXPECT_EQ(r.verdict, REPLAY_STOPPED);
	EXPECT_EQ(r.steps, 100);
}

TEST(a_recording_that_was_cut_replays_as_far_as_it_goes)
{
	u64 hash;
	struct view recording = record_chat(&hash);
	u64 last = 0;

	EXPECT(recording.n > 3 * RECORD_CHUNK);
	for (usize n = recording.n / 4; n < recording.n; n += recording.n / 4) {
		struct replay_result r = replay(view_first(recording, n), &chat_image, TIME_NEVER);

		EXPECT_EQ(r.verdict, REPLAY_CUT);
		EXPECT(r.steps > last);
		last = r.steps;
	}
}

static u64 clumsy_step(u64 now)
{
	u64 wake = chat_step(now);

	return chat.frames == 200 && chat.ticks % 2 == 0 ? wake + 1 : wake;
}

static u64 curious_step(u64 now)
{
	if (chat.frames == 200)
		clock_wall();
	return chat_step(now);
}

static u64 other_hash(void)
{
	return chat_hash() + 1;
}

TEST(an_image_that_differs_is_caught_at_its_first_step_that_does)
{
	u64 hash;
	struct view recording = record_chat(&hash);
	struct sim_image clumsy = chat_image, curious = chat_image, other = chat_image;
	struct replay_result r;

	clumsy.step = clumsy_step;
	r = replay(recording, &clumsy, TIME_NEVER);
	EXPECT_EQ(r.verdict, REPLAY_DIFFERS);
	EXPECT(strstr(r.why, "other effects") != NULL);
	EXPECT_EQ(chat.frames, 200); /* it went no further */

	curious.step = curious_step;
	r = replay(recording, &curious, TIME_NEVER);
	EXPECT_EQ(r.verdict, REPLAY_DIFFERS);
	EXPECT(strstr(r.why, "clock_wall") != NULL);
	EXPECT_EQ(chat.frames, 200);

	other.hash = other_hash;
	r = replay(recording, &other, TIME_NEVER);
	EXPECT_EQ(r.verdict, REPLAY_DIFFERS);
	EXPECT(strstr(r.why, "state's hash") != NULL);
}

/* Every byte of a recording that lies: a verdict, no crash. The chunk's hash is made right again. */
TEST(a_recording_that_lies_is_refused_or_differs)
{
	static u8 lies[RECORD_CHUNK + 64];
	u64 hash;
	struct view recording = record_chat(&hash);
	usize chunk = RECORD_MAGIC_BYTES + RECORD_HEAD;
	u32 same = 0, all = 0;

	for (usize at = chunk; at < 3000; at += 7) {
		struct writer w = writer_of(span_from(span_of(lies), RECORD_MAGIC_BYTES));
		struct view payload = view_make(lies + chunk, RECORD_CHUNK);
		struct replay_result r;

		copy(span_of(lies), view_first(recording, chunk + RECORD_CHUNK));
		lies[at] ^= (u8)(1u << at % 8);
		write_le32(&w, RECORD_CHUNK);
		write_le32(&w, 0);
		write_le64(&w, effect_bytes(0, payload));
		r = replay(view_make(lies, chunk + RECORD_CHUNK), &chat_image, TIME_NEVER);
		EXPECT(r.verdict != REPLAY_SAME);
		same += r.verdict == REPLAY_CUT;
		all += 1;
	}
	EXPECT(same < all / 2); /* a bit of a lost frame's padding may change nothing; most do */
}

/* ---- an image with a disk: numbered records, each flushed before it is told ---- */

static struct {
	u64 number, told;
	enum { SCRIBE_READ, SCRIBE_WRITE, SCRIBE_FLUSH, SCRIBE_WAIT } state;
	u8 sector[512];
	bool under_way, no_flush;
	u32 place;
} scribe;
static u64 scribe_promised; /* the world's memory of what was told: survives power cuts */
static bool scribe_no_flush;

static void scribe_start(u64 now)
{
	(void)now;
	memset(&scribe, 0, sizeof scribe);
	scribe.no_flush = scribe_no_flush;
}

/* Reads both places at start: the larger whole number is where it was. */
static void scribe_read(enum block_verdict v)
{
	struct reader r = reader_of(view_of(scribe.sector));
	u64 number = read_be64(&r), copy_of_it = read_be64(&r);

	if (v == BLOCK_OK && number == copy_of_it && number > scribe.number)
		scribe.number = number;
	scribe.place += 1;
	if (scribe.place < 2)
		return;
	if (scribe.number < scribe_promised)
		console_write(text("a promise was broken\n"));
	scribe.state = SCRIBE_WRITE;
}

static void scribe_done(enum block_verdict v)
{
	scribe.under_way = false;
	switch (scribe.state) {
	case SCRIBE_READ: scribe_read(v); break;
	case SCRIBE_WRITE:
		if (v == BLOCK_OK)
			scribe.state = scribe.no_flush ? SCRIBE_WAIT : SCRIBE_FLUSH;
		break;
	case SCRIBE_FLUSH:
		if (v == BLOCK_OK)
			scribe.state = SCRIBE_WAIT;
		break;
	case SCRIBE_WAIT: break;
	}
	if (scribe.state != SCRIBE_WAIT)
		return;
	scribe.number += 1;
	scribe_promised = scribe.number;
	scribe.state = SCRIBE_WRITE;
}

static void scribe_ask(void)
{
	struct block_request r = { .data = span_of(scribe.sector), .sectors = 1 };
	struct writer w = writer_of(span_of(scribe.sector));

	switch (scribe.state) {
	case SCRIBE_READ:
		r.op = BLOCK_READ;
		r.sector = scribe.place;
		break;
	case SCRIBE_WRITE:
		write_be64(&w, scribe.number + 1);
		write_be64(&w, scribe.number + 1);
		r.op = BLOCK_WRITE;
		r.sector = (scribe.number + 1) % 2;
		break;
	default:
		r.op = BLOCK_FLUSH;
		r.data = span_none();
		break;
	}
	scribe.under_way = block_submit(0, &r);
}

static u64 scribe_step(u64 now)
{
	struct block_done done;

	(void)now;
	while (block_complete(0, &done))
		scribe_done(done.verdict);
	if (!scribe.under_way)
		scribe_ask();
	return TIME_NEVER;
}

static void scribe_stop(u64 now, u64 deadline)
{
	(void)now, (void)deadline;
	image_leave(0);
}

static u64 scribe_hash(void)
{
	return scribe.number;
}

static struct sim *scribe_sim;
static struct sim_host *scribe_host;
static u32 cuts;

static void cut_power(void *context)
{
	sim_power_cut(scribe_host);
	sim_start(scribe_host);
	cuts += 1;
	sim_at(scribe_sim, sim_now(scribe_sim) + 777 * NS_PER_US + cuts * 13001, cut_power, context);
}

/* A second of writing with the power going away a thousand times. */
static bool promises_kept(u64 seed, bool no_flush)
{
	static const struct sim_image image = { scribe_start, scribe_step, scribe_stop, scribe_hash, 0, 0 };
	struct sim_disk_model model = { .sectors = 4,
		.latency_ns = 10 * NS_PER_US,
		.write_errors = 2 * PERCENT,
		.flush_errors = 2 * PERCENT,
		.refuse = 2 * PERCENT,
		.torn = 10 * PERCENT };
	bool kept;

	scribe_no_flush = no_flush;
	scribe_promised = 0;
	cuts = 0;
	scribe_sim = sim_make(seed);
	scribe_host = sim_host_of(scribe_sim, "scribe", image);
	sim_disk(scribe_host, &model);
	EXPECT(sim_start(scribe_host));
	sim_at(scribe_sim, NS_PER_MS, cut_power, NULL);
	sim_run(scribe_sim, NS_PER_S);
	kept = sim_console(scribe_host).n == 0;
	EXPECT(scribe_promised > 500);
	EXPECT(cuts > 100);
	sim_free(scribe_sim);
	return kept;
}

TEST(an_image_that_flushes_keeps_its_promises_through_a_hundred_power_cuts)
{
	for (u64 seed = 1; seed <= 5; seed += 1)
		EXPECT(promises_kept(seed, false));
}

TEST(an_image_that_does_not_flush_is_found_out)
{
	for (u64 seed = 1; seed <= 5; seed += 1)
		EXPECT(!promises_kept(seed, true));
}
