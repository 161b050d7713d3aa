/* files.h - files and folders, by path from the root of the tree (the tool works there). */
#ifndef TOOL_FILES_H
#define TOOL_FILES_H

#include "tool/words.h"

bool file_exists(const char *path);
bool folder_exists(const char *path);
bool file_runnable(const char *path);

/* The whole file with a zero behind it, or null. n may be null. */
char *file_read(const char *path, size_t *n);

/* Makes the folders above it. Leaves the file alone when it holds these bytes
 * already, so that what is built from it stays fresh. True if it was written. */
bool file_write(const char *path, const char *bytes, size_t n);

void make_folders(const char *path);

/* Entries of a folder, sorted, without those that begin with a dot. */
struct words folder_entries(const char *path);

/* All files below a folder, sorted, as "folder/..."; hidden ones and out/ are left out. */
void files_below(const char *folder, struct words *out);

/* "a/b/c.h": "a/b", "c.h", "c". */
char *path_folder(const char *path);
const char *path_name(const char *path);
char *path_stem(const char *path);

/* Without "./", "x/../" and doubled slashes. */
char *path_clean(const char *path);

/* The tool works in the root of the tree; its user may stand elsewhere. A path
 * as the user wrote it, from the root (or absolute, if it is outside). */
void work_in_root(void);
char *path_from_user(const char *path);
const char *root_path(void);

#endif
