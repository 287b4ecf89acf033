// Packets and frames of known content: connections over the loopback device, and two tap devices, whose other ends are here:
// ARP over one, then a bridge of both.  See alias_netfilter.sh.
#include "guest.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

unsigned int if_nametoindex(const char *name);	// its header does not go with the kernel's

static void connection(int family, int port)
{
	int listener = socket(family, SOCK_STREAM, 0), client = socket(family, SOCK_STREAM, 0), server, one = 1;
	struct sockaddr_in6 six = { .sin6_family = family, .sin6_port = htons(port), .sin6_addr = in6addr_loopback };
	struct sockaddr_in four = { .sin_family = family, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t size = family == AF_INET ? sizeof(four) : sizeof(six);
	char room[20];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(listener, address, size) || listen(listener, 1), "listen");
	check(connect(client, address, size), "connect");
	server = accept(listener, NULL, NULL);
	check(send(client, "Hello\001", 6, 0) != 6 || recv(server, room, 6, 0) != 6, "data");
	close(client);
	close(server);
	close(listener);
	client = socket(family, SOCK_DGRAM, 0);
	check(sendto(client, "datagram", 8, 0, address, size) != 8, "datagram");
	close(client);
}

static int tap_open(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int tap = open("/dev/net/tun", O_RDWR);

	check(tap < 0, "/dev/net/tun");
	strcpy(r.ifr_name, name);
	check(ioctl(tap, TUNSETIFF, &r), "TUNSETIFF");
	return tap;
}

static const uint8_t peer[] = { 2, 0, 0, 0, 0xaa, 0xbb };

// The next frame of that type, within five seconds; its length.
static int frame(int tap, int high, int low, uint8_t *to)
{
	struct pollfd wait = { .fd = tap, .events = POLLIN };

	for (int i = 0; i < 200 && poll(&wait, 1, 5000) == 1; i++) {
		int length = read(tap, to, 2000);

		check(length < 14, "read");
		if ((high < 0 && to[12] < 6) || (to[12] == high && to[13] == low))
			return length;
	}
	fprintf(stderr, "no such frame\n");
	exit(1);
}

static void arp(int tap)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr("10.5.0.9") };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	uint8_t f[2000], mac[6];

	check(sendto(s, "x", 1, 0, (struct sockaddr *)&a, sizeof(a)) != 1, "sendto");
	frame(tap, 8, 6, f);
	memcpy(mac, f + 22, 6);
	printf("mac %02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	// The answer: who is asked becomes who answers.
	memcpy(f, mac, 6);
	memcpy(f + 6, peer, 6);
	f[21] = 2;
	memmove(f + 32, f + 22, 10);
	memcpy(f + 22, peer, 6);
	memcpy(f + 28, &a.sin_addr, 4);
	check(write(tap, f, 42) != 42, "answer");
	frame(tap, 8, 0, f);	// and so the datagram comes
	close(s);
}

static void bridge(int tap, int other)
{
	static const uint8_t group[] = { 1, 0x80, 0xc2, 0, 0, 0 };
	static const uint8_t message[] = {
		0, 38, 0x42, 0x42, 3, 0, 0, 0, 0, 1,		// a configuration, with a flag
		0x12, 0x34, 2, 0, 0, 0, 0, 1, 0, 0, 0x12, 0x34,	// root, cost
		0x80, 0x01, 2, 0, 0, 0, 0, 2, 0x80, 7,		// bridge, port
		1, 0, 20, 0, 2, 0, 15, 0,			// times
	};
	uint8_t f[2000] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct ifreq r = { .ifr_flags = 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	check(ioctl(s, SIOCBRADDBR, "br0"), "SIOCBRADDBR");
	strcpy(r.ifr_name, "br0");
	r.ifr_ifindex = if_nametoindex("tap0");
	check(ioctl(s, SIOCBRADDIF, &r), "SIOCBRADDIF");
	r.ifr_ifindex = if_nametoindex("tap1");
	check(ioctl(s, SIOCBRADDIF, &r), "SIOCBRADDIF");
	check(system("ifconfig tap1 up && ifconfig br0 up"), "ifconfig");
	// To all: the bridge itself and its other port.
	memcpy(f + 6, peer, 6);
	f[12] = 0x88;
	f[13] = 0xb5;
	check(write(tap, f, 60) != 60, "frame");
	frame(other, 0x88, 0xb5, f);
	memcpy(f, group, 6);
	memcpy(f + 6, peer, 6);
	memcpy(f + 12, message, sizeof(message));
	memset(f + 12 + sizeof(message), 0, 20);
	check(write(tap, f, 60) != 60, "message");	// passed on: the bridge does not take part yet
	file_write("/sys/class/net/br0/bridge/stp_state", "1");
	check(write(tap, f, 60) != 60, "message");
	frame(other, -1, 0, f);		// what it tells the other one
	close(s);
}

int main(void)
{
	int tap = tap_open("tap0"), other = tap_open("tap1");

	connection(AF_INET, 2101);
	connection(AF_INET6, 2102);
	check(system("ifconfig tap0 10.5.0.1 netmask 255.255.255.0 up"), "ifconfig");
	arp(tap);
	check(system("ifconfig tap0 0.0.0.0"), "ifconfig");
	bridge(tap, other);
	check(system("ifconfig br0 down && brctl delbr br0"), "brctl");
	return 0;
}
