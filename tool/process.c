/* process.c - see process.h. */
#include "tool/process.h"
#include "tool/files.h"
#include "tool/trouble.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

_Noreturn static void become(const struct words *command)
{
	char **argv = room_for(command->n + 1, sizeof *argv);

	memcpy(argv, command->at, command->n * sizeof *argv);
	execvp(argv[0], argv);
	fprintf(stderr, "fata: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct process process_start(const struct words *command, enum output output, const char *file, bool alone)
{
	struct process p = { .pipe = -1 };
	int ends[2] = { -1, -1 }, to = -1;

	fflush(stdout);
	if (output == OUTPUT_KEPT && pipe2(ends, O_CLOEXEC) != 0)
		stop_with("no pipe for %s: %s", command->at[0], strerror(errno));
	if (output == OUTPUT_IN_FILE) {
		make_folders(path_folder(file));
		to = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (to < 0)
			stop_with("%s: cannot write it: %s", file, strerror(errno));
	}
	p.pid = fork();
	if (p.pid < 0)
		stop_with("cannot start %s: %s", command->at[0], strerror(errno));
	if (p.pid == 0) {
		int sink = output == OUTPUT_KEPT ? ends[1] : to;
		if (alone) {
			setpgid(0, 0);
			int nothing = open("/dev/null", O_RDONLY);
			dup2(nothing, 0);
		}
		if (sink >= 0) {
			dup2(sink, 1);
			dup2(sink, 2);
		}
		become(command);
	}
	if (alone)
		setpgid(p.pid, p.pid);
	if (ends[1] >= 0)
		close(ends[1]);
	if (to >= 0)
		close(to);
	p.pipe = ends[0];
	return p;
}

int exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int process_wait(const struct process *p)
{
	int status = 0;

	while (waitpid(p->pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return exit_status(status);
}

int run_shown(const struct words *command)
{
	struct process p = process_start(command, OUTPUT_SHOWN, 0, false);
	return process_wait(&p);
}

int run_kept(const struct words *command, char **out)
{
	struct process p = process_start(command, OUTPUT_KEPT, 0, false);
	struct text t = { 0 };
	char piece[16384];
	ssize_t n;

	text_add(&t, "%s", "");
	while ((n = read(p.pipe, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			text_add_bytes(&t, piece, (size_t)n);
	close(p.pipe);
	*out = t.at;
	return process_wait(&p);
}

bool have_program(const char *name)
{
	const char *path = getenv("PATH");

	for (path = path ? path : "/usr/bin:/bin"; *path;) {
		size_t n = strcspn(path, ":");
		if (file_runnable(form("%.*s/%s", (int)n, path, name)))
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

void end_group(pid_t group)
{
	if (kill(-group, SIGTERM) != 0)
		return;
	for (int i = 0; i < 20; i += 1) {
		nanosleep(&(struct timespec){ .tv_nsec = 25000000 }, 0);
		if (kill(-group, 0) != 0)
			return;
	}
	kill(-group, SIGKILL);
}

double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
