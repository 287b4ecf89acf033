// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter.h"
#include "grammar.h"

#include <string.h>

struct filter {
	struct arena *arena;
	struct diagnostics *diagnostics;
	const struct script_arguments *arguments;
	struct lexer *lexer;		/* of the file */
	struct lexer *argument;		/* of a $1 in progress, or NULL */
	struct token *ahead;		/* read, not given out yet */
};

struct filter *filter_new(struct arena *arena, struct diagnostics *d, const struct source *source,
			  const struct script_arguments *arguments)
{
	struct filter *filter = g_new0(struct filter, 1);

	filter->arena = arena;
	filter->diagnostics = d;
	filter->arguments = arguments;
	filter->lexer = lexer_new(arena, d, source, NULL);
	return filter;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	lexer_free(filter->argument);
	lexer_free(filter->lexer);
	g_free(filter);
}

/* The argument that $N or @N names; NULL: there is none, reported. */
static const char *argument_value(struct filter *filter, struct token *token)
{
	const struct script_arguments *arguments = filter->arguments;
	guint count = arguments ? arguments->count : 0;
	guint64 number = g_ascii_strtoull(token->text + 1, NULL, 10);

	if (number >= 1 && number <= count) {
		arguments->used[number - 1] = true;
		return arguments->values[number - 1];
	}
	token->text = "";
	token->symbol = T_BAD;
	report_lexical(filter->diagnostics, "argument-range", token,
		       "command line argument out of range [1-%u]", count);
	return NULL;
}

static void make_string(struct token *token, const char *value)
{
	token->kind = TOKEN_STRING;
	token->symbol = T_STRING;
	token->text = token->value = value;
}

/* A raw token with arguments replaced. */
static struct token *next_replaced(struct filter *filter)
{
	struct token *token;
	const char *value;
	guint count = filter->arguments ? filter->arguments->count : 0;

	for (;;) {
		if (filter->argument) {
			token = lexer_next(filter->argument);
			if (token->kind != TOKEN_END)
				return token;
			lexer_free(filter->argument);
			filter->argument = NULL;
		}
		token = lexer_next(filter->lexer);
		switch (token->symbol) {
		case T_ARGUMENT:
			value = argument_value(filter, token);
			if (!value)
				return token;
			filter->argument = lexer_new(filter->arena, filter->diagnostics,
						     source_new(filter->arena, "<argument>", value,
								strlen(value)),
						     token);
			continue;
		case T_ARGUMENT_STRING:
			value = argument_value(filter, token);
			if (value)
				make_string(token, value);
			return token;
		case T_ARGUMENT_COUNT:
			token->kind = TOKEN_NUMBER;
			token->symbol = T_NUMBER;
			token->text = arena_printf(filter->arena, "%u", count);
			return token;
		case T_ARGUMENT_COUNT_STRING:
			make_string(token, arena_printf(filter->arena, "%u", count));
			return token;
		default:
			return token;
		}
	}
}

const struct token *filter_next(struct filter *filter)
{
	struct token *token = filter->ahead ? filter->ahead : next_replaced(filter);
	struct token *next;

	filter->ahead = NULL;
	if (token->kind != TOKEN_STRING)
		return token;
	while ((next = next_replaced(filter))->kind == TOKEN_STRING) {
		token->value = arena_printf(filter->arena, "%s%s", token->value, next->value);
		token->text = arena_printf(filter->arena, "%s%s", token->text, next->text);
		token->end = next->end;
	}
	filter->ahead = next;
	return token;
}
