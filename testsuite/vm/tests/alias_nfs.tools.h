/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alias_nfs.tools.h - what alias_nfs.target.c and alias_nfs2.target.c share. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static uint32_t crc32(const unsigned char *data, size_t size)
{
	uint32_t crc = ~0u;

	while (size--) {
		crc ^= *data++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* Until nothing of the file is in memory. */
static int forget(const char *file)
{
	unsigned char there[4];
	int fd = open(file, O_RDONLY), tries, pages;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 4 * 4096, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return -1;
	for (tries = 0, pages = 1; pages && tries < 3000; tries++) {
		if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) || mincore(map, 4 * 4096, there))
			return -1;
		pages = (there[0] | there[1] | there[2] | there[3]) & 1;
		usleep(pages * 10000);
	}
	munmap(map, 4 * 4096);
	close(fd);
	return pages;
}
