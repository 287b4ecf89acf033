// SPDX-License-Identifier: GPL-2.0-or-later
#include "source.h"

#include <string.h>

struct source *source_new(struct arena *arena, const char *name, const char *text, gsize length)
{
	struct source *source = arena_alloc(arena, sizeof(*source));

	source->name = arena_strdup(arena, name);
	source->text = arena_strndup(arena, text, length);
	source->length = length;
	return source;
}

struct place source_place(const struct source *source, guint32 offset)
{
	struct place place = { 1, 1 };

	for (guint32 i = 0; i < offset && i < source->length; i++) {
		place.column++;
		if (source->text[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

char *source_line(const struct source *source, guint32 offset)
{
	gsize begin = MIN(offset, source->length);
	gsize end = begin;

	while (begin && source->text[begin - 1] != '\n')
		begin--;
	while (end < source->length && source->text[end] != '\n')
		end++;
	return g_strndup(source->text + begin, end - begin);
}

const char *token_describe(struct arena *arena, const struct token *token, bool same_file)
{
	struct place place = source_place(token->source, token->begin);
	const char *file = same_file ? "" : token->source->name;
	const char *kind = NULL;

	switch (token->kind) {
	case TOKEN_END:
		return arena_printf(arena, "%s EOF", token->source->name);
	case TOKEN_KEYWORD:
		return arena_printf(arena, "keyword at %s:%u:%u", file, place.line, place.column);
	case TOKEN_EMBEDDED:
		return arena_printf(arena, "embedded-code at %s:%u:%u", file, place.line,
				    place.column);
	case TOKEN_IDENTIFIER:
		kind = "identifier";
		break;
	case TOKEN_OPERATOR:
		kind = "operator";
		break;
	case TOKEN_STRING:
		kind = "string";
		break;
	case TOKEN_NUMBER:
		kind = "number";
		break;
	case TOKEN_JUNK:
		kind = "junk";
		break;
	}
	return arena_printf(arena, "%s '%s' at %s:%u:%u", kind, token->text, file, place.line,
			    place.column);
}
