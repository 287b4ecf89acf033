// SPDX-License-Identifier: GPL-2.0-or-later
/* output.c - collect and write the script's text; see output.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "output.h"

#define OUTPUT_BUFFER (256 * 1024)

bool (*output_wait)(int fd);

int output_open(struct output *output, const char *path)
{
	struct stat st;

	output->fd = STDOUT_FILENO;
	output->name = "standard output";
	if (path) {
		output->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		output->name = path;
	}
	if (output->fd < 0) {
		say_error("cannot open output file '%s': %s.", path, strerror(errno));
		return -1;
	}
	output->regular = !fstat(output->fd, &st) && S_ISREG(st.st_mode);
	output->text = malloc(OUTPUT_BUFFER);
	if (!output->text) {
		say_error("not enough memory.");
		return -1;
	}
	return 0;
}

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
		text += part;
		length -= part;
		if (output->length == OUTPUT_BUFFER)
			output_flush(output);
	}
}

/* One write, so that lines of several programs do not mix. */
static void put_error(const char *prefix, const char *text, size_t length, const char *suffix)
{
	size_t before = strlen(prefix), after = strlen(suffix);
	char *line = malloc(before + length + after);

	if (!line)
		return;
	memcpy(line, prefix, before);
	memcpy(line + before, text, length);
	memcpy(line + before + length, suffix, after);
	write_all(STDERR_FILENO, false, line, before + length + after);
	free(line);
}

void output_record(struct output *output, int kind, const char *text, size_t length)
{
	if (kind == STP_RECORD_OUTPUT) {
		put(output, text, length);
		return;
	}
	output_flush(output);
	if (kind == STP_RECORD_ERROR)
		put_error("ERROR: ", text, length, "\n");
	else if (kind == STP_RECORD_LOG)
		put_error("", text, length, "");
	else if (kind == STP_RECORD_WARNING && !output->quiet)
		put_error("WARNING: ", text, length, "\n");
}
