/* live.h - /live and /live.json: the running image's numbers.
 *
 * The page is the book's live.html, in which every {word} that names a fact is
 * replaced; the data are the same facts by the same names, as texts for people,
 * and a few as plain numbers for programs. Both are made when asked for.
 */
#ifndef APP_SITE_LIVE_H
#define APP_SITE_LIVE_H

#include "stack/host.h"
#include "stack/http.h"

/* Adds the routes. book: the pack with live.html; name: what the image is called. */
void live_start(struct http_server *web, const struct host *host, struct view book, struct view name);

#endif
