#include "lib/neigh/neigh.h"
#include "test/test.h"

#define S NS_PER_S

static struct neigh n;
static struct mac out;
static const struct mac a = { { 2, 0, 0, 0, 0, 0xa } }, b = { { 2, 0, 0, 0, 0, 0xb } };

static struct ip ip(u32 i)
{
	return i % 2 ? ip_from4(0x0a000000u + i) : (struct ip){ 0xfe80000000000000ull, i };
}

static enum neigh_state state(u32 i, u64 now)
{
	for (u32 k = 0; k < NEIGH_MAX; k += 1) {
		struct neigh_entry e;

		if (neigh_entry(&n, k, now, &e) && ip_equal(e.ip, ip(i)))
			return e.state;
	}
	return NEIGH_NONE;
}

static enum neigh_action due(u64 now)
{
	struct neigh_probe p;

	return neigh_due(&n, now, &p) ? p.action : (enum neigh_action)99;
}

static void known(u32 i, u64 now)
{
	neigh_init(&n, 1);
	(void)neigh_find(&n, ip(i), now, &out);
	EXPECT(neigh_learn(&n, ip(i), a, NEIGH_SOLICITED | NEIGH_OVERRIDE, now));
	EXPECT_EQ(state(i, now), NEIGH_REACHABLE);
}

TEST(the_first_packet_asks_the_next_ones_wait_and_the_answer_is_used)
{
	neigh_init(&n, 42);
	EXPECT_EQ(neigh_deadline(&n), TIME_NEVER);
	EXPECT_EQ(neigh_find(&n, ip(1), 0, &out), NEIGH_ASK);
	EXPECT_EQ(neigh_find(&n, ip(1), 0, &out), NEIGH_WAIT);
	EXPECT(mac_is_none(out));
	EXPECT_EQ(neigh_deadline(&n), 1 * S);
	EXPECT(neigh_learn(&n, ip(1), a, NEIGH_SOLICITED, 10));
	EXPECT_EQ(neigh_find(&n, ip(1), 10, &out), NEIGH_KNOWN);
	EXPECT(mac_equal(out, a));
}

TEST(an_unanswered_address_is_asked_for_three_times_and_then_given_up)
{
	struct neigh_probe p;

	neigh_init(&n, 42);
	EXPECT_EQ(neigh_find(&n, ip(2), 0, &out), NEIGH_ASK);
	EXPECT(!neigh_due(&n, 1 * S - 1, &p));
	EXPECT(neigh_due(&n, 1 * S, &p));
	EXPECT_EQ(p.action, NEIGH_SOLICIT);
	EXPECT(ip_equal(p.ip, ip(2)) && mac_is_none(p.mac));
	EXPECT(!neigh_due(&n, 1 * S, &p));
	EXPECT_EQ(due(2 * S), NEIGH_SOLICIT);
	EXPECT_EQ(neigh_deadline(&n), 2 * S); /* early is allowed, late is not */
	EXPECT(neigh_due(&n, 3 * S, &p));
	EXPECT_EQ(p.action, NEIGH_FAILED);
	EXPECT(ip_equal(p.ip, ip(2)));
	EXPECT_EQ(n.count, 0);
	EXPECT(!neigh_due(&n, 3 * S, &p));
	EXPECT_EQ(neigh_deadline(&n), TIME_NEVER);
	EXPECT_EQ(neigh_find(&n, ip(2), 3 * S, &out), NEIGH_ASK);
}

TEST(a_confirmation_lasts_between_half_and_one_and_a_half_of_thirty_seconds)
{
	for (u64 r = 0; r < 5000; r += 7) {
		neigh_init(&n, r);
		EXPECT(n.reachable_ns >= 15 * S && n.reachable_ns <= 45 * S);
	}
	neigh_times(&n, 1000, 0, 512);
	EXPECT_EQ(n.reachable_ns, 1 * S);
	neigh_times(&n, 0, 100, 512);
	EXPECT_EQ(n.reachable_ns, 1 * S);
	EXPECT_EQ(n.retrans_ns, 100 * NS_PER_MS);
}

TEST(an_old_entry_is_used_at_once_and_probed_if_nothing_confirms_it)
{
	struct neigh_probe p;

	known(1, 0);
	EXPECT_EQ(state(1, 50 * S), NEIGH_STALE);
	EXPECT_EQ(neigh_find(&n, ip(1), 50 * S, &out), NEIGH_KNOWN);
	EXPECT_EQ(state(1, 50 * S), NEIGH_DELAY);
	EXPECT(!neigh_due(&n, 55 * S - 1, &p));
	EXPECT(neigh_due(&n, 55 * S, &p));
	EXPECT_EQ(p.action, NEIGH_SOLICIT_UNICAST);
	EXPECT(mac_equal(p.mac, a));
	EXPECT_EQ(state(1, 55 * S), NEIGH_PROBE);
	EXPECT_EQ(neigh_find(&n, ip(1), 55 * S, &out), NEIGH_KNOWN);
	EXPECT_EQ(due(56 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT_EQ(due(57 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT_EQ(due(58 * S), NEIGH_FAILED);
	EXPECT_EQ(state(1, 58 * S), NEIGH_NONE);
}

TEST(progress_of_a_higher_layer_spares_the_probe)
{
	known(1, 0);
	EXPECT_EQ(neigh_find(&n, ip(1), 50 * S, &out), NEIGH_KNOWN);
	neigh_confirm(&n, ip(1), 51 * S);
	EXPECT_EQ(state(1, 51 * S), NEIGH_REACHABLE);
	EXPECT(neigh_deadline(&n) <= 51 * S);
	EXPECT_EQ(due(51 * S), 99);
	EXPECT_EQ(neigh_deadline(&n), TIME_NEVER);
	EXPECT_EQ(due(55 * S), 99);
	EXPECT_EQ(
		neigh_deadline(&n), TIME_NEVER); /* nor is there a question left that progress would spare */
	neigh_confirm(&n, ip(7), 51 * S);        /* nobody we know: nothing is made of it */
	EXPECT_EQ(n.count, 1);
}

TEST(progress_does_not_confirm_an_address_that_is_not_known)
{
	neigh_init(&n, 1);
	(void)neigh_find(&n, ip(1), 0, &out);
	neigh_confirm(&n, ip(1), 0);
	EXPECT_EQ(neigh_find(&n, ip(1), 0, &out), NEIGH_WAIT);
}

TEST(a_doubted_neighbour_is_asked_at_once_and_sent_to_meanwhile)
{
	known(1, 0);
	neigh_doubt(&n, ip(1), 1 * S);
	EXPECT(neigh_deadline(&n) <= 1 * S);
	EXPECT_EQ(due(1 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT_EQ(neigh_find(&n, ip(1), 1 * S, &out), NEIGH_KNOWN);
	neigh_doubt(&n, ip(1), 1 * S + 1); /* asked already */
	EXPECT_EQ(due(2 * S - 1), 99);
	EXPECT_EQ(due(2 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT_EQ(due(3 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT_EQ(due(4 * S), NEIGH_FAILED);
	neigh_doubt(&n, ip(1), 5 * S); /* nobody we know */
	EXPECT_EQ(n.count, 0);
	(void)neigh_find(&n, ip(1), 5 * S, &out);
	neigh_doubt(&n, ip(1), 5 * S); /* asked for */
	EXPECT_EQ(state(1, 5 * S), NEIGH_INCOMPLETE);
}

TEST(an_unused_entry_is_never_probed)
{
	known(1, 0);
	EXPECT_EQ(due(1000 * S), 99);
	EXPECT_EQ(neigh_deadline(&n), TIME_NEVER);
	EXPECT_EQ(state(1, 1000 * S), NEIGH_STALE);
}

/* RFC 4861 7.2.5 and appendix C. Start: REACHABLE at `a`. */
TEST(an_advertisement_changes_an_entry_as_its_flags_say)
{
	static const struct {
		bool other; /* the address is b */
		u32 how;
		enum neigh_state state;
		bool b;
	} cases[] = {
		{ false, 0, NEIGH_REACHABLE, false },
		{ false, NEIGH_SOLICITED, NEIGH_REACHABLE, false },
		{ false, NEIGH_OVERRIDE, NEIGH_REACHABLE, false },
		{ true, 0, NEIGH_STALE, false },
		{ true, NEIGH_SOLICITED, NEIGH_STALE, false },
		{ true, NEIGH_OVERRIDE, NEIGH_STALE, true },
		{ true, NEIGH_SOLICITED | NEIGH_OVERRIDE, NEIGH_REACHABLE, true },
		{ true, NEIGH_CREATE | NEIGH_OVERRIDE, NEIGH_STALE, true },
	};

	for (usize i = 0; i < COUNT(cases); i += 1) {
		known(1, 0);
		EXPECT(!neigh_learn(&n, ip(1), cases[i].other ? b : a, cases[i].how, 1 * S));
		EXPECT_EQ(state(1, 1 * S), cases[i].state);
		(void)neigh_find(&n, ip(1), 1 * S, &out);
		EXPECT(mac_equal(out, cases[i].b ? b : a));
	}
}

TEST(an_unsolicited_answer_resolves_without_confirming)
{
	neigh_init(&n, 1);
	(void)neigh_find(&n, ip(1), 0, &out);
	EXPECT(neigh_learn(&n, ip(1), a, 0, 0));
	EXPECT_EQ(state(1, 0), NEIGH_STALE);
}

TEST(only_a_message_with_a_source_address_makes_an_entry)
{
	neigh_init(&n, 1);
	EXPECT(!neigh_learn(&n, ip(1), a, NEIGH_SOLICITED | NEIGH_OVERRIDE, 0));
	EXPECT(!neigh_learn(&n, ip(1), mac_none(), NEIGH_CREATE, 0));
	EXPECT(!neigh_learn(&n, ip(1), mac_broadcast(), NEIGH_CREATE, 0));
	EXPECT_EQ(n.count, 0);
	EXPECT(!neigh_learn(&n, ip(1), a, NEIGH_CREATE | NEIGH_OVERRIDE, 0));
	EXPECT_EQ(state(1, 0), NEIGH_STALE);
	EXPECT_EQ(neigh_find(&n, ip(1), 0, &out), NEIGH_KNOWN);
}

TEST(an_answer_without_an_address_confirms_a_probe_but_resolves_nothing)
{
	neigh_init(&n, 1);
	(void)neigh_find(&n, ip(2), 0, &out);
	EXPECT(!neigh_learn(&n, ip(2), mac_none(), NEIGH_SOLICITED, 0));
	EXPECT_EQ(state(2, 0), NEIGH_INCOMPLETE);
	known(2, 0);
	(void)neigh_find(&n, ip(2), 50 * S, &out);
	EXPECT_EQ(due(55 * S), NEIGH_SOLICIT_UNICAST);
	EXPECT(!neigh_learn(&n, ip(2), mac_none(), NEIGH_SOLICITED, 55 * S));
	EXPECT_EQ(state(2, 55 * S), NEIGH_REACHABLE);
}

TEST(a_full_table_gives_up_strangers_first_then_questions_then_the_longest_unused)
{
	neigh_init(&n, 3);
	for (u32 i = 0; i < 100; i += 1) { /* friends, in use */
		(void)neigh_find(&n, ip(i), 10 + i, &out);
		(void)neigh_learn(&n, ip(i), a, NEIGH_SOLICITED, 10 + i);
	}
	(void)neigh_find(&n, ip(500), 200, &out); /* a question */
	for (u32 i = 1000; i < 5000; i += 1)      /* a flood of strangers */
		(void)neigh_learn(&n, ip(i), b, NEIGH_CREATE | NEIGH_OVERRIDE, 300);
	EXPECT_EQ(n.count, NEIGH_MAX);
	for (u32 i = 0; i < 100; i += 1)
		EXPECT_EQ(state(i, 300), NEIGH_REACHABLE);
	EXPECT_EQ(state(500, 300), NEIGH_INCOMPLETE);
	EXPECT_EQ(n.evicted, 0);

	for (u32 i = 0; i < 400; i += 1) { /* more friends than fit */
		(void)neigh_find(&n, ip(10000 + i), 1000 + i, &out);
		(void)neigh_learn(&n, ip(10000 + i), a, NEIGH_SOLICITED, 1000 + i);
	}
	EXPECT_EQ(state(500, 2000), NEIGH_NONE);
	EXPECT_EQ(state(0, 2000), NEIGH_NONE);
	EXPECT_EQ(state(10000 + 399, 2000), NEIGH_REACHABLE);
	EXPECT_EQ(state(10000 + 399 - 255, 2000), NEIGH_REACHABLE);
	EXPECT_EQ(n.evicted, 100 + 400 - NEIGH_MAX);
}

/* The table against a plain list, over many random steps: entries are found
 * exactly if they are there, whatever was taken out between them. */
TEST(what_is_in_the_table_is_found_and_nothing_else)
{
	static bool there[600];
	u64 x = 1;
	u32 count = 0;

	neigh_init(&n, 99);
	memset(there, 0, sizeof there);
	for (u32 step = 0; step < 200000; step += 1) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		u32 i = (u32)(x >> 33) % 600;
		if (there[i]) {
			neigh_forget(&n, ip(i));
			there[i] = false;
			count -= 1;
		} else if (count < NEIGH_MAX) {
			(void)neigh_learn(&n, ip(i), a, NEIGH_CREATE, 0);
			there[i] = true;
			count += 1;
		}
		u32 k = (u32)(x >> 20) % 600;
		neigh_confirm(&n, ip(k), step);
		if (step % 1000 == 0)
			for (u32 j = 0; j < 600; j += 1)
				EXPECT_EQ(state(j, step) != NEIGH_NONE, there[j]);
		EXPECT_EQ(n.count, count);
	}
	for (u32 j = 0; j < 600; j += 1)
		if (there[j])
			EXPECT_EQ(neigh_find(&n, ip(j), 1, &out), NEIGH_KNOWN);
}
