/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - where the script's text goes: standard output or files, and standard error.
 *
 * Output is collected and written when the caller flushes, or before anything goes to standard
 * error, so that the two stay in order on a terminal.  After a write failed, all later output is
 * thrown away.
 *
 * Files: PATH is expanded by strftime(3) when a file is opened.  With limits, files are PATH.0,
 * PATH.1 …, numbered on from those that are there, so none is ever written over; a line begins in
 * the next one when it does not fit, and the oldest is removed when there are too many.  Without
 * limits it is PATH; output_switch() goes on in PATH as it is expanded then, or in PATH.1, PATH.2 …
 */
#ifndef STAPIO_OUTPUT_H
#define STAPIO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common.h"

struct output {
	int fd;
	char *name;		/* for messages */
	const char *pattern;	/* NULL: standard output */
	char suffix[24];	/* behind the expanded pattern; "" or a CPU's */
	struct file_limits limits;
	long first, next;	/* numbers of the oldest file that is left and of the next one */
	char *base;		/* what `first` and `next` belong to */
	uint64_t written;	/* to this file */
	char last;		/* byte that was put */
	bool regular;		/* writing never blocks for long */
	bool failed;		/* and it was said */
	bool quiet;		/* no warnings */
	char *text;
	size_t length;
};

/* pattern NULL: standard output.  cpu: NULL, or its name in the file's name.  -1: it failed, and that was said. */
int output_open(struct output *output, const char *pattern, const char *cpu,
		const struct file_limits *limits);
void output_record(struct output *output, int kind, const char *text, size_t length);
/* Of bulk mode: the record with its header. */
void output_bytes(struct output *output, const void *bytes, size_t length);
void output_flush(struct output *output);
void output_switch(struct output *output);	/* go on in the next file */
void output_close(struct output *output);	/* after a flush */

/*
 * Set by the owner of the main loop: called while a write must wait, with the descriptor; returns
 * when it is writable, or false to give up.
 */
extern bool (*output_wait)(int fd);

/* The same: called with a record that is no text but a request, after the output before it. */
extern void (*output_request)(int kind, const char *text, size_t length);

#endif
