// SPDX-License-Identifier: GPL-2.0-or-later
/* common.c - messages, and opening a module's control file; see common.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

int verbose;

static void say(const char *prefix, const char *format, va_list args)
{
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("ERROR: ", format, args);
	va_end(args);
}

void say_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("WARNING: ", format, args);
	va_end(args);
}

void say_verbose_at(int level, const char *function, int line, const char *format, ...)
{
	va_list args;

	if (verbose < level)
		return;
	fprintf(stderr, "%s:%s:%d ", program_name, function, line);
	va_start(args, format);
	say("", format, args);
	va_end(args);
}

int control_open(const char *module)
{
	char path[sizeof(STP_CONTROL_DIR) + 1 + STAP_MODULE_NAME_MAX];
	struct stp_status status;
	struct stat st;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), STP_CONTROL_DIR "/%s", module) >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Another driver's file of that name does not know the command. */
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || ioctl(fd, STP_IOC_STATUS, &status)) {
		close(fd);
		return -ENOTTY;
	}
	if (status.version != STP_WIRE_VERSION) {
		close(fd);
		return -EPROTO;
	}
	return fd;
}

bool parse_number(const char *text, long least, long most, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return *text && !*end && !errno && *number >= least && *number <= most;
}
