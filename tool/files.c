/* files.c - see files.h. */
#include "tool/files.h"
#include "tool/trouble.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_exists(const char *path)
{
	struct stat s;
	return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

bool folder_exists(const char *path)
{
	struct stat s;
	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

bool file_runnable(const char *path)
{
	return file_exists(path) && access(path, X_OK) == 0;
}

char *file_read(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	struct text t = { 0 };
	char piece[16384];
	size_t got;

	if (!f)
		return 0;
	text_add_bytes(&t, "", 0);
	while ((got = fread(piece, 1, sizeof piece, f)) > 0)
		text_add_bytes(&t, piece, got);
	bool bad = ferror(f) != 0;
	fclose(f);
	if (bad)
		return 0;
	if (n)
		*n = t.n;
	return t.at;
}

void make_folders(const char *path)
{
	char *copy = form("%s", path);

	for (char *p = copy + 1; *copy && *p; p += 1) {
		if (*p != '/')
			continue;
		*p = 0;
		mkdir(copy, 0777);
		*p = '/';
	}
	if (*copy && mkdir(copy, 0777) != 0 && errno != EEXIST)
		stop_with("%s: cannot make this folder: %s", path, strerror(errno));
}

bool file_write(const char *path, const char *bytes, size_t n)
{
	size_t old_n = 0;
	char *old = file_read(path, &old_n);

	if (old && old_n == n && memcmp(old, bytes, n) == 0)
		return false;
	make_folders(path_folder(path));

	/* Beside it and renamed: nobody ever sees half of it. */
	char *beside = form("%s.%ld", path, (long)getpid());
	FILE *f = fopen(beside, "wb");
	bool good = f && fwrite(bytes, 1, n, f) == n;
	if (f && fclose(f) != 0)
		good = false;
	if (!good || rename(beside, path) != 0)
		stop_with("%s: cannot write it: %s", path, strerror(errno));
	return true;
}

struct words folder_entries(const char *path)
{
	struct words w = { 0 };
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d)
		return w;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			words_add(&w, e->d_name);
	closedir(d);
	words_sort(&w);
	return w;
}

void files_below(const char *folder, struct words *out)
{
	struct words entries = folder_entries(folder);

	for (size_t i = 0; i < entries.n; i += 1) {
		char *path = strcmp(folder, ".") == 0 ? entries.at[i] : form("%s/%s", folder, entries.at[i]);
		if (strcmp(path, "out") == 0)
			continue;
		if (folder_exists(path))
			files_below(path, out);
		else if (file_exists(path))
			words_add(out, path);
	}
}

char *path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return form(".");
	return slash == path ? form("/") : form("%.*s", (int)(slash - path), path);
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *path_stem(const char *path)
{
	const char *name = path_name(path), *dot = strrchr(name, '.');
	return dot ? form("%.*s", (int)(dot - name), name) : form("%s", name);
}

char *path_clean(const char *path)
{
	struct words parts = { 0 };
	bool absolute = path[0] == '/';

	while (*path) {
		size_t n = strcspn(path, "/");
		char *part = form("%.*s", (int)n, path);
		bool up = strcmp(part, "..") == 0;
		if (up && parts.n && strcmp(parts.at[parts.n - 1], "..") != 0)
			parts.n -= 1;
		else if (n && strcmp(part, ".") != 0 && !(up && absolute))
			words_add(&parts, part);
		path += n + (path[n] == '/');
	}
	char *joined = words_join(&parts, "/");
	return absolute ? form("/%s", joined) : *joined ? joined : form(".");
}

static char *root, *user;

static char *here(void)
{
	char *path = getcwd(0, 0);

	if (!path)
		stop_with("the current folder cannot be read: %s", strerror(errno));
	return path;
}

/* $FATA_ROOT comes from the script ./fata; without it, look upwards. */
void work_in_root(void)
{
	const char *given = getenv("FATA_ROOT");

	user = here();
	root = given ? form("%s", given) : form("%s", user);
	while (!given && !file_exists(form("%s/tool/fata.c", root))) {
		if (strcmp(root, "/") == 0)
			stop_with("not inside a tree of fata: start it as ./fata from there");
		root = path_folder(root);
	}
	if (chdir(root) != 0)
		stop_with("%s: %s", root, strerror(errno));
	root = here();
}

const char *root_path(void)
{
	return root;
}

char *path_from_user(const char *path)
{
	char *whole = path_clean(*path == '/' ? path : form("%s/%s", user, path));
	char *inside = form("%s/", root);

	if (strcmp(whole, root) == 0)
		return form(".");
	return starts_with(whole, inside) ? form("%s", whole + strlen(inside)) : whole;
}
