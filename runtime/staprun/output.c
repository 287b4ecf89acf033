// SPDX-License-Identifier: GPL-2.0-or-later
/* output.c - collect and write the script's text; see output.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "output.h"

#define OUTPUT_BUFFER (256 * 1024)

bool (*output_wait)(int fd);
void (*output_request)(int kind, const char *text, size_t length);

/* ---- names of files -------------------------------------------------------------------------- */

/* The pattern as it is now, with the suffix; allocated; NULL: there is no such name. */
static char *expand(const struct output *output)
{
	char path[PATH_MAX];
	time_t now = time(NULL);
	struct tm local;
	char *name;

	/* 0 bytes may also be an error: a pattern is never empty. */
	if (!*output->pattern || !localtime_r(&now, &local) ||
	    !strftime(path, sizeof(path), output->pattern, &local)) {
		say_error("'%s' is no name for a file, or too long.", output->pattern);
		return NULL;
	}
	if (asprintf(&name, "%s%s", path, output->suffix) < 0)
		return NULL;
	return name;
}

/* Which numbered files of that name are there? */
static void find_numbers(struct output *output)
{
	const char *slash = strrchr(output->base, '/');
	const char *last = slash ? slash + 1 : output->base;
	char *folder = slash ? strndup(output->base, slash - output->base + 1) : strdup(".");
	DIR *dir = folder ? opendir(folder) : NULL;
	size_t length = strlen(last);
	struct dirent *entry;
	long number;

	output->first = output->next = output->limits.size ? 0 : 1;
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, last, length) || entry->d_name[length] != '.' ||
		    !parse_number(entry->d_name + length + 1, 0, LONG_MAX / 2, &number))
			continue;
		if (output->next == output->first || number < output->first)
			output->first = number;
		if (number >= output->next)
			output->next = number + 1;
	}
	if (dir)
		closedir(dir);
	free(folder);
}

static char *numbered(const struct output *output, long number)
{
	char *name;

	return asprintf(&name, "%s.%ld", output->base, number) < 0 ? NULL : name;
}

/* The oldest go; what somebody else has removed is gone, too. */
static void remove_oldest(struct output *output)
{
	for (; output->limits.count && output->next - output->first > output->limits.count;
	     output->first++) {
		char *name = numbered(output, output->first);

		if (name && unlink(name) && errno != ENOENT)
			say_warning("cannot remove '%s': %s.", name, strerror(errno));
		free(name);
	}
}

/* ---- opening --------------------------------------------------------------------------------- */

static int open_file(struct output *output, char *name, int flags)
{
	struct stat st;
	int fd;

	if (!name) {
		say_error("not enough memory.");
		return -1;
	}
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
	if (fd < 0) {
		say_error("cannot open output file '%s': %s.", name, strerror(errno));
		free(name);
		return -1;
	}
	if (output->fd >= 0 && output->fd != STDOUT_FILENO && close(output->fd))
		say_error("cannot write to %s: %s.", output->name, strerror(errno));
	free(output->name);
	output->name = name;
	output->fd = fd;
	output->written = 0;
	output->regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	return 0;
}

/* The next file; with none, output goes on where it is. */
static int open_next(struct output *output, bool first)
{
	char *base = expand(output);
	bool same = base && output->base && !strcmp(base, output->base);

	if (!base)
		return -1;
	if (same) {
		free(base);
	} else {
		free(output->base);
		output->base = base;
		find_numbers(output);
		if (!output->limits.size && (first || access(base, F_OK)))
			return open_file(output, strdup(base), first ? O_TRUNC : O_EXCL);
	}
	if (open_file(output, numbered(output, output->next), O_EXCL))
		return -1;
	output->next++;
	remove_oldest(output);
	return 0;
}

int output_open(struct output *output, const char *pattern, const char *cpu,
		const struct file_limits *limits)
{
	struct stat st;

	output->fd = STDOUT_FILENO;
	output->name = strdup("standard output");
	output->pattern = pattern;
	output->limits = *limits;
	output->text = malloc(OUTPUT_BUFFER);
	if (!output->text || !output->name) {
		say_error("not enough memory.");
		return -1;
	}
	output->regular = !fstat(output->fd, &st) && S_ISREG(st.st_mode);
	if (cpu)
		snprintf(output->suffix, sizeof(output->suffix), "_%s", cpu);
	return pattern ? open_next(output, true) : 0;
}

void output_switch(struct output *output)
{
	if (!output->pattern || output->failed)
		return;
	output_flush(output);
	/* A name that cannot be had will not be tried for with every record. */
	if (open_next(output, false))
		output->written = 0;
}

void output_close(struct output *output)
{
	if (output->fd >= 0 && output->fd != STDOUT_FILENO && close(output->fd))
		say_error("cannot write to %s: %s.", output->name, strerror(errno));
	free(output->name);
	free(output->base);
	free(output->text);
}

/* ---- writing --------------------------------------------------------------------------------- */

/*
 * To a pipe or a terminal in small pieces, and only when there is room (POLLOUT promises PIPE_BUF
 * bytes), so that a reader that has stopped does not make us deaf for signals.
 */
static int write_all(int fd, bool regular, const char *text, size_t length)
{
	while (length) {
		size_t piece = regular || length < PIPE_BUF ? length : PIPE_BUF;
		ssize_t written;

		if (!regular && output_wait && !output_wait(fd))
			return -ECANCELED;
		written = write(fd, text, piece);
		if (written < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			return -errno;
		}
		text += written;
		length -= written;
	}
	return 0;
}

void output_flush(struct output *output)
{
	int rc;

	if (!output->length)
		return;
	rc = write_all(output->fd, output->regular, output->text, output->length);
	output->written += output->length;
	output->length = 0;
	if (!rc)
		return;
	output->failed = true;
	/*
	 * A reader that went away (`| head`) or was given up on knows; a full disk does not speak.
	 */
	if (rc != -EPIPE && rc != -ECANCELED)
		say_error("cannot write to %s: %s.", output->name, strerror(-rc));
}

static void put(struct output *output, const char *text, size_t length)
{
	while (length && !output->failed) {
		size_t room = OUTPUT_BUFFER - output->length;
		size_t part = length < room ? length : room;

		memcpy(output->text + output->length, text, part);
		output->length += part;
		output->last = text[part - 1];
		text += part;
		length -= part;
		if (output->length == OUTPUT_BUFFER)
			output_flush(output);
	}
}

/* Does the file's limit say that these bytes belong to the next one? */
static bool exceeds(const struct output *output, size_t length)
{
	uint64_t there = output->written + output->length;

	return output->limits.size && there && there + length > output->limits.size;
}

/*
 * How much of a text still goes to the old file: the whole lines for which there is room, and in any
 * case the end of a line that begins there.
 */
static size_t old_file_part(const struct output *output, const char *text, size_t length)
{
	uint64_t there = output->written + output->length;
	size_t room = there < output->limits.size ? output->limits.size - there : 0;
	const char *newline = memrchr(text, '\n', room < length ? room : length);

	if (!newline && output->last != '\n')
		newline = memchr(text, '\n', length);
	return newline ? (size_t)(newline - text) + 1 : 0;
}

static void put_text(struct output *output, const char *text, size_t length)
{
	size_t part;

	if (exceeds(output, length)) {
		part = old_file_part(output, text, length);
		put(output, text, part);
		output_switch(output);
		text += part;
		length -= part;
	}
	put(output, text, length);
}

void output_bytes(struct output *output, const void *bytes, size_t length)
{
	if (exceeds(output, length))
		output_switch(output);
	put(output, bytes, length);
}

/* With a newline behind it. */
static void put_error(const char *prefix, const char *text, size_t length)
{
	char *line = malloc(length + 1);

	if (!line)
		return;
	memcpy(line, text, length);
	line[length] = '\n';
	say_text(prefix, line, length + 1);
	free(line);
}

void output_record(struct output *output, int kind, const char *text, size_t length)
{
	if (kind == STP_RECORD_OUTPUT) {
		put_text(output, text, length);
		return;
	}
	output_flush(output);
	if (kind == STP_RECORD_ERROR)
		put_error(error_prefix(), text, length);
	else if (kind == STP_RECORD_LOG)
		say_text("", text, length);
	else if (kind == STP_RECORD_WARNING && !output->quiet)
		put_error(warning_prefix(), text, length);
	else if (output_request)
		output_request(kind, text, length);
}
