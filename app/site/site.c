/* site.c - serves the book, and shows what the image that serves it is doing. */
#include "image.h" /* made by fata from site.fata */
#include "stack/http.h"
#include "app/site/live.h"
#include "app/site/measure.h"

static struct http_server web;
static struct http_session sessions[SERVICE_FLOWS];

void app_start(struct app *app)
{
	live_start(&web, &app->service, app->book, app->name);
	measure_start(&web);
	http_files(&web, text("/"), app->book);
	http_fields(&web, text("X-Content-Type-Options: nosniff\r\n"));
	http_serve(&web, &app->service, app->port, sessions);
	(void)serve_fast_open(&app->service, app->port,
		SERVICE_FLOWS / 64); /* the same question twice is the same answer */
}
