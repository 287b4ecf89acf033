// SPDX-License-Identifier: GPL-2.0-or-later
/* Pass 1: drive the lexer, the filter and the push parser over one file. */
#include "parse.h"
#include "filter.h"
#include "grammar.h"

#include <string.h>

struct script *parse_script(struct arena *arena, struct diagnostics *d, const struct source *source,
			    const struct parse_context *context)
{
	struct filter *filter = filter_new(arena, d, source, context);
	struct script *script = arena_alloc(arena, sizeof(*script));
	struct parser parser = { .arena = arena, .diagnostics = d, .script = script,
				 .embedded_allowed = context->embedded };
	stap_yypstate *state;
	int status;

	script->source = source;
	script->globals = arena_list(arena);
	script->functions = arena_list(arena);
	script->probes = arena_list(arena);
	script->aliases = arena_list(arena);
	script->embedded = arena_list(arena);
	if (memchr(source->text, 0, source->length)) {
		report_error(d, "script-nul", "'%s' is no script: it contains a NUL byte",
			     source->name);
		filter_free(filter);
		return script;
	}
	state = stap_yypstate_new();
	do {
		STAP_YYSTYPE value;

		parser.last = filter_next(filter);
		/* All members of the union that a token can set are this one. */
		value.T_IDENTIFIER = parser.last;
		status = stap_yypush_parse(state, parser.last->symbol, &value, &parser);
	} while (status == YYPUSH_MORE);
	stap_yypstate_delete(state);
	filter_free(filter);
	return script;
}
