/* leaser.c - a DHCPv6 server, and the router's advertisement that sends clients to it. */
#include "image.h"
#include "stack/serve_dhcp6.h"

#define ROUTER_S 1800u

void app_start(struct app *app)
{
	static struct serve_dhcp6 server;
	static struct host_multicast groups;
	static struct search domains;
	struct dhcp6_server_config c = { .first = { app->first, 64 },
		.addresses = app->addresses,
		.prefix = { app->prefix, 60 },
		.prefixes = app->prefixes,
		.preferred_s = (u32)(app->preferred / NS_PER_S),
		.valid_s = 2u * (u32)(app->preferred / NS_PER_S),
		.rapid = app->rapid,
		.resolver = { app->resolver } };
	struct nd ra = { .type = ND_RA,
		.managed = true,
		.resolver_s = ROUTER_S,
		.hop_limit = 64,
		.lifetime_s = ROUTER_S,
		.prefixes = 1,
		.prefix = { { .prefix = { { app->first.hi, 0 }, 64 },
			.on_link = true,
			.valid_s = ROUTER_S,
			.preferred_s = ROUTER_S } } };

	(void)search_add(&domains, app->domain);
	c.search = domains;
	multicast_start(&app->service, &groups);
	serve_dhcp6(&app->service, &server, &c);
	host_advertise(&app->service, &ra, &domains);
}
