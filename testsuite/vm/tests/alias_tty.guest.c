// Both ends of a pseudo terminal: known calls with known text.  See alias_tty.sh.
#define _GNU_SOURCE
#include "guest.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>

int main(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), slave;
	struct winsize size = { .ws_row = 40, .ws_col = 100, .ws_xpixel = 640, .ws_ypixel = 480 };
	struct iovec parts[2] = { { (char *)"part1", 5 }, { (char *)"two", 3 } };
	char text[100] = "room", name[64];
	struct stat stat;
	struct pollfd wait;

	check(master < 0 || grantpt(master) || unlockpt(master), "ptmx");
	strcpy(name, ptsname(master));
	slave = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK);
	check(slave < 0, name);
	fstat(slave, &stat);
	printf("slave %s %lu %d\n", strrchr(name, '/') + 1, (unsigned long)stat.st_ino, slave);
	fflush(stdout);
	prctl(PR_SET_NAME, "terminals");
	check(ioctl(master, TIOCSWINSZ, &size), "TIOCSWINSZ");
	size.ws_row = 41;
	check(ioctl(slave, TIOCSWINSZ, &size), "TIOCSWINSZ");
	check(write(master, "hello\n", 6) != 6, "write");
	wait.fd = slave;
	wait.events = POLLIN;
	check(poll(&wait, 1, 5000) != 1, "poll");
	check(read(slave, text, 77) != 6, "read");
	check(write(slave, "answer", 6) != 6, "write");
	check(writev(slave, parts, 2) != 8, "writev");
	usleep(100000);
	close(slave);
	close(master);
	prctl(PR_SET_NAME, "done");
	return open("/dev/ttySTP1", O_RDWR | O_NOCTTY) >= 0;
}
