/* confine.c - see spt_confine.h. */
#include "tender/confine.h"
#include "base/format.h"
#include "plat/linux/say.h"

enum { POLLED = 9 }; /* ATTACH_PORTS and the console: what one wait looks at */

static bool loud;

static void tell(struct view what, long result)
{
	if (loud)
		say(what, result < 0 ? text("not had") : text("had"), result < 0 ? result : 0, view_none());
}

/* From the smallest kept descriptor on: what lies between two of them is closed. */
static void close_others(const i32 *keep, usize count)
{
	i32 from = 3;

	for (;;) {
		i32 next = -1;

		for (usize i = 0; i < count; i += 1)
			if (keep[i] >= from && (next < 0 || keep[i] < next))
				next = keep[i];
		if (next < 0)
			break;
		if (next > from)
			cpu_call3(CALL_CLOSE_RANGE, from, next - 1, 0);
		from = next + 1;
	}
	tell(text("descriptors closed from here on:"), cpu_call3(CALL_CLOSE_RANGE, from, 0x7fffffff, 0));
}

/* Not a network namespace: making one takes half a millisecond, as long as all else together, and what it
 * would hide can be reached by no call that is left. All at once where the host allows it; a host without some of them still gives the others. */
static void leave_namespaces(void)
{
	const long rest = NEW_MOUNTS | NEW_IPC | NEW_UTS | NEW_CGROUPS;
	long result = cpu_call3(CALL_UNSHARE, NEW_USERS | rest, 0, 0);

	if (result < 0)
		result = cpu_call3(CALL_UNSHARE, NEW_USERS, 0, 0);
	tell(text("namespaces of its own:"), result);
}

/* What each version of Landlock can restrict; all of it is, and nothing is allowed. */
static void use_landlock(void)
{
	static const u64 files[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
	long version = cpu_call3(CALL_LANDLOCK_CREATE, 0, 0, LANDLOCK_VERSION);

	if (version <= 0) {
		tell(text("Landlock:"), version < 0 ? version : -ERROR_OPNOTSUPP);
		return;
	}

	struct linux_landlock all = {
		.files = files[version < 5 ? version : 5],
		.network = version >= 4 ? 3 : 0,
		.scope = version >= 6 ? 3 : 0,
	};
	usize bytes = version >= 6 ? sizeof all : version >= 4 ? 16 : 8;
	long fd = cpu_call3(CALL_LANDLOCK_CREATE, (long)&all, (long)bytes, 0);

	tell(text("Landlock:"), fd < 0 ? fd : cpu_call3(CALL_LANDLOCK_RESTRICT, fd, 0, 0));
	if (fd >= 0)
		linux_close((i32)fd);
}

static void set_limits(void)
{
	static const u32 none[] = { RLIMIT_CORE, RLIMIT_PROCESSES, RLIMIT_MEMLOCK, RLIMIT_ADDRESSES };
	struct linux_rlimit zero = { 0, 0 }, polled = { POLLED, POLLED };
	long result = 0;

	for (usize i = 0; i < COUNT(none); i += 1) {
		long one = cpu_call6(CALL_PRLIMIT, 0, none[i], (long)&zero, 0, 0, 0);

		result = one < 0 ? one : result;
	}
	/* the kernel polls no more than may be open */
	if (result >= 0)
		result = cpu_call6(CALL_PRLIMIT, 0, RLIMIT_FILES, (long)&polled, 0, 0, 0);
	tell(text("limits:"), result);
}

static void drop_capabilities(void)
{
	struct {
		u32 version;
		i32 pid;
	} header = { CAPABILITY_VERSION, 0 };
	struct linux_capabilities none[2] = { { 0 }, { 0 } };

	tell(text("capabilities given up:"), cpu_call3(CALL_CAPSET, (long)&header, (long)none, 0));
}

void confine(const i32 *keep, usize count, bool verbose)
{
	loud = verbose;
	close_others(keep, count);
	leave_namespaces();

	long result = cpu_call6(CALL_PRCTL, PRCTL_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0, 0);

	if (result < 0)
		die(text("cannot give up new privileges"), view_none(), result, view_none());
	use_landlock();
	drop_capabilities();
	/* no page may become executable from here on */
	tell(text("memory deny-write-execute:"),
		cpu_call6(CALL_PRCTL, PRCTL_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0, 0));
	set_limits();
}

void confine_calls(const struct linux_bpf *code, usize count)
{
	struct linux_bpf_program program = { (u16)count, code };
	/* Kernels before 5.16 would also slow every load down after a store, for the sake of secrets in the
	 * same process: there are none here. Kernels before 4.17 do not know the flag. */
	long result = cpu_call3(CALL_SECCOMP, SECCOMP_SET_FILTER, SECCOMP_SPECULATE, (long)&program);

	if (result == -ERROR_INVAL)
		result = cpu_call3(CALL_SECCOMP, SECCOMP_SET_FILTER, 0, (long)&program);
	if (result < 0)
		die(text("the kernel takes no filter of system calls (seccomp)"), view_none(), result,
			text("without one nothing is confined: use the unix target"));
}
