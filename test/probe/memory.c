/* memory.c - pages and what they may be used for; pointers that lead nowhere; the stack's end. */
#include "test/probe/cpu.h"
#include "test/probe/probe.h"

/* Whoever calls through a pointer made from data is stopped by control-flow
 * integrity first (call-wrong-type shows that). Here it is the page that must. */
#ifdef __clang__
#define UNCHECKED_CALL __attribute__((no_sanitize("cfi-icall")))
#else
#define UNCHECKED_CALL
#endif

static u8 data[16] = { CPU_RETURN };
static u8 bss[16];
static const u8 constant[16] = { CPU_RETURN };
static struct outcome (*const relro[])(void) = { try_write_text, try_write_relro };

extern u8 image_end[] __asm__("_end"); /* the linker's: behind the last byte of bss */

/* The compiler does not see where the address comes from. */
static usize hidden(usize address)
{
	__asm__ volatile("" : "+r"(address));
	return address;
}

static void write_to(usize address)
{
	*(volatile u8 *)hidden(address) = CPU_RETURN;
}

struct outcome try_write_text(void)
{
	write_to((usize)try_write_text);
	return not_stopped();
}

struct outcome try_write_rodata(void)
{
	write_to((usize)constant);
	return not_stopped();
}

/* Tables of addresses are written when the image is relocated, and never again. */
struct outcome try_write_relro(void)
{
	write_to((usize)relro);
	return not_stopped();
}

/* Reads its own code, as one who looks for pieces of it to jump to. */
struct outcome try_read_text(void)
{
	cpu_use(*(volatile u8 *)hidden((usize)try_read_text));
	return not_stopped();
}

UNCHECKED_CALL static void call(usize address)
{
	((void (*)(void))hidden(address))();
}

struct outcome try_execute_data(void)
{
	call((usize)data);
	return not_stopped();
}

struct outcome try_execute_bss(void)
{
	write_to((usize)bss);
	call((usize)bss);
	return not_stopped();
}

struct outcome try_execute_stack(void)
{
	u8 code[16] = { CPU_RETURN };

	call((usize)code);
	return not_stopped();
}

struct outcome try_execute_rodata(void)
{
	call((usize)constant);
	return not_stopped();
}

struct outcome try_read_null(void)
{
	cpu_use(*(volatile u8 *)hidden(16));
	return not_stopped();
}

struct outcome try_write_null(void)
{
	write_to(0);
	return not_stopped();
}

struct outcome try_jump_null(void)
{
	call(0);
	return not_stopped();
}

/* A pointer made of text: no address the processor could have. */
struct outcome try_wild_pointer(void)
{
	write_to(CPU_NO_ADDRESS);
	return not_stopped();
}

/* A possible address, where this image has nothing. */
struct outcome try_far_pointer(void)
{
	write_to((usize)1 << 44);
	return not_stopped();
}

/* The page after the image's last. */
struct outcome try_past_the_end(void)
{
	write_to(((usize)image_end + 4095) / 4096 * 4096);
	return not_stopped();
}

/* Calls itself without end. */
struct outcome try_stack_overflow(void)
{
	volatile u8 frame[1024];

	frame[0] = 1;
	struct outcome o = frame[0] == 1 ? try_stack_overflow() : not_stopped();
	frame[1] = o.status;
	return o;
}

/* Uses the stack when its pointer leads nowhere: who reports that needs a stack of its own. */
struct outcome try_lost_stack(void)
{
	cpu_lose_stack();
	return not_stopped();
}
