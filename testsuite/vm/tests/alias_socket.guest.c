// Connections of this process to itself, over IPv4 and IPv6, with known ports and sizes: see alias_socket.sh.
#include "guest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t address_set(union address *a, int family, const char *text, int port)
{
	memset(a, 0, sizeof(*a));
	a->any.sa_family = family;
	a->v4.sin_port = htons(port);
	if (family == AF_INET)
		inet_pton(family, text, &a->v4.sin_addr);
	else
		inet_pton(family, text, &a->v6.sin6_addr);
	return family == AF_INET ? sizeof(a->v4) : sizeof(a->v6);
}

static int bound(int family, int type, int protocol, const char *text, int port)
{
	union address a;
	socklen_t size = address_set(&a, family, text, port);
	int one = 1, s = socket(family, type, protocol);

	check(s < 0, "socket");
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(s, &a.any, size), "bind");
	return s;
}

static void disconnect(int s)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	check(connect(s, &none, sizeof(none)), "disconnect");
}

static void tcp(int family, const char *text, int from, int to)
{
	int listener = bound(family, SOCK_STREAM, IPPROTO_TCP, text, to);
	int client = bound(family, SOCK_STREAM, IPPROTO_TCP, text, from);
	int server, one = 1;
	union address a;
	socklen_t size = address_set(&a, family, text, to);
	char room[100] = "twelve bytes";
	struct iovec parts[2] = { { room, 5 }, { room, 8 } };

	check(listen(listener, 5), "listen");
	check(connect(client, &a.any, size), "connect");
	server = accept(listener, NULL, NULL);
	check(server < 0, "accept");
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (family == AF_INET6)
		setsockopt(client, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &one, sizeof(one));
	check(setsockopt(client, IPPROTO_TCP, 999, &one, sizeof(one)) == 0, "option 999");
	check(send(client, room, 12, 0) != 12, "send");
	check(recv(server, room, 99, 0) != 12, "recv");
	check(writev(client, parts, 2) != 13, "writev");
	check(read(server, room, 98) != 13, "read");
	check(recv(server, room, 97, MSG_DONTWAIT) >= 0, "recv of nothing");
	disconnect(client);
	close(client);
	close(server);
	close(listener);
}

static void udp(int family, const char *text, int from, int to)
{
	int server = bound(family, SOCK_DGRAM, 0, family == AF_INET ? text : "::", to);
	int client = bound(family, SOCK_DGRAM, 0, family == AF_INET ? text : "::", from);
	union address a;
	socklen_t size = address_set(&a, family, text, to);
	char room[100] = "seven b";

	check(sendto(client, room, 7, 0, &a.any, size) != 7, "sendto");
	check(recv(server, room, 96, 0) != 7, "recv");
	check(connect(client, &a.any, size), "connect");
	check(write(client, room, 9) != 9, "write");
	check(recv(server, room, 95, 0) != 9, "recv");
	disconnect(client);
	if (family == AF_INET6) {
		size = address_set(&a, family, "::ffff:127.0.0.1", to);
		check(sendto(client, room, 3, 0, &a.any, size) != 3, "sendto mapped");
	}
	close(client);
	close(server);
}

int main(void)
{
	tcp(AF_INET, "127.0.0.1", 3001, 2001);
	tcp(AF_INET6, "::1", 3002, 2002);
	udp(AF_INET, "127.0.0.1", 3003, 2003);
	udp(AF_INET6, "::1", 3004, 2004);
	return 0;
}
