// A terminal for a command: presses keys one by one when the command says so; what became of the terminal is printed.
#define _GNU_SOURCE
#include "guest.h"

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

int main(int argc, char **argv)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), slave, out[2], status;
	struct termios before, during, after;
	char text[200];
	pid_t child;
	FILE *said;

	(void)argc;
	check(master < 0 || grantpt(master) || unlockpt(master), "ptmx");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	check(slave < 0 || pipe(out) || tcgetattr(slave, &before), "slave");
	child = fork();
	if (child == 0) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		dup2(slave, 0);
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	close(out[1]);
	said = fdopen(out[0], "r");
	check(!fgets(text, sizeof(text), said), "begin");
	usleep(500000);
	check(write(master, "p", 1) != 1 || !fgets(text, sizeof(text), said), "p");
	printf("%s", text);
	tcgetattr(slave, &during);
	check(write(master, "q", 1) != 1 || !fgets(text, sizeof(text), said), "q");
	printf("%s", text);
	waitpid(child, &status, 0);
	tcgetattr(slave, &after);
	printf("status %d during %d after %d\n", status, (during.c_lflag & (ICANON | ECHO)) != 0,
	       after.c_lflag == before.c_lflag);
	return 0;
}
