// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lexer, preprocessor and parser, on any text; and of a text that is a script, what is printed is
 * the same script.
 */
#include "input.h"

#include <stdlib.h>
#include <string.h>

static char *print(const struct script *script)
{
	GString *out = g_string_new(NULL);

	print_script(out, script);
	return g_string_free(out, FALSE);
}

static void check_round_trip(struct arena *arena, const struct script *script,
			     const struct parse_context *context)
{
	struct diagnostics *d = diagnostics_new(arena, stderr);
	char *once = print(script);
	struct source *source = source_new(arena, script->source->name, once, strlen(once));
	char *twice = print(parse_script(arena, d, source, context));

	if (diagnostics_errors(d) || strcmp(once, twice)) {
		fprintf(stderr, "printed:\n%s\nparsed and printed again:\n%s\n", once, twice);
		abort();
	}
	g_free(once);
	g_free(twice);
	diagnostics_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct diagnostics *d = diagnostics_new(arena, fuzz_sink());
	struct fuzz_input input;
	const struct script *script;

	fuzz_input_read(&input, arena, data, size);
	script = parse_script(arena, d, input.script, &input.context);
	if (!diagnostics_errors(d))
		check_round_trip(arena, script, &input.context);
	diagnostics_free(d);
	arena_free(arena);
	return 0;
}
