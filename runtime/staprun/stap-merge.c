// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stap-merge.c - put the files of bulk mode in order.
 *
 * A file holds records as wire.h describes them, of one CPU, with ascending stamps.  Which files
 * belong to one run is the caller's word; stamps of two runs would be mixed.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

#ifndef VERSION
#define VERSION "0"
#endif

#define RECORD_MAX (64u << 20)	/* more than any sub-buffer */

const char *program_name = "stap-merge";

struct input {
	FILE *file;		/* NULL: it is at its end */
	const char *name;
	struct stp_record record;
	char *text;
	size_t room;
};

static void usage(FILE *to)
{
	fputs("Usage: stap-merge [-v] [-o FILE] FILE...\n"
	      "Merge the files that stap -b has written, one for each CPU, in the order of the output.\n"
	      "  -o FILE     write to FILE; default: standard output\n"
	      "  -v          say which CPU's file each piece of output is from\n"
	      "  -h --help, -V --version\n",
	      to);
}

/* The next record; at the end of the file, or of what is whole in it, file is NULL.  -1: damaged. */
static int advance(struct input *input)
{
	size_t got = fread(&input->record, 1, sizeof(input->record), input->file);
	size_t size;

	if (!got && !ferror(input->file)) {
		fclose(input->file);
		input->file = NULL;
		return 0;
	}
	size = STP_RECORD_SIZE((size_t)input->record.length) - sizeof(input->record);
	if (got != sizeof(input->record) || input->record.magic != STP_RECORD_MAGIC ||
	    input->record.length > RECORD_MAX)
		goto damaged;
	if (size > input->room) {
		char *text = realloc(input->text, size);

		if (!text) {
			say_error("not enough memory.");
			exit(1);
		}
		input->text = text;
		input->room = size;
	}
	if (fread(input->text, 1, size, input->file) == size)
		return 0;
damaged:
	if (ferror(input->file))
		say_error("cannot read '%s': %s.", input->name, strerror(errno));
	else if (got == sizeof(input->record) && input->record.magic != STP_RECORD_MAGIC)
		say_error("'%s' is not a file of stap's bulk mode, or is damaged; the rest of it is left out.",
			  input->name);
	else
		say_error("'%s' ends within a record, which is left out.", input->name);
	fclose(input->file);
	input->file = NULL;
	return -1;
}

static struct input *lowest(struct input *inputs, int count)
{
	struct input *found = NULL;
	int i;

	for (i = 0; i < count; i++)
		if (inputs[i].file &&
		    (!found || inputs[i].record.stamp < found->record.stamp))
			found = &inputs[i];
	return found;
}

static int merge(struct input *inputs, int count, FILE *out)
{
	struct input *input;
	int failed = 0;

	while ((input = lowest(inputs, count))) {
		if (verbose)
			fprintf(out, "[%s %llu]\n", input->name,
				(unsigned long long)input->record.stamp);
		fwrite(input->text, 1, input->record.length, out);
		if (ferror(out))
			return -1;
		if (advance(input))
			failed = 1;
	}
	return failed;
}

/* Returns how many options there were; ends the program where there is nothing to merge. */
static int parse_options(int argc, char **argv, const char **output)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "vo:hV", long_options, NULL)) != -1) {
		switch (option) {
		case 'v':
			verbose++;
			break;
		case 'o':
			*output = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		case 'V':
			printf("stap-merge (SystemTap) version %s\n", VERSION);
			exit(0);
		default:
			usage(stderr);
			exit(1);
		}
	}
	if (optind < argc)
		return optind;
	say_error("which files?");
	usage(stderr);
	exit(1);
}

/* 0, or -1 where a file is damaged at once; a file that cannot be opened ends the program. */
static int open_inputs(struct input *inputs, char **names, int count)
{
	int i, failed = 0;

	for (i = 0; i < count; i++) {
		inputs[i].name = names[i];
		inputs[i].file = fopen(names[i], "re");
		if (!inputs[i].file) {
			say_error("cannot open '%s': %s.", names[i], strerror(errno));
			exit(1);
		}
		if (advance(&inputs[i]))
			failed = -1;
	}
	return failed;
}

int main(int argc, char **argv)
{
	const char *output = NULL;
	int first = parse_options(argc, argv, &output), count = argc - first, i, failed, rc;
	struct input *inputs = calloc((size_t)count, sizeof(*inputs));
	FILE *out;

	if (!inputs) {
		say_error("not enough memory.");
		return 1;
	}
	failed = open_inputs(inputs, argv + first, count);
	out = output ? fopen(output, "we") : stdout;
	rc = out ? merge(inputs, count, out) : -1;
	if (rc < 0 || fflush(out) || (output && fclose(out))) {
		say_error("cannot write to '%s': %s.", output ? output : "standard output",
			  strerror(errno));
		rc = -1;
	}
	for (i = 0; i < count; i++)
		free(inputs[i].text);
	free(inputs);
	return failed || rc ? 1 : 0;
}
