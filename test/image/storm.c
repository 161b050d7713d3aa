/* storm.c - malformed frames at a running image: valid ones broken in seeded ways.
 *
 *     storm INTERFACE TARGET-MAC TARGET-IP4 TARGET-IP6 COUNT [SEED]
 *
 * Sends COUNT Ethernet frames out of INTERFACE (AF_PACKET). Each begins as a
 * packet that makes sense (ARP, DHCP, ICMP, UDP, TCP in several states, IPv6 with
 * extension headers, neighbour discovery) and is then truncated, extended, bit-flipped,
 * given wrong lengths, or filled with noise; in half of them checksums are put
 * right again, so that the damage reaches the inner decoders.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

typedef unsigned char byte;

static unsigned long long seed;
static byte target_mac[6], target4[4], target6[16];
static byte frame[2048];
static unsigned len, ip_at, transport_at;

static unsigned dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static void put(const void *p, unsigned n)
{
	memcpy(frame + len, p, n);
	len += n;
}

static void put8(unsigned v)
{
	frame[len++] = (byte)v;
}

static void put16(unsigned v)
{
	put8(v >> 8);
	put8(v & 255);
}

static void noise(unsigned n)
{
	while (n-- > 0)
		put8(dice(256));
}

static unsigned sum(unsigned long s, const byte *p, unsigned n)
{
	for (unsigned i = 0; i < n; i += 1)
		s += i % 2 ? p[i] : (unsigned)p[i] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (unsigned)s;
}

static void ether(unsigned type)
{
	static const byte own[6] = { 2, 0, 0, 0, 0, 9 };

	len = 0;
	if (dice(12) == 0)
		memset(frame, 255, 6), len = 6;
	else
		put(target_mac, 6);
	put(own, 6);
	put16(type);
}

static void ip4(unsigned protocol)
{
	static const byte own[4] = { 10, 77, 0, 1 };

	ether(0x0800);
	ip_at = len;
	put8(0x45);
	put8(dice(256));
	put16(0);
	put16(dice(65536));
	put16(dice(8) ? 0x4000 : dice(65536));
	put8(1 + dice(255));
	put8(protocol);
	put16(0);
	put(own, 4);
	put(target4, 4);
	if (dice(8) == 0) { /* options */
		unsigned words = 1 + dice(10);

		frame[ip_at] = (byte)(0x45 + words);
		noise(words * 4);
	}
	transport_at = len;
}

static void ip6(unsigned next)
{
	byte own[16] = { 0xfd, 0x77 };

	own[15] = 1;
	ether(0x86dd);
	ip_at = len;
	put8(0x60);
	noise(3);
	put16(0);
	put8(next);
	put8(dice(2) ? 255 : dice(256));
	put(own, 16);
	put(target6, 16);
	while (dice(4) == 0 && len < 300) { /* extension headers */
		static const byte kinds[] = { 0, 43, 44, 60, 59, 51 };
		unsigned kind = kinds[dice(6)], words = dice(3);

		frame[ip_at + 6] = (byte)kind;
		put8(next);
		put8(kind == 44 ? 0 : words);
		noise(kind == 44 ? 6 : words * 8 + 6);
	}
	transport_at = len;
}

static void tcp(void)
{
	unsigned at = len, options = dice(11) * 4;

	put16(1024 + dice(60000));
	put16(dice(4) ? 80 : dice(65536));
	noise(8);
	put8((5 + options / 4) << 4);
	put8(dice(3) ? (dice(2) ? 2 : 16) : dice(256));
	put16(dice(65536));
	put16(0);
	put16(dice(10) ? 0 : dice(65536));
	noise(options);
	if (options >= 8 && dice(2)) { /* an option that lies about its length */
		frame[at + 20] = (byte)dice(9);
		frame[at + 21] = (byte)dice(40);
	}
	noise(dice(2) ? 0 : dice(600));
}

static void udp(void)
{
	unsigned n = dice(400);
	static const unsigned ports[] = { 53, 67, 68, 123, 7, 80, 5353 };

	put16(dice(2) ? 67 : dice(65536));
	put16(dice(3) ? ports[dice(7)] : dice(65536));
	put16(8 + n);
	put16(0);
	noise(n);
}

static void icmp(int six)
{
	static const byte types6[] = { 1, 2, 3, 4, 128, 129, 133, 134, 135, 136, 137 };

	put8(six ? types6[dice(11)] : dice(20));
	put8(dice(3) ? 0 : dice(256));
	put16(0);
	noise(4);
	if (six && dice(2))
		put(target6, 16);
	if (dice(2)) { /* options, some of length 0 */
		put8(1 + dice(31));
		put8(dice(4));
	}
	noise(dice(200));
}

static void arp(void)
{
	ether(0x0806);
	ip_at = transport_at = len;
	put16(dice(8) ? 1 : dice(65536));
	put16(dice(8) ? 0x0800 : dice(65536));
	put8(dice(8) ? 6 : dice(256));
	put8(dice(8) ? 4 : dice(256));
	put16(dice(8) ? 1 + dice(2) : dice(65536));
	noise(10);
	noise(6);
	put(target4, 4);
}

/* Lengths and checksums as they should be. */
static void right(void)
{
	unsigned type = (unsigned)(frame[12] << 8 | frame[13]), n = len - transport_at, protocol, at;
	unsigned long pseudo;

	if (type == 0x0800) {
		frame[ip_at + 2] = (byte)((len - ip_at) >> 8);
		frame[ip_at + 3] = (byte)(len - ip_at);
		frame[ip_at + 10] = frame[ip_at + 11] = 0;
		at = 0xffff & ~sum(0, frame + ip_at, (frame[ip_at] & 15u) * 4);
		frame[ip_at + 10] = (byte)(at >> 8);
		frame[ip_at + 11] = (byte)at;
		protocol = frame[ip_at + 9];
		pseudo = sum(protocol == 1 ? 0 : protocol + n, frame + ip_at + 12, protocol == 1 ? 0 : 8);
	} else if (type == 0x86dd) {
		frame[ip_at + 4] = (byte)((len - ip_at - 40) >> 8);
		frame[ip_at + 5] = (byte)(len - ip_at - 40);
		protocol = frame[ip_at + 6];
		pseudo = sum(protocol + n, frame + ip_at + 8, 32);
	} else {
		return;
	}
	at = protocol == 6 ? 16 : protocol == 17 ? 6 : protocol == 1 || protocol == 58 ? 2 : 0;
	if (at == 0 || n < at + 2)
		return;
	frame[transport_at + at] = frame[transport_at + at + 1] = 0;
	n = 0xffff & ~sum(pseudo, frame + transport_at, n);
	frame[transport_at + at] = (byte)(n >> 8);
	frame[transport_at + at + 1] = (byte)n;
}

static void break_it(void)
{
	for (unsigned times = 1 + dice(4); times > 0; times -= 1) {
		switch (dice(5)) {
		case 0: frame[12 + dice(len - 12)] ^= (byte)(1u << dice(8)); break;
		case 1: frame[12 + dice(len - 12)] = (byte)dice(256); break;
		case 2: len = 14 + dice(len - 13); break;
		case 3: noise(dice(200)); break;
		default:
			frame[ip_at + dice(len > ip_at + 24 ? 24 : len - ip_at + 1)] =
				(byte)(dice(2) ? 255 : 0);
			break;
		}
		if (len <= ip_at + 1)
			break;
	}
}

static void make(void)
{
	switch (dice(9)) {
	case 0: arp(); break;
	case 1: ip4(1), icmp(0); break;
	case 2: ip4(17), udp(); break;
	case 3:
	case 4: ip4(6), tcp(); break;
	case 5: ip6(58), icmp(1); break;
	case 6: ip6(17), udp(); break;
	case 7: ip6(6), tcp(); break;
	default: ether(dice(65536)), ip_at = transport_at = len, noise(dice(1400)); break;
	}
	right();
	break_it();
	if (dice(2) && len > transport_at + 8 && len > ip_at + 40)
		right();
}

int main(int count, char **arguments)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	unsigned m[6];
	unsigned long frames, sent = 0;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (count < 6 ||
		sscanf(arguments[2], "%x:%x:%x:%x:%x:%x", m, m + 1, m + 2, m + 3, m + 4, m + 5) != 6 ||
		inet_pton(AF_INET, arguments[3], target4) != 1 ||
		inet_pton(AF_INET6, arguments[4], target6) != 1) {
		fprintf(stderr, "usage: storm INTERFACE MAC IP4 IP6 COUNT [SEED]\n");
		return 2;
	}
	for (int i = 0; i < 6; i += 1)
		target_mac[i] = (byte)m[i];
	frames = strtoul(arguments[5], 0, 10);
	seed = 0x9e3779b97f4a7c15ull * (count > 6 ? strtoull(arguments[6], 0, 10) + 1 : 1);
	to.sll_ifindex = (int)if_nametoindex(arguments[1]);
	if (fd < 0 || to.sll_ifindex == 0) {
		perror("storm: interface");
		return 2;
	}
	for (unsigned long i = 0; i < frames; i += 1) {
		make();
		if (len > 1514)
			len = 1514;
		if (sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof to) >= 0)
			sent += 1;
		if (i % 64 == 63)
			usleep(500); /* the interface's queue is not what is tested */
	}
	printf("storm: %lu frames sent\n", sent);
	return sent > frames / 2 ? 0 : 1;
}
