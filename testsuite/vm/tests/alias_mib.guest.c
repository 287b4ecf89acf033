// Traffic that every counter of the test sees: of this machine with itself, and with one at the other end of a tun device,
// whose packets are made here.  See alias_mib.sh.
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int tun;

static uint32_t sum(const void *bytes, int length, uint32_t start)
{
	const uint8_t *b = bytes;

	for (int i = 0; i < length; i++)
		start += i & 1 ? b[i] : b[i] << 8;
	return start;
}

static uint16_t folded(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return htons(~s & 0xffff);
}

struct ip {
	uint8_t version, tos;
	uint16_t length, id, fragment;
	uint8_t ttl, protocol;
	uint16_t sum;
	uint32_t from, to;
	uint8_t data[2000];
} __attribute__((packed));

// An IPv4 packet comes in by the tun device, with so many bytes behind its header.
static void come(struct ip *p, const char *to, int protocol, int fragment, int length)
{
	p->version = 0x45;
	p->length = htons(20 + length);
	p->id = htons(77);
	p->fragment = htons(fragment);
	p->ttl = 64;
	p->protocol = protocol;
	p->sum = 0;
	p->from = inet_addr("10.1.0.2");
	p->to = inet_addr(to);
	p->sum = folded(sum(p, 20, 0));
	check(write(tun, p, 20 + length) != 20 + length, "write to tun");
}

// A TCP segment comes in by it, for 10.1.0.1:2001.
static void come_tcp(int port, uint32_t seq, uint32_t ack, int flags)
{
	struct ip p = { .version = 0 };
	struct tcphdr *t = (struct tcphdr *)p.data;
	uint32_t pseudo;

	t->source = htons(port);
	t->dest = htons(2001);
	t->seq = htonl(seq);
	t->ack_seq = htonl(ack);
	t->doff = 5;
	p.data[13] = flags;
	t->window = htons(10000);
	p.from = inet_addr("10.1.0.2");
	p.to = inet_addr("10.1.0.1");
	pseudo = sum(&p.from, 8, 6 + 20);
	t->check = folded(sum(t, 20, pseudo));
	come(&p, "10.1.0.1", 6, 0, 20);
}

static void device(int request, const char *name, int value)
{
	struct ifreq r = { .ifr_mtu = value };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	strcpy(r.ifr_name, name);
	check(ioctl(s, request, &r), "ioctl");
	close(s);
}

static void tun_open(void)
{
	struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	tun = open("/dev/net/tun", O_RDWR);
	check(tun < 0, "/dev/net/tun");
	strcpy(r.ifr_name, "tun0");
	check(ioctl(tun, TUNSETIFF, &r), "TUNSETIFF");
	check(system("ifconfig tun0 10.1.0.1 netmask 255.255.255.0 up"), "ifconfig");
}

// A packet that another reader waits for, too, is cloned on its way; alias_mib.lose.stp lets that fail.
static void lost(void)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("tun0") };
	int s = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
	struct ip p = { .version = 0 };

	check(s < 0 || bind(s, (struct sockaddr *)&at, sizeof(at)), "packets");
	come(&p, "10.1.0.1", 254, 0, 8);
	close(s);
}

static void internet(void)
{
	struct ip p = { .version = 0 };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr("10.2.0.5") };
	int always = IP_PMTUDISC_DO, s = socket(AF_INET, SOCK_DGRAM, 0);
	char room[900] = "";

	file_write("/proc/sys/net/ipv4/ip_forward", "0");
	come(&p, "10.99.0.1", 17, 0, 8);		// not ours
	file_write("/proc/sys/net/ipv4/ip_forward", "1");
	come(&p, "10.99.0.1", 17, 0, 8);		// no route
	come(&p, "10.1.0.1", 253, 0, 8);		// no such protocol
	come(&p, "10.2.0.5", 253, 0, 8);		// passed on
	come(&p, "10.2.0.5", 253, 0, 1000);		// and fragmented
	come(&p, "10.2.0.5", 253, 0x4000, 1000);	// which it must not be
	come(&p, "10.1.0.1", 17, 0x2000, 64);		// a fragment; the rest never comes
	come(&p, "10.1.0.1", 17, 0x2008, 64);
	check(sendto(s, room, 900, 0, (struct sockaddr *)&a, sizeof(a)) != 900, "sendto");	// fragmented
	// Too big only when it is sent.
	device(SIOCSIFMTU, "dummy0", 1500);
	setsockopt(s, IPPROTO_IP, IP_MTU_DISCOVER, &always, sizeof(always));
	check(sendto(s, room, 900, MSG_MORE, (struct sockaddr *)&a, sizeof(a)) != 900, "sendto more");
	device(SIOCSIFMTU, "dummy0", 600);
	sendto(s, room, 1, 0, (struct sockaddr *)&a, sizeof(a));
	close(s);
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t own(union address *a, int family, int port)
{
	memset(a, 0, sizeof(*a));
	a->any.sa_family = family;
	a->v4.sin_port = htons(port);
	if (family == AF_INET)
		a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		a->v6.sin6_addr = in6addr_loopback;
	return family == AF_INET ? sizeof(a->v4) : sizeof(a->v6);
}

static int listening(int family, int port, int room, int any)
{
	int one = 1, s = socket(family, SOCK_STREAM, 0);
	union address a;
	socklen_t size = own(&a, family, port);

	if (any)
		a.v4.sin_addr.s_addr = 0;
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(s, &a.any, size) || listen(s, room), "listen");
	return s;
}

static int connected(int family, int port, int flags)
{
	int s = socket(family, SOCK_STREAM | flags, 0);
	union address a;
	socklen_t size = own(&a, family, port);

	if (connect(s, &a.any, size) && errno != EINPROGRESS) {
		close(s);
		return -1;
	}
	return s;
}

static void connections(int family)
{
	int listener = listening(family, 2002, 5, 0), client, server;
	struct linger at_once = { .l_onoff = 1 };
	char room[10] = "x";

	for (int i = 0; i < 3; i++) {
		client = connected(family, 2002, 0);
		server = accept(listener, NULL, NULL);
		check(client < 0 || server < 0, "connection");
		check(send(client, room, 5, 0) != 5, "send");
		if (i == 1)
			setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		if (i != 2)
			recv(server, room, 5, 0);
		close(i == 2 ? server : client);	// unread data: a reset
		close(i == 2 ? client : server);
	}
	close(listener);
	check(connected(family, 2003, 0) >= 0, "connection to nobody");
}

// One acknowledges late when it answers now and then.
static void delayed(void)
{
	int listener = listening(AF_INET, 2004, 5, 0), client = connected(AF_INET, 2004, 0), server = accept(listener, NULL, NULL);
	char byte = 0;

	for (int i = 0; i < 20; i++) {
		check(send(client, &byte, 1, 0) != 1 || recv(server, &byte, 1, 0) != 1, "there");
		check(send(server, &byte, 1, 0) != 1 || recv(client, &byte, 1, 0) != 1, "back");
	}
	send(client, &byte, 1, 0);
	usleep(400000);
	close(client);
	close(server);
	close(listener);
}

static void overflow(void)
{
	int listener = listening(AF_INET, 2005, 0, 0), clients[4];

	for (int i = 0; i < 4; i++)
		clients[i] = connected(AF_INET, 2005, SOCK_NONBLOCK);
	usleep(100000);
	for (int i = 0; i < 4; i++)
		close(clients[i]);
	close(listener);
}

// What the kernel sends by the tun device: the sequence number of its SYN and ACK for this port.
static uint32_t answer_to(int port)
{
	struct ip p;

	for (;;) {
		struct tcphdr *t = (struct tcphdr *)p.data;
		check(read(tun, &p, sizeof(p)) < 20, "read from tun");
		if (p.version == 0x45 && p.protocol == 6 && ntohs(t->dest) == port && t->syn && t->ack)
			return ntohl(t->seq);
	}
}

static void half_open(void)
{
	int listener = listening(AF_INET, 2001, 5, 1), away;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = inet_addr("10.1.0.77") };

	come_tcp(4001, 1000, 0, 2);			// SYN
	answer_to(4001);
	come_tcp(4001, 1001, 0, 4);			// RST: refused
	come_tcp(4002, 1000, 0, 2);			// SYN, and no more: answered again
	answer_to(4002);
	away = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	connect(away, (struct sockaddr *)&a, sizeof(a));	// nobody answers: sent again
	usleep(2500000);
	close(away);
	close(listener);
}

static void pressure(void)
{
	int listener = listening(AF_INET, 2006, 5, 0), client = connected(AF_INET, 2006, 0), server = accept(listener, NULL, NULL);
	static char room[4 << 20];
	int size = sizeof(room);

	file_write("/proc/sys/net/ipv4/tcp_mem", "1 2 100000");
	setsockopt(client, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	send(client, room, sizeof(room), MSG_DONTWAIT);
	usleep(300000);
	recv(server, room, sizeof(room), MSG_DONTWAIT);
	close(client);
	close(server);
	close(listener);
}

int main(void)
{
	tun_open();
	lost();
	internet();
	connections(AF_INET);
	connections(AF_INET6);
	delayed();
	overflow();
	half_open();
	pressure();
	return 0;
}
