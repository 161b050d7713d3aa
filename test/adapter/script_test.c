/* script_test.c - every script of test/adapter/scripts comes true with IPv4 and with IPv6; and scripts that must not. */
#include "test/adapter/script.h"
#include "test/test.h"
#include <dirent.h>

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_script(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && strcmp(dot, ".pkt") == 0;
}

static void play_all(int family)
{
	struct dirent **found;
	int n = scandir("test/adapter/scripts", &found, is_script, by_name);

	EXPECT(n >= 30);
	for (int i = 0; i < n; i += 1) {
		char path[300];

		snprintf(path, sizeof path, "test/adapter/scripts/%s", found[i]->d_name);
		if (!script_play(path, family, stderr, 0))
			test_fail(path, 1, "it did not come true; out/test/adapter --trace -%d %s shows it",
				family, path);
		free(found[i]);
	}
	free(found);
}

TEST(every_script_comes_true_over_ipv4)
{
	play_all(4);
}

TEST(every_script_comes_true_over_ipv6)
{
	play_all(6);
}

/* ---- a script that is wrong is noticed ---- */

#define SERVER                                                                                               \
	"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"       \
	"+0 < S 0:0(0) win 1000 <mss 1000>\n"

/* What is said of it. */
static void refused(const char *script, const char *what)
{
	char path[] = "/tmp/fata_script_XXXXXX", said[2000] = "";
	FILE *f = fdopen(mkstemp(path), "w"), *report = fmemopen(said, sizeof said - 1, "w");

	fputs(script, f);
	fclose(f);
	EXPECT(!script_play(path, 4, report, 0));
	fclose(report);
	remove(path);
	if (!strstr(said, what))
		test_fail(__FILE__, __LINE__, "not \"%s\" but: %s", what, said);
}

TEST(a_packet_that_nobody_expects_is_noticed)
{
	refused(SERVER "+.1 < . 1:1(0) ack 1 win 1000\n",
		"before this line, at 0.000000 s, came what was not");
	refused(SERVER, "(the end)");
}

TEST(a_packet_that_is_other_than_expected_is_noticed)
{
	refused(SERVER "+0 > . 0:0(0) ack 1 <...>\n", "its flags differ");
	refused(SERVER "+0 > S. 1:1(0) ack 1 <...>\n", "its sequence numbers differ");
	refused(SERVER "+0 > S. 0:0(0) ack 2 <...>\n", "its acknowledgement differs");
	refused(SERVER "+0 > S. 0:0(0) ack 1 win 1 <...>\n", "its window differs");
	refused(SERVER "+0 > S. 0:0(0) ack 1\n", "its options differ");
	refused(SERVER "+0 > S. 0:0(0) ack 1 <mss 1461>\n", "its options differ");
	refused(SERVER "+0 > S. 0:0(0) ack 1 ttl 63 <...>\n", "its ttl differs");
}

TEST(a_packet_that_is_early_late_or_missing_is_noticed)
{
	refused(SERVER "+.1 > S. 0:0(0) ack 1 <...>\n", "it came too early");
	refused(SERVER "+0 > S. 0:0(0) ack 1 <...>\n+.9 > S. 0:0(0) ack 1 <...>\n",
		"nothing came until then");
}

TEST(a_call_that_gives_something_else_is_noticed)
{
	refused("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n", "the call gave 3");
	refused("0 close(3) = 0\n", "the call gave -1 EBADF");
	refused("0 close(3) = -1 EINVAL\n", "the call gave -1 EBADF");
	refused("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
		"+0 poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 0) = 1\n",
		"revents is");
}

TEST(what_is_no_line_of_a_script_is_told)
{
	refused("nonsense\n", "a line begins with a time");
	refused("0 nonsense\n", "it is no event");
	refused("0 open(3) = 0\n", "there is no call open");
	refused("0 < X 0:0(0)\n", "'X' is no flag");
	refused("0 < S 0:1(0)\n", "SEQ:END(LEN)");
	refused("0 < S 0:0(0) <moss 1>\n", "'moss 1' is no option");
	refused("0 < S 0:0(0) wind 1\n", "is expected");
	refused("--family\n", "--NAME=NUMBER");
	refused("--nonsense=1\n", "there is no --nonsense");
}

TEST(a_call_that_ends_at_another_time_is_noticed)
{
	refused(SERVER "+0 > S. 0:0(0) ack 1 <...>\n+0...0.1 accept(3, ..., ...) = 4\n"
		       "+.05 < . 1:1(0) ack 1 win 1000\n",
		"the call ended at 0.05");
	refused(SERVER "+0 > S. 0:0(0) ack 1 <...>\n+0...0.1 accept(3, ..., ...) = 4\n",
		"the call gave -1 EAGAIN");
}

#define CONNECTED                                                                                            \
	SERVER "+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n"

TEST(code_that_is_not_true_is_noticed)
{
	refused(CONNECTED "+0 %{ assert tcpi_state == TCP_LISTEN, tcpi_state }%\n", "tcpi_state is 1");
	refused(CONNECTED "+0 %{\nx = 2\nx += 1 # three\nassert 1 <= x <= 2\n}%\n", "it is false");
	refused(CONNECTED "+0 %{ assert (tcpi_options & TCPI_OPT_SACK) != 0 }%\n", "tcpi_options is 0");
	refused(CONNECTED "+0 %{ assert tcpi_moon }%\n", "this is not known");
	refused(CONNECTED "+0 %{ assert (1 }%\n", "a ) is missing");
	refused(CONNECTED "+0 %{ 1 + 1 }%\n", "only assert, print and = are known");
	refused("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 %{ assert 1 }%\n", "there is no connection");
}

/* ---- those that were written for Linux ---- */

static bool comes_true(const char *script, enum script_how how)
{
	char path[] = "/tmp/fata_script_XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w"), *report = fopen("/dev/null", "w");
	bool right;

	fputs(script, f);
	fclose(f);
	right = script_play(path, 4, report, how);
	fclose(report);
	remove(path);
	return right;
}

#define AS_LINUX                                                                                             \
	"`./defaults.sh\nsysctl -q net.ipv4.tcp_ecn=0`\n--mss=1000\n"                                        \
	"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 7\n+0 bind(7, ..., ...) = 0\n+0 listen(7, 1) = 0\n"       \
	"+0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 9 ecr 0,nop,wscale 7>\n"                            \
	"+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,TS val 100 ecr 9,nop,wscale 8>\n"                     \
	"+.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 10 ecr 100>\n+0 accept(7, ..., ...) = 4\n"

TEST(what_is_no_difference_to_linux_is_none)
{
	EXPECT(comes_true(AS_LINUX "+0 write(4, ..., 3000) = 3000\n"
				   "+0 > P. 1:3001(3000) ack 1 <nop,nop,TS val 200 ecr 10>\n",
		SCRIPT_PACKETDRILL));
	EXPECT(comes_true(AS_LINUX "+0 write(4, ..., 10) = 10\n+.1 close(4) = 0\n", SCRIPT_PACKETDRILL));
	EXPECT(!comes_true(AS_LINUX, 0));
}

TEST(what_differs_is_noticed_there_too)
{
	EXPECT(!comes_true(AS_LINUX "+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3002(3001) ack 1 <...>\n",
		SCRIPT_PACKETDRILL));
	EXPECT(!comes_true(AS_LINUX "+0 write(4, ..., 3000) = 3000\n"
				    "+0 > P. 1:3001(3000) ack 1 <nop,nop,TS val 200 ecr 11>\n",
		SCRIPT_PACKETDRILL));
	EXPECT(!comes_true(
		AS_LINUX "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", SCRIPT_PACKETDRILL));
	EXPECT(!comes_true(AS_LINUX "+0 close(4) = 0\n+.1 > F. 1:1(0) ack 1 <...>\n", SCRIPT_PACKETDRILL));
}
