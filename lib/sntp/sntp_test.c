/* sntp_test.c - conversations with a time server, by the sentence they prove. */
#include "lib/sntp/sntp.h"
#include "test/test.h"

#define T0 (5 * NS_PER_S)

static struct sntp s;
static u8 request[SNTP_BYTES], answer[SNTP_BYTES];
static struct sntp_sample sample;

/* Each question with another number. */
static void ask(u64 now)
{
	static u64 number;
	usize n;

	number += 0x9e3779b97f4a7c15ull;
	EXPECT(sntp_send(&s, number, now, span_of(request), &n));
	EXPECT_EQ(n, SNTP_BYTES);
}

/* What an honest server says: 2026-11-23T00:00:00.5Z, stratum 2. */
static void answer_with(u8 first, u8 stratum, const char *reference)
{
	struct writer w = writer_of(span_of(answer));

	write_u8(&w, first);
	write_u8(&w, stratum);
	write_fill(&w, 0, 10);
	write_view(&w, view_make(reference, 4));
	write_fill(&w, 0, 8);
	write_view(&w, view_from(view_of(request), 40)); /* origin: our transmit timestamp */
	write_be64(&w, 1);
	write_be32(&w, 4004380800u);
	write_be32(&w, 0x80000000u);
	EXPECT(!write_bad(&w));
}

static enum sntp_verdict hear(u64 now)
{
	return sntp_receive(&s, view_of(answer), now, &sample);
}

TEST(an_answer_tells_the_time_and_how_wrong_it_can_be)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 2, "GPS ");
	EXPECT_EQ(hear(T0 + 20 * NS_PER_MS), SNTP_OK);
	EXPECT_EQ(sample.error_ns, 10 * NS_PER_MS);
	EXPECT_EQ(sample.wall_ns, 1795392000ull * NS_PER_S + NS_PER_S / 2 + 10 * NS_PER_MS);
	EXPECT_EQ(sntp_deadline(&s), T0 + 20 * NS_PER_MS + SNTP_REST_NS);
}

TEST(a_request_is_version_4_mode_3_and_shows_nothing_but_a_number)
{
	sntp_start(&s, T0);
	ask(T0);
	EXPECT_EQ(request[0], 0x23);
	for (u32 i = 1; i < 40; i += 1)
		EXPECT_EQ(request[i], 0);
}

TEST(an_answer_to_another_question_is_not_ours)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 2, "GPS ");
	answer[31] ^= 1;
	EXPECT_EQ(hear(T0 + 1), SNTP_NOT_OURS);
	EXPECT_EQ(s.state, SNTP_ASKED);
}

TEST(an_answer_is_taken_once)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 2, "GPS ");
	EXPECT_EQ(hear(T0 + 1), SNTP_OK);
	EXPECT_EQ(hear(T0 + 2), SNTP_NOT_OURS);
}

TEST(silence_makes_us_ask_less_often)
{
	usize n;

	sntp_start(&s, T0);
	ask(T0);
	EXPECT(!sntp_send(&s, 9, T0 + SNTP_WAIT_NS - 1, span_of(request), &n));
	ask(T0 + SNTP_WAIT_NS);
	EXPECT_EQ(sntp_deadline(&s), T0 + SNTP_WAIT_NS + 2 * SNTP_WAIT_NS);
	for (u32 i = 0; i < 40; i += 1)
		ask(sntp_deadline(&s));
	EXPECT(s.wait_ns <= 2 * SNTP_MOST_NS);
}

TEST(a_server_that_denies_us_is_never_asked_again)
{
	usize n;

	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 0, "DENY");
	EXPECT_EQ(hear(T0 + 1), SNTP_KISS_OF_DEATH);
	EXPECT_EQ(s.state, SNTP_STOPPED);
	EXPECT(!sntp_send(&s, 9, TIME_NEVER, span_of(request), &n));
}

TEST(a_server_that_says_rate_is_left_alone_for_an_hour)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 0, "RATE");
	EXPECT_EQ(hear(T0 + 1), SNTP_KISS_OF_DEATH);
	EXPECT_EQ(sntp_deadline(&s), T0 + 1 + SNTP_MOST_NS);
}

TEST(answers_that_are_none_are_refused)
{
	static const struct {
		u8 first, stratum;
		enum sntp_verdict want;
	} table[] = {
		{ 0x23, 2, SNTP_BAD_MODE },        /* a client's */
		{ 0x2c, 2, SNTP_BAD_MODE },        /* version 5 */
		{ 0x14, 2, SNTP_BAD_MODE },        /* version 2 */
		{ 0xe4, 2, SNTP_UNSYNCHRONIZED },  /* leap indicator 3 */
		{ 0x24, 16, SNTP_UNSYNCHRONIZED }, /* stratum 16 */
		{ 0x1c, 1, SNTP_OK },              /* version 3 is understood */
	};

	for (u32 i = 0; i < COUNT(table); i += 1) {
		sntp_start(&s, T0);
		ask(T0);
		answer_with(table[i].first, table[i].stratum, "GPS ");
		EXPECT_EQ(hear(T0 + 1), table[i].want);
	}
}

TEST(every_shorter_message_is_truncated)
{
	for (usize n = 0; n < SNTP_BYTES; n += 1) {
		sntp_start(&s, T0);
		ask(T0);
		answer_with(0x24, 2, "GPS ");
		EXPECT_EQ(sntp_receive(&s, view_first(view_of(answer), n), T0, &sample), SNTP_TRUNCATED);
	}
}

TEST(the_era_after_2036_is_understood)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 2, "GPS ");
	answer[40] = answer[41] = answer[42] = 0; /* second 0x80 of the next era */
	answer[43] = 0x80;
	answer[44] = 0;
	EXPECT_EQ(hear(T0), SNTP_OK);
	EXPECT_EQ(sample.wall_ns, (0x100000000ull + 0x80 - 2208988800ull) * NS_PER_S);
}

TEST(a_time_before_1970_is_of_the_next_era)
{
	sntp_start(&s, T0);
	ask(T0);
	answer_with(0x24, 2, "GPS ");
	answer[40] = 0x80; /* 1968 in the first era, 2104 in the next */
	answer[41] = answer[42] = answer[43] = answer[44] = 0;
	EXPECT_EQ(hear(T0), SNTP_OK);
	EXPECT_EQ(sample.wall_ns, (0x180000000ull - 2208988800ull) * NS_PER_S);
}
