/* sim_image.c - images built as shared objects, each with memory of its own.
 *
 * The dynamic linker knows a file by its inode and maps it once, so a second
 * instance would share the first one's tables. Each is therefore loaded from
 * a copy of its own, in memory. The image's dev/ symbols bind to the runner's
 * (which is linked with -rdynamic); everything else binds inside it.
 */
#include "plat/sim/sim_guest.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIM_PATH_BYTES 160u

/* A copy of the file in memory, or -1. */
static int copy_in_memory(const char *path, char why[SIM_WHY_BYTES])
{
	struct stat info;
	off_t at = 0;
	int from = open(path, O_RDONLY | O_CLOEXEC), to;

	if (from < 0) {
		snprintf(why, SIM_WHY_BYTES, "%s: %s (build it: ./fata build NAME sim)", path,
			strerror(errno));
		return -1;
	}
	to = memfd_create("fata-image", MFD_CLOEXEC);
	if (to < 0 || fstat(from, &info) < 0) {
		snprintf(why, SIM_WHY_BYTES, "%s: cannot copy it into memory: %s", path, strerror(errno));
	} else {
		while (at < info.st_size && sendfile(to, from, &at, (usize)(info.st_size - at)) > 0)
			;
		if (at == info.st_size) {
			close(from);
			return to;
		}
		snprintf(why, SIM_WHY_BYTES, "%s: copying it into memory failed: %s", path, strerror(errno));
	}
	close(from);
	if (to >= 0)
		close(to);
	return -1;
}

/* The functions of dev/image.h that an image defines. */
static bool find_functions(struct sim_image *image, const char *path, char why[SIM_WHY_BYTES])
{
	struct {
		const char *name;
		void *to;
	} wanted[] = {
		{ "image_start", &image->start },
		{ "image_step", &image->step },
		{ "image_stop", &image->stop },
		{ "image_hash", &image->hash },
	};

	for (usize i = 0; i < COUNT(wanted); i += 1) {
		void *found = dlsym(image->handle, wanted[i].name);

		if (!found) {
			snprintf(why, SIM_WHY_BYTES, "%s: no image: it has no %s()", path, wanted[i].name);
			return false;
		}
		memcpy(wanted[i].to, &found, sizeof found); /* ISO C has no cast from object to function */
	}
	void *name = dlsym(image->handle, "image_name");

	memcpy(&image->name, &name, sizeof name);
	return true;
}

/* The dynamic linker also takes a name it has seen for the same file, and file
 * descriptors' numbers come again: so the way to it is spelt differently each
 * time, a bit of the load's number in each step that leads nowhere. */
static void name_copy(char path[SIM_PATH_BYTES], int fd)
{
	static u32 loads;
	usize n = (usize)snprintf(path, SIM_PATH_BYTES, "/proc/self/fd");

	loads += 1;
	for (u32 bits = loads; bits > 0; bits /= 2)
		n += (usize)snprintf(path + n, SIM_PATH_BYTES - n, bits % 2 == 1 ? "//." : "/.");
	snprintf(path + n, SIM_PATH_BYTES - n, "/%d", fd);
}

bool image_load(struct sim_image *image, const char *path, char why[SIM_WHY_BYTES])
{
	char copied[SIM_PATH_BYTES];
	int fd = copy_in_memory(path, why);

	*image = (struct sim_image){ 0 };
	if (fd < 0)
		return false;
	name_copy(copied, fd);
	image->handle = dlopen(copied, RTLD_NOW | RTLD_LOCAL);
	close(fd);
	if (!image->handle) {
		snprintf(why, SIM_WHY_BYTES, "%s: %s", path, dlerror());
		return false;
	}
	if (find_functions(image, path, why))
		return true;
	image_unload(image);
	return false;
}

void image_unload(struct sim_image *image)
{
	if (image->handle)
		dlclose(image->handle);
	*image = (struct sim_image){ 0 };
}
