/* machine.c - instructions that no program may execute, and exceptions of arithmetic. */
#include "test/probe/cpu.h"
#include "test/probe/probe.h"

struct outcome try_undefined_instruction(void)
{
	cpu_undefined();
	return not_stopped();
}

/* Switches interrupts off. */
struct outcome try_privileged_instruction(void)
{
	cpu_privileged();
	return not_stopped();
}

/* Asks where the page tables are. */
struct outcome try_page_tables(void)
{
	cpu_use(cpu_page_tables());
	return not_stopped();
}

/* Reads the table that says what happens at an exception. */
struct outcome try_exception_table(void)
{
	cpu_use(*(volatile u8 *)cpu_exception_table());
	return not_stopped();
}

/* Asks the hypervisor for something, past its tender. */
struct outcome try_hypercall(void)
{
	cpu_hypercall();
	return not_stopped();
}

/* Writes to a port of the machine. */
struct outcome try_port_io(void)
{
	cpu_port_io();
	return not_stopped();
}

struct outcome try_breakpoint(void)
{
	cpu_breakpoint();
	return not_stopped();
}

/* Reads a thread's own data, where compilers look for the stack guard unless told otherwise: an image has none. */
struct outcome try_thread_local(void)
{
	cpu_use(cpu_thread_local());
	return not_stopped();
}

/* Division by zero with the exception for it switched on, by each of the two units. */
struct outcome try_sse_exception(void)
{
	cpu_sse_exception();
	return not_stopped();
}

struct outcome try_x87_exception(void)
{
	cpu_x87_exception();
	return not_stopped();
}
