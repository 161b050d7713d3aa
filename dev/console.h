/* console.h - bytes to whoever watches, and from them where there is such a thing. */
#ifndef DEV_CONSOLE_H
#define DEV_CONSOLE_H

#include "base/view.h"

/* All of it, in order; what the host cannot take is lost, never waited for. */
void console_write(struct view v);

/* What was typed and not yet taken; empty when there is nothing. */
struct view console_rx(void);
void console_rx_done(usize n);

#endif
