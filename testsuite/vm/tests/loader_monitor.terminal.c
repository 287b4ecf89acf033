// SPDX-License-Identifier: GPL-2.0-or-later
/* loader_monitor.terminal ROWS COMMAND...: run it on a terminal of its own, and print what that shows. */
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = (unsigned short)atoi(argv[1]), .ws_col = 70 };
	char text[4096];
	int terminal, status;
	ssize_t length;
	pid_t child;

	if (argc < 3)
		return 2;
	child = forkpty(&terminal, NULL, NULL, &size);
	if (!child) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	/* EIO: nobody has the terminal open any more. */
	while ((length = read(terminal, text, sizeof(text))) > 0)
		if (write(STDOUT_FILENO, text, (size_t)length) != length)
			return 2;
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
