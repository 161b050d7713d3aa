/* corpus.c - runs a fuzzer's function on files: `program FILE-OR-FOLDER...`, without libFuzzer.
 *
 * `fata test` replays every committed corpus this way: each file is a test, and
 * one that breaks ends the program, with its name as the last line printed.
 */
#include "base/view.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static int played;

static void give_up(const char *path)
{
	if (errno == ENOENT)
		fprintf(stderr, "%s is missing: make this folder and put a few inputs into it, a file each\n",
			path);
	else
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(1);
}

static void play(const char *path)
{
	char inside[4096];
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (folder) {
		while ((entry = readdir(folder)) != NULL) {
			if (entry->d_name[0] == '.')
				continue;
			snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
			play(inside);
		}
		closedir(folder);
		return;
	}
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) != 0)
		give_up(path);
	usize size = (usize)ftell(file);
	rewind(file);
	u8 *data = malloc(size ? size : 1); /* its own block: reading past the end is seen */
	if (!data || fread(data, 1, size, file) != size)
		give_up(path);
	fclose(file);
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	played += 1;
}

int main(int count, char **arguments)
{
	for (int i = 1; i < count; i += 1)
		play(arguments[i]);
	printf("%d passed, 0 failed\n", played);
	return 0;
}
