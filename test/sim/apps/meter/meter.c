/* meter.c - how fairly connections share a path: Jain's index, (sum x)^2 / (n * sum x^2), of what each brought in the
 * same time. 1000 (thousandths): all the same; 1000/n: one has it all. Leaves with 0 if it is fair and nobody starves.
 */
#include "image.h"
#include "dev/image.h"

#define UNIT_BYTES 1024u /* so that squares fit */

static struct log_source LOG_METER = LOG_SOURCE("meter");

struct meter {
	u64 bytes;
};

static struct meter meters[64];
static u32 begun;
static u64 warm_until, end;

static enum next take(void *session, struct flow *f)
{
	struct meter *m = session;

	for (struct view v; (v = flow_rx(f)).n > 0;) {
		if (flow_now(f) >= warm_until)
			m->bytes += v.n;
		flow_rx_done(f, v.n);
	}
	return flow_failed(f) || flow_ended(f) ? NEXT_ABORT : NEXT_WAIT;
}

/* Of 1000: what the first half of the servers, who may be of another kind, brought. */
static u64 first_half(const struct app *app, u64 total)
{
	u64 sum = 0;

	for (u32 i = 0; i < app->flows; i += 1)
		if (i % app->servers < app->servers / 2)
			sum += meters[i].bytes / UNIT_BYTES;
	return sum * 1000u / total;
}

static void say(u64 index, u64 share, u64 half, u64 total)
{
	struct writer w = log_begin(&LOG_METER, LOG_INFO);

	write_text(&w, "fairness ");
	write_decimal(&w, index);
	write_text(&w, ", least share ");
	write_decimal(&w, share);
	write_text(&w, " of 1000; the first half of the servers ");
	write_decimal(&w, half);
	write_text(&w, "; all together ");
	write_decimal(&w, total);
	write_text(&w, " KB");
	log_end(&w);
}

static void verdict(const struct app *app)
{
	u64 sum = 0, squares = 0, least = ~0ull;

	for (u32 i = 0; i < app->flows; i += 1) {
		u64 x = meters[i].bytes / UNIT_BYTES;

		sum += x;
		squares += x * x;
		least = x < least ? x : least;
	}
	if (sum == 0) {
		image_leave(1);
		return;
	}
	u64 index = sum * sum / app->flows * 1000u / squares, share = least * app->flows * 1000u / sum;
	say(index, share, first_half(app, sum), sum);
	image_leave(index >= app->fair && share >= app->least ? 0 : 1);
}

void app_start(struct app *app)
{
	require(app->flows >= 1);
	require(app->flows <= COUNT(meters));
	require(app->servers >= 1);
}

u64 app_step(struct app *app, u64 now)
{
	if (end == 0) {
		warm_until = now + app->warm;
		end = warm_until + app->measure;
	}
	if (now >= end) {
		verdict(app);
		return TIME_NEVER;
	}
	while (begun < app->flows) {
		struct ip to = { app->to.hi, app->to.lo + begun % app->servers };

		if (!flow_connect(&app->service, to, app->port, take, &meters[begun]))
			return now + 10 * NS_PER_MS;
		begun += 1;
	}
	return end;
}
