// SPDX-License-Identifier: GPL-2.0-or-later
/* direct read|write DEVICE SECTOR BYTES: past the page cache; prints the result, or the error as a number. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int writes = argc == 5 && !strcmp(argv[1], "write");
	int fd = argc == 5 ? open(argv[2], O_RDWR | O_DIRECT) : -1;
	off_t at;
	size_t size;
	void *data;
	ssize_t result;

	if (fd < 0)
		return 1;
	at = 512 * (off_t)atoi(argv[3]);
	size = (size_t)atoi(argv[4]);
	data = aligned_alloc(4096, size);
	memset(data, 'x', size);
	result = writes ? pwrite(fd, data, size, at) : pread(fd, data, size, at);
	printf("%zd\n", result < 0 ? -(ssize_t)errno : result);
	return 0;
}
