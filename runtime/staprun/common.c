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
#include <syslog.h>
#include <unistd.h>

#include "common.h"

int verbose;

static bool color, log_only;

bool set_color(const char *when)
{
	if (!strcmp(when, "always"))
		color = true;
	else if (!strcmp(when, "never"))
		color = false;
	else if (!strcmp(when, "auto"))
		color = isatty(STDERR_FILENO);
	else {
		say_error("-C %s: auto, always or never.", when);
		return false;
	}
	return true;
}

const char *error_prefix(void)
{
	return color ? "\033[01;31mERROR: \033[m" : "ERROR: ";
}

const char *warning_prefix(void)
{
	return color ? "\033[00;33mWARNING: \033[m" : "WARNING: ";
}

void say_to_log(void)
{
	openlog(program_name, LOG_PID, LOG_DAEMON);
	color = false;
	log_only = true;
}

void say_text(const char *prefix, const char *text, size_t length)
{
	size_t before = strlen(prefix), done = 0;
	char *line;

	if (log_only) {
		syslog(LOG_WARNING, "%s%.*s", prefix, (int)length, text);
		return;
	}
	line = malloc(before + length);
	if (!line)
		return;
	memcpy(line, prefix, before);
	memcpy(line + before, text, length);
	while (done < before + length) {
		ssize_t size = write(STDERR_FILENO, line + done, before + length - done);

		if (size < 0 && errno != EINTR && errno != EAGAIN)
			break;
		done += size > 0 ? size : 0;
	}
	free(line);
}

static void say(const char *prefix, const char *format, va_list args)
{
	char *text;
	int length = vasprintf(&text, format, args);

	if (length < 0)
		return;
	text[length] = '\n';		/* in the place of its NUL */
	say_text(prefix, text, (size_t)length + 1);
	free(text);
}

void say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(error_prefix(), format, args);
	va_end(args);
}

void say_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(warning_prefix(), format, args);
	va_end(args);
}

void say_verbose_at(int level, const char *function, int line, const char *format, ...)
{
	char place[128];
	va_list args;

	if (verbose < level)
		return;
	snprintf(place, sizeof(place), "%s:%s:%d ", program_name, function, line);
	va_start(args, format);
	say(place, format, args);
	va_end(args);
}

int control_check(int fd, struct stp_status *status)
{
	struct stat st;

	/* Another driver's file of that name does not know the command. */
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || ioctl(fd, STP_IOC_STATUS, status)) {
		close(fd);
		return -ENOTTY;
	}
	if (status->version != STP_WIRE_VERSION) {
		close(fd);
		return -EPROTO;
	}
	return fd;
}

int control_open(const char *module, struct stp_status *status)
{
	char path[sizeof(STP_CONTROL_DIR) + 1 + STAP_MODULE_NAME_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), STP_CONTROL_DIR "/%s", module) >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : control_check(fd, status);
}

bool parse_number(const char *text, long least, long most, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return *text && !*end && !errno && *number >= least && *number <= most;
}

bool file_limits_parse(const char *text, struct file_limits *limits)
{
	const char *comma = strchr(text, ',');
	size_t length = comma ? (size_t)(comma - text) : strlen(text);
	char size[24] = "";
	long number;

	if (length >= sizeof(size))
		return false;
	memcpy(size, text, length);
	if (!parse_number(size, 1, 1 << 30, &number))
		return false;
	limits->size = (uint64_t)number << 20;
	limits->count = 0;
	return !comma || parse_number(comma + 1, 1, 1 << 20, &limits->count);
}
