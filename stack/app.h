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

#endif
