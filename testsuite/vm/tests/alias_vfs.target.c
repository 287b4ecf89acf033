// SPDX-License-Identifier: GPL-2.0-or-later
/* transfer FILE: what alias_vfs.sh looks for, with numbers of bytes of its own, and the inode. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

static char data[12 * 4096];

/* The file's four pages become dirty by what writes to memory. */
static int touch(int fd)
{
	volatile char *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (pages == MAP_FAILED)
		return -1;
	for (int i = 0; i < 4; i++)
		pages[i * 4096] = 'y';
	return munmap((void *)pages, 4 * 4096);
}

int main(int argc, char **argv)
{
	struct iovec vectors[3] = { { data, 1000 }, { data + 1000, 2000 }, { data + 3000, 3 } };
	struct stat st;
	int fd = open(argv[argc - 1], O_RDWR | O_CREAT | O_TRUNC, 0600);

	memset(data, 'x', sizeof(data));
	if (fd < 0 || write(fd, data, 12345) != 12345 || writev(fd, vectors, 3) != 3003 || fsync(fd) ||
	    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) || touch(fd) || pread(fd, data, 777, 100) != 777 ||
	    preadv(fd, vectors, 2, 5000) != 3000 || pread(fd, data, 10, 1000000) != 0 || fstat(fd, &st) ||
	    ftruncate(fd, 0))
		return 1;
	printf("buffer %p\nvector %p\n", (void *)data, (void *)vectors);
	printf("inode %lu %u:%u\n", (unsigned long)st.st_ino, major(st.st_dev), minor(st.st_dev));
	return 0;
}
