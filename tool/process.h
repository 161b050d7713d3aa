/* process.h - running other programs. */
#ifndef TOOL_PROCESS_H
#define TOOL_PROCESS_H

#include "tool/words.h"
#include <sys/types.h>

/* Where a program's output goes. */
enum output { OUTPUT_SHOWN, OUTPUT_KEPT, OUTPUT_IN_FILE };

struct process {
	pid_t pid;
	int pipe; /* with OUTPUT_KEPT: stdout and stderr come here */
};

/* Starts it in its own process group with no input when `alone`; stops with a
 * message if there is no such program. file: with OUTPUT_IN_FILE. */
struct process process_start(const struct words *command, enum output output, const char *file, bool alone);

/* Waits for it: its exit status. */
int process_wait(const struct process *p);

/* 0 to 255 as it exited, 128 + signal if a signal ended it. */
int exit_status(int wait_status);

int run_shown(const struct words *command);

/* Standard output and error together in *out. */
int run_kept(const struct words *command, char **out);

/* Is there a program of this name? */
bool have_program(const char *name);

/* Ends a whole process group: SIGTERM, then SIGKILL. */
void end_group(pid_t group);

double seconds_now(void);

#endif
