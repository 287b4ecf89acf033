// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter.h"
#include "ast.h"
#include "grammar.h"
#include "preprocess.h"

#include <string.h>

struct filter {
	struct arena *arena;
	struct diagnostics *diagnostics;
	const struct script_arguments *arguments;
	struct lexer *lexer;
	struct preprocessor *preprocessor;
	struct token *ahead;	/* read, not given out yet */
};

static struct token *next_raw(void *data)
{
	struct filter *filter = data;

	return lexer_next(filter->lexer);
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

/* The tokens of an argument's text, all with the place of the $N that they stand for. */
static GPtrArray *argument_tokens(struct filter *filter, const struct token *place,
				  const char *value)
{
	const struct source *source = source_new(filter->arena, "<argument>", value, strlen(value));
	struct lexer *lexer = lexer_new(filter->arena, filter->diagnostics, source, place);
	GPtrArray *tokens = arena_list(filter->arena);
	struct token *token;

	while ((token = lexer_next(lexer))->kind != TOKEN_END) {
		/* An argument that says "$1" does not mean itself. */
		if (token->kind == TOKEN_JUNK)
			token->symbol = T_BAD_OPERATOR;
		g_ptr_array_add(tokens, token);
	}
	lexer_free(lexer);
	return tokens;
}

/* $$@: "first", "second", …: nothing if there are none. */
static GPtrArray *argument_list(struct filter *filter, const struct token *place)
{
	const struct script_arguments *arguments = filter->arguments;
	GPtrArray *tokens = arena_list(filter->arena);

	for (guint i = 0; arguments && i < arguments->count; i++) {
		struct token *comma = arena_alloc(filter->arena, sizeof(*comma));
		struct token *string = arena_alloc(filter->arena, sizeof(*string));

		*comma = *string = *place;
		comma->kind = TOKEN_OPERATOR;
		comma->symbol = ',';
		comma->text = ",";
		make_string(string, arguments->values[i]);
		arguments->used[i] = true;
		if (i)
			g_ptr_array_add(tokens, comma);
		g_ptr_array_add(tokens, string);
	}
	return tokens;
}

static GPtrArray *replace(void *data, struct token *token)
{
	struct filter *filter = data;
	guint count = filter->arguments ? filter->arguments->count : 0;
	const char *value;

	switch (token->symbol) {
	case T_ARGUMENT:
		value = argument_value(filter, token);
		return value ? argument_tokens(filter, token, value) : NULL;
	case T_ARGUMENT_STRING:
		value = argument_value(filter, token);
		if (value)
			make_string(token, value);
		break;
	case T_ARGUMENT_COUNT:
		token->kind = TOKEN_NUMBER;
		token->symbol = T_NUMBER;
		token->text = arena_printf(filter->arena, "%u", count);
		break;
	case T_ARGUMENT_COUNT_STRING:
		make_string(token, arena_printf(filter->arena, "%u", count));
		break;
	case T_ARGUMENT_LIST:
		return argument_list(filter, token);
	default:
		break;
	}
	return NULL;
}

struct filter *filter_new(struct arena *arena, struct diagnostics *d, const struct source *source,
			  const struct parse_context *context, GHashTable *macros)
{
	struct filter *filter = g_new0(struct filter, 1);

	filter->arena = arena;
	filter->diagnostics = d;
	filter->arguments = context->arguments;
	filter->lexer = lexer_new(arena, d, source, NULL);
	filter->preprocessor =
		preprocessor_new(arena, d, context, macros, next_raw, replace, filter);
	return filter;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	preprocessor_free(filter->preprocessor);
	lexer_free(filter->lexer);
	g_free(filter);
}

/* What the grammar calls an @word that is no macro. */
static int word_symbol(const char *text)
{
	static const struct {
		const char *word;
		int symbol;
	} words[] = {
		{ "@variance", T_VARIANCE }, { "@hist_log", T_HIST_LOG },
		{ "@hist_linear", T_HIST_LINEAR }, { "@defined", T_DEFINED },
		{ "@choose_defined", T_CHOOSE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(words[i].word, text))
			return words[i].symbol;
	for (enum extractor what = 0; what < EXTRACT_NONE; what++)
		if (!strcmp(extractor_spelling(what), text))
			return T_EXTRACTOR;
	for (enum target_base base = 0; base < TARGET_SYMBOL; base++)
		if (!strcmp(target_base_spelling(base), text))
			return T_AT_TARGET;
	return T_AT_WORD;
}

const struct token *filter_next(struct filter *filter)
{
	struct token *token = filter->ahead ? filter->ahead :
					      preprocessor_next(filter->preprocessor);
	struct token *next, *joined;

	filter->ahead = NULL;
	if (token->symbol == T_AT_WORD)
		token->symbol = word_symbol(token->text);
	if (token->symbol == T_AT_WORD)
		token->value = preprocessor_similar(filter->preprocessor, token->text);
	if (token->kind != TOKEN_STRING)
		return token;
	/* A copy: the token may stand in a macro's body, too. */
	joined = arena_alloc(filter->arena, sizeof(*joined));
	*joined = *token;
	while ((next = preprocessor_next(filter->preprocessor))->kind == TOKEN_STRING) {
		joined->value = arena_printf(filter->arena, "%s%s", joined->value, next->value);
		joined->text = arena_printf(filter->arena, "%s%s", joined->text, next->text);
		joined->end = next->end;
	}
	filter->ahead = next;
	return joined;
}
