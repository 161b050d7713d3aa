/* manifest_test.c - an image's step: what its program sets going is waited for no longer than it must be. */
#include "dev/entropy.h"
#include "dev/image.h"
#include "stack/app.h"
#include "stack/host_test.h"
#include "stack/manifest.h"

/* ---- the platform ---- */

enum entropy_source entropy_seed(struct span out)
{
	for (usize i = 0; i < out.n; i += 1)
		span_set(out, i, (u8)i);
	return ENTROPY_REPLAYED;
}

u64 entropy_generation(void)
{
	return 0;
}

struct view image_argument(usize i)
{
	(void)i;
	return view_none();
}

struct view image_platform(void)
{
	return text("test");
}

struct image_memory image_memory(void)
{
	return (struct image_memory){ 0 };
}

void image_leave(u8 status)
{
	(void)status;
}

/* ---- the image: in its fifth second its program asks for a connection ---- */

struct app {
	struct host service;
};

static struct app app;
static struct flow *opened;

static void begin(void)
{
}

u64 app_step(struct app *a, u64 now)
{
	if (!opened && now >= 5 * NS_PER_S)
		opened = flow_connect(&a->service, them(4), 7, idle, NULL);
	return TIME_NEVER;
}

static const struct image_net nets[] = { { TEXT("service"), 0, 0, &service_tables } };

const struct image_manifest image_manifest = {
	.name = TEXT("test"), .app = &app, .nets = nets, .net_count = 1, .start = begin
};

TEST(what_its_own_step_asks_for_is_asked_for_again_in_time)
{
	u64 wake, first;

	image_start(NS_PER_S);
	app.service.config.no_dhcp = true;
	app.service.dhcp_runs = false;
	app.service.ip4 = (struct ip_prefix){ us(4), 24 };
	(void)image_step(NS_PER_S);
	(void)image_step(4 * NS_PER_S); /* its own addresses are settled */
	wake = image_step(5 * NS_PER_S);
	EXPECT(opened != NULL);
	EXPECT_EQ(view_at(view_of(last), 13), 6); /* ARP: who has that address? */
	first = sent;
	for (u32 i = 0; i < 100 && wake <= 7 * NS_PER_S; i += 1)
		wake = image_step(wake);
	EXPECT(sent > first); /* and again */
}
