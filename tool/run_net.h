/* run_net.h - the user-mode network around one image: a gateway process, and which ports it maps. */
#ifndef TOOL_RUN_NET_H
#define TOOL_RUN_NET_H

#include "tool/manifest.h"
#include <sys/types.h>

#define USER_NET_PROGRAM "out/tool/gateway"

struct user_net {
	pid_t gateway;
	int image_end; /* the image's end of the socket pair: not closed on exec */
};

/* ports: what -p said; else the manifest's `publish` lines; else its option
 * `port`. A port of the manifest's that is taken gives way to the next free one; one
 * of -p is an error. Says where the image can be reached. program: the
 * image's arguments, in which --port=N may stand. */
void user_net_start(
	struct user_net *n, const struct manifest *m, const struct words *ports, const struct words *program);

void user_net_stop(struct user_net *n);

/* Says of each port and disk that `given` ("--net", "NAME=WHAT", ...) leaves out that it is connected to
 * nothing: a sandbox asks for that (`--net NAME=none`), and then it is the same on every target. */
void connect_left_out(struct words *command, const struct manifest *m, const struct words *given);

#endif
