/* app.h - what every program sees: the host, flows, datagrams, the log, the options' types.
 *
 * The generated image.h includes this; a program includes image.h, and beyond
 * it what it names itself ("stack/http.h").
 */
#ifndef STACK_APP_H
#define STACK_APP_H

#include "stack/datagram.h"
#include "stack/flow.h"
#include "stack/host.h"
#include "stack/log.h"

/* For a program that uses devices itself (a disk, the console, a raw port):
 * called in every step, when something has come or the time it asked for has.
 * Returns when to be called at the latest. Only who needs it defines it. */
struct app;
u64 app_step(struct app *app, u64 now);

#endif
