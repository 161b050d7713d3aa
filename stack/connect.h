/* connect.h - a flow to a name: resolve, try its addresses as Happy Eyeballs 2 says (RFC 8305), keep the first.
 *
 *     connect_start(&c, h, &names.resolver, text("www.example.org"), 443, converse, &session, now)
 *     u64 app_step(app, now) { return connect_step(&c, now); }
 *
 * The program's function is called when one is established, as with flow_connect(). When none
 * can be, connect_state() says CONNECT_FAILED. An address as text (192.0.2.1, 2001:db8::1) is a name
 * that needs no resolver.
 *
 * The struct is the caller's. It must stay where it is until connect_gone(): attempts that
 * lost look at it once more. The name is copied.
 */
#ifndef STACK_CONNECT_H
#define STACK_CONNECT_H

#include "lib/happy/happy.h"
#include "stack/flow.h"
#include "stack/resolver.h"

#define CONNECT_NAME_MAX 253u /* RFC 1035 2.3.4, as text */

enum connect_state { CONNECT_TRYING, CONNECT_DONE, CONNECT_FAILED };

struct connect;
struct connect_attempt {
	struct connect *connect;
	u64 flow; /* handle; 0: none any more */
	u32 index;
};

struct connect {
	struct host *host;
	struct resolver *resolver;
	serve_fn *fn;
	void *session;
	struct happy happy;
	struct connect_attempt attempt[HAPPY_MAX];
	enum connect_state state;
	u16 port;
	u8 name_bytes;
	u8 name[CONNECT_NAME_MAX];
};

/* False: the name is empty or too long. */
bool connect_start(struct connect *c, struct host *h, struct resolver *r, struct view name, u16 port,
	serve_fn *fn, void *session, u64 now);

/* What is due; when to be called at the latest, and after every step in which flows were called. */
u64 connect_step(struct connect *c, u64 now);

enum connect_state connect_state(const struct connect *c);

/* Give up: no attempt is left alive, the program is not called. A flow that it has already is its own. */
void connect_cancel(struct connect *c, u64 now);

/* Nothing looks at the struct any more. */
bool connect_gone(const struct connect *c);

#endif
