// SPDX-License-Identifier: GPL-2.0-or-later
/* generic FILE: what alias_generic.sh looks for, and what it knows of it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

static char data[8192];

int main(int argc, char **argv)
{
	struct iovec vectors[2] = { { data + 100, 300 }, { data, 200 } };
	int fd = open(argv[argc - 1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	int ends[2];
	loff_t at = 4000, from = 10;
	struct stat st;
	char *map;

	memset(data, 'x', sizeof(data));
	if (fd < 0 || pipe(ends) || write(fd, data, 5000) != 5000 || writev(fd, vectors, 2) != 500 ||
	    pread(fd, data, 3000, 1000) != 3000 || preadv(fd, vectors, 2, 50) != 500 ||
	    lseek(fd, -500, SEEK_END) != 5000 || lseek(fd, 7, SEEK_SET) != 7)
		return 1;
	map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || sendfile(ends[1], fd, &from, 600) != 600 ||
	    splice(ends[0], NULL, fd, &at, 600, 0) != 600 || fstat(fd, &st))
		return 1;
	printf("data %p\nmap %p\n", (void *)data, (void *)map);
	printf("inode %lu %u:%u\n", (unsigned long)st.st_ino, major(st.st_dev), minor(st.st_dev));
	return 0;
}
