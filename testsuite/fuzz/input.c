// SPDX-License-Identifier: GPL-2.0-or-later
#include "input.h"

#include <stdlib.h>
#include <string.h>

static const char *config(void *data, const char *name)
{
	(void)data;
	return !strcmp(name, "CONFIG_SMP") ? "y" : NULL;
}

const struct parse_facts fuzz_facts = {
	.kernel_release = "6.1.0-9-cloud-amd64",
	.arch = "x86_64",
	.guru = true,
	.config = config,
};

void fuzz_input_read(struct fuzz_input *input, struct arena *arena, const uint8_t *data,
		     size_t size)
{
	const char *text = (const char *)data;
	const char *end = text + size;
	size_t length = strnlen(text, size);

	*input = (struct fuzz_input){ .script = source_new(arena, "fuzz.stp", text, length) };
	for (text += length; text < end && input->arguments.count < FUZZ_ARGUMENTS_MAX;
	     text += length) {
		text++;
		length = strnlen(text, (size_t)(end - text));
		input->values[input->arguments.count++] = arena_strndup(arena, text, length);
	}
	input->arguments.values = input->values;
	input->arguments.used = input->used;
	input->context = (struct parse_context){
		.arguments = &input->arguments, .embedded = true, .facts = fuzz_facts,
	};
}

FILE *fuzz_sink(void)
{
	static FILE *sink;

	if (!sink)
		sink = fopen("/dev/null", "we");
	if (!sink)
		abort();
	return sink;
}
