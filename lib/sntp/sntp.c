#include "lib/sntp/sntp.h"

#define VERSION     4u
#define MODE_CLIENT 3u
#define MODE_SERVER 4u

/* From 1900 to 1970, and the length of an era (RFC 5905 6). */
#define EPOCH_S 2208988800ull
#define ERA_S   0x100000000ull

struct view sntp_state_name(enum sntp_state s)
{
	switch (s) {
	case SNTP_IDLE: return text("IDLE");
	case SNTP_ASKED: return text("ASKED");
	case SNTP_STOPPED: return text("STOPPED");
	}
	return text("?");
}

struct view sntp_verdict_name(enum sntp_verdict v)
{
	switch (v) {
	case SNTP_OK: return text("OK");
	case SNTP_TRUNCATED: return text("TRUNCATED");
	case SNTP_BAD_MODE: return text("BAD_MODE");
	case SNTP_NOT_OURS: return text("NOT_OURS");
	case SNTP_UNSYNCHRONIZED: return text("UNSYNCHRONIZED");
	case SNTP_KISS_OF_DEATH: return text("KISS_OF_DEATH");
	}
	return text("?");
}

void sntp_start(struct sntp *s, u64 now)
{
	*s = (struct sntp){ .state = SNTP_IDLE, .due_ns = now, .wait_ns = SNTP_WAIT_NS };
}

bool sntp_send(struct sntp *s, u64 random, u64 now, struct span out, usize *n)
{
	struct writer w = writer_of(out);

	require(out.n >= SNTP_BYTES);
	*n = 0;
	if (s->state == SNTP_STOPPED || now < s->due_ns)
		return false;
	if (s->state == SNTP_ASKED && s->wait_ns < SNTP_MOST_NS)
		s->wait_ns *= 2; /* silence: ask less often */
	s->cookie = random;
	write_u8(&w, VERSION * 8u + MODE_CLIENT);
	write_fill(&w, 0, SNTP_BYTES - 9u);
	write_be64(&w, s->cookie);
	s->state = SNTP_ASKED;
	s->asked_ns = now;
	s->due_ns = now + s->wait_ns;
	*n = write_len(&w);
	return true;
}

/* RFC 5905 7.4. DENY and RSTR: never again; RATE and the rest: much slower. */
static void kissed(struct sntp *s, u32 code, u64 now)
{
	bool away = code == 0x44454e59 || code == 0x52535452;

	s->state = away ? SNTP_STOPPED : SNTP_IDLE;
	s->wait_ns = SNTP_MOST_NS;
	s->due_ns = away ? TIME_NEVER : now + SNTP_MOST_NS;
}

/* Seconds of 1900 and a binary fraction, to ns of 1970. What would be before 1970
 * is of the era that begins in 2036 (RFC 4330 3, whose line is 1968: there is no wall_ns for
 * those two years). */
static u64 to_wall(u32 seconds, u32 fraction)
{
	u64 s = seconds;

	if (s < EPOCH_S)
		s += ERA_S;
	return (s - EPOCH_S) * NS_PER_S + ((u64)fraction * NS_PER_S) / ERA_S;
}

enum sntp_verdict sntp_receive(struct sntp *s, struct view message, u64 now, struct sntp_sample *out)
{
	struct reader r = reader_of(message);
	u8 first = read_u8(&r), stratum = read_u8(&r);
	u32 reference, seconds, fraction;
	u64 origin, received;

	*out = (struct sntp_sample){ 0 };
	read_skip(&r, 10); /* poll, precision, root delay, root dispersion */
	reference = read_be32(&r);
	read_skip(&r, 8);
	origin = read_be64(&r);
	received = read_be64(&r);
	seconds = read_be32(&r);
	fraction = read_be32(&r);
	if (read_bad(&r))
		return SNTP_TRUNCATED;
	if (first % 8u != MODE_SERVER || first / 8u % 8u < 3 || first / 8u % 8u > VERSION)
		return SNTP_BAD_MODE;
	if (s->state != SNTP_ASKED || origin != s->cookie)
		return SNTP_NOT_OURS;
	if (stratum == 0) {
		kissed(s, reference, now);
		return SNTP_KISS_OF_DEATH;
	}
	if (first / 64u == 3 || stratum > 15 || received == 0 || (seconds == 0 && fraction == 0))
		return SNTP_UNSYNCHRONIZED;
	out->error_ns = since(s->asked_ns, now) / 2;
	out->wall_ns = to_wall(seconds, fraction) + out->error_ns;
	s->state = SNTP_IDLE;
	s->wait_ns = SNTP_WAIT_NS;
	s->due_ns = now + SNTP_REST_NS;
	return SNTP_OK;
}

u64 sntp_deadline(const struct sntp *s)
{
	return s->due_ns;
}
