/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - where the script's text goes: standard output or a file, and standard error.
 *
 * Output is collected and written when the caller flushes, or before anything goes to standard
 * error, so that the two stay in order on a terminal.  After a write failed, all later output is
 * thrown away.
 */
#ifndef STAPIO_OUTPUT_H
#define STAPIO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	int fd;
	const char *name;	/* for messages */
	bool regular;		/* writing never blocks for long */
	bool failed;		/* and it was said */
	bool quiet;		/* no warnings */
	char *text;
	size_t length;
};

/* path NULL: standard output. */
int output_open(struct output *output, const char *path);
void output_record(struct output *output, int kind, const char *text, size_t length);
void output_flush(struct output *output);

/*
 * Set by the owner of the main loop: called while a write must wait, with the descriptor; returns
 * when it is writable, or false to give up.
 */
extern bool (*output_wait)(int fd);

#endif
