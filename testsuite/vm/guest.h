/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest.h - for the programs that tests run in the guest. */
#ifndef GUEST_H
#define GUEST_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the program, with errno's text, if something went wrong. */
static inline void check(int bad, const char *what)
{
	if (bad) {
		perror(what);
		exit(1);
	}
}

static inline void file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	check(fd < 0 || write(fd, text, strlen(text)) < 0, path);
	close(fd);
}

#endif
