// SPDX-License-Identifier: GPL-2.0-or-later
/* seed_syscalls.target: what ptrace() and open() of nothing say. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ptrace.h>

int main(void)
{
	long traced = ptrace(PTRACE_TRACEME, 0, 0, 0);
	int opened = open("/no/such/file", O_RDONLY);

	printf("ptrace %ld open %d %d\n", traced, opened, errno);
	return 0;
}
