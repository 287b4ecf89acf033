/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.h - what the fuzzers' inputs mean, and the surroundings that all of them share.
 *
 * An input is a script, and behind a NUL each the script's arguments: an ordinary file is a script
 * without any.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include "parse.h"

#include <stdint.h>

#define FUZZ_ARGUMENTS_MAX 4

struct fuzz_input {
	struct source *script;
	const char *values[FUZZ_ARGUMENTS_MAX];
	bool used[FUZZ_ARGUMENTS_MAX];
	struct script_arguments arguments;
	struct parse_context context;	/* points to the arguments: the input must stay where it is */
};

void fuzz_input_read(struct fuzz_input *input, struct arena *arena, const uint8_t *data,
		     size_t size);

extern const struct parse_facts fuzz_facts;

/* Where messages go: nowhere. */
FILE *fuzz_sink(void);

#endif
