// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * network.c - traffic of known size and known trouble, for the tests of examples/network.
 *
 *	network tcp SENT RECEIVED MILLISECONDS	a connection to a child of its own, which lasts so long
 *	network full				a connection that waits as nobody accepts: "waited MILLISECONDS"
 *	network refused N			N connections to port 4999, where nobody listens
 *	network busy				a bind to a port that is taken
 *	network udp N SIZE			N datagrams to a child of its own
 *	network lost N				N datagrams to port 4998, where nobody listens
 *
 * All of it is on the loopback device; servers listen on port 4000.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

static char buffer[65536];

static struct sockaddr_in at(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int make(int type)
{
	int fd = socket(AF_INET, type, 0), on = 1;

	check(fd < 0, "socket");
	check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "setsockopt");
	return fd;
}

static int bound(int type, int backlog)
{
	struct sockaddr_in address = at(4000);
	int fd = make(type);

	check(bind(fd, (void *)&address, sizeof(address)), "bind");
	check(type == SOCK_STREAM && listen(fd, backlog), "listen");
	return fd;
}

static int to(int fd, int port)
{
	struct sockaddr_in address = at(port);

	return connect(fd, (void *)&address, sizeof(address));
}

static int connected(void)
{
	int fd = make(SOCK_STREAM);

	check(to(fd, 4000), "connect");
	return fd;
}

static void move(int fd, int size, ssize_t (*how)(int, void *, size_t))
{
	while (size) {
		ssize_t part = how(fd, buffer, size < 10000 ? size : 10000);

		check(part <= 0, "transfer");
		size -= part;
	}
}

static ssize_t put(int fd, void *data, size_t size)
{
	return write(fd, data, size);
}

static void tcp(int sent, int received, int ms)
{
	int listener = bound(SOCK_STREAM, 5), fd;

	if (!fork()) {
		prctl(PR_SET_NAME, "server");
		fd = accept(listener, NULL, NULL);
		move(fd, sent, read);
		move(fd, received, put);
		check(read(fd, buffer, 1) != 0, "end");
		exit(0);
	}
	prctl(PR_SET_NAME, "client");
	fd = connected();
	move(fd, sent, put);
	move(fd, received, read);
	usleep(ms * 1000);
	close(fd);
	wait(NULL);
}

static void full(void)
{
	int listener = bound(SOCK_STREAM, 0), fd, go[2];
	struct timespec before, after;
	struct pollfd wanted;

	check(pipe(go), "pipe");
	connected();
	if (!fork()) {
		char byte;

		prctl(PR_SET_NAME, "server");
		check(read(go[0], &byte, 1) != 1 || accept(listener, NULL, NULL) < 0, "accept");
		exit(0);
	}
	prctl(PR_SET_NAME, "client");
	usleep(100000);
	fd = make(SOCK_STREAM | SOCK_NONBLOCK);
	clock_gettime(CLOCK_MONOTONIC, &before);
	check(to(fd, 4000) == 0 || errno != EINPROGRESS, "connect");
	usleep(300000);
	check(write(go[1], "", 1) != 1, "write");
	wanted = (struct pollfd){ .fd = fd, .events = POLLOUT };
	check(poll(&wanted, 1, 20000) != 1, "poll");
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("waited %ld\n", (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000);
	wait(NULL);
}

static void udp(int count, int size)
{
	int fd = bound(SOCK_DGRAM, 0), i;

	if (!fork()) {
		prctl(PR_SET_NAME, "receiver");
		for (i = 0; i < count; i++)
			check(recv(fd, buffer, sizeof(buffer), 0) != size, "recv");
		exit(0);
	}
	prctl(PR_SET_NAME, "sender");
	fd = make(SOCK_DGRAM);
	check(to(fd, 4000), "connect");
	for (i = 0; i < count; i++) {
		check(send(fd, buffer, size, 0) != size, "send");
		usleep(1000);
	}
	wait(NULL);
}

int main(int count, char **argument)
{
	const char *what = count > 1 ? argument[1] : "";
	int number[3] = { 0 }, i;

	for (i = 2; i < count && i < 5; i++)
		number[i - 2] = atoi(argument[i]);
	if (!strcmp(what, "tcp")) {
		tcp(number[0], number[1], number[2]);
	} else if (!strcmp(what, "full")) {
		full();
	} else if (!strcmp(what, "refused")) {
		for (i = 0; i < number[0]; i++)
			check(to(make(SOCK_STREAM), 4999) == 0, "refused");
	} else if (!strcmp(what, "busy")) {
		struct sockaddr_in address = at(4000);

		bound(SOCK_STREAM, 5);
		check(bind(make(SOCK_STREAM), (void *)&address, sizeof(address)) == 0, "busy");
	} else if (!strcmp(what, "udp")) {
		udp(number[0], number[1]);
	} else if (!strcmp(what, "lost")) {
		struct sockaddr_in address = at(4998);
		int fd = make(SOCK_DGRAM);

		for (i = 0; i < number[0]; i++)
			check(sendto(fd, buffer, 10, 0, (void *)&address, sizeof(address)) != 10, "sendto");
	} else {
		return 2;
	}
	return 0;
}
