/* outside.c - reaching for what the image was not given: the kernel below it, devices, other places in memory.
 *
 * The calls are written out here, as an attacker's code in the image would: no
 * platform offers them.
 */
#include "dev/block.h"
#include "dev/net.h"
#include "test/probe/cpu.h"
#include "test/probe/probe.h"

static const u8 constant[4096] __attribute__((aligned(4096))) = { 1 };
static u8 variable[4096] __attribute__((aligned(4096)));

extern u64 __stack_chk_guard; /* what the stack protector compares with */

/* Of a call to the kernel, by what it returned. */
static struct outcome called(long result)
{
	return result < 0 ? nothing(text("the kernel refuses")) : not_stopped();
}

/* Duplicates a descriptor: harmless, and of no use to any image. */
struct outcome try_system_call(void)
{
	return called(cpu_system_call(CPU_CALL_DUP, 1, 0, 0));
}

struct outcome try_open_file(void)
{
	return called(cpu_system_call(CPU_CALL_OPEN, (long)"/etc/passwd", 0, 0));
}

/* Whoever runs this has left number 9 open, as a careless parent does. */
struct outcome try_descriptor(void)
{
	return called(cpu_system_call(CPU_CALL_WRITE, 9, (long)"!", 1));
}

/* A gigabyte more. */
struct outcome try_more_memory(void)
{
	return called(cpu_system_call6(CPU_CALL_MMAP, 0, 1l << 30, CPU_READ | CPU_WRITE,
		CPU_MAP_PRIVATE | CPU_MAP_ANONYMOUS, -1, 0));
}

struct outcome try_make_executable(void)
{
	variable[0] = CPU_RETURN;
	return called(
		cpu_system_call(CPU_CALL_MPROTECT, (long)variable, sizeof variable, CPU_READ | CPU_EXECUTE));
}

struct outcome try_make_writable(void)
{
	return called(
		cpu_system_call(CPU_CALL_MPROTECT, (long)constant, sizeof constant, CPU_READ | CPU_WRITE));
}

/* This image's manifest has no devices. */
struct outcome try_undeclared_port(void)
{
	cpu_use(net_facts(0).mtu);
	return not_stopped();
}

struct outcome try_undeclared_disk(void)
{
	cpu_use((usize)block_facts(0).sectors);
	return not_stopped();
}

/* Where a variable was in an earlier run. */
struct outcome try_guess_address(void)
{
	if (probe_at() == 0)
		return probe_again((u64)variable);
	cpu_use(*(volatile u8 *)(usize)probe_at());
	return not_stopped();
}

/* What the stack protector's guard was in an earlier run: whoever knows it can write past a variable unseen. */
struct outcome try_guess_guard(void)
{
	if (probe_at() == 0)
		return probe_again(__stack_chk_guard);
	return probe_at() == __stack_chk_guard ? not_stopped() : nothing(text("the guard is another one"));
}
