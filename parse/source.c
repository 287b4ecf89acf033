// SPDX-License-Identifier: GPL-2.0-or-later
#include "source.h"

#include <string.h>

static void find_lines(struct arena *arena, struct source *source)
{
	guint32 *lines;
	guint count = 1;

	for (gsize i = 0; i < source->length; i++)
		count += source->text[i] == '\n';
	lines = arena_alloc(arena, count * sizeof(*lines));
	source->lines = lines;
	source->line_count = count;
	for (gsize i = 0; i < source->length; i++)
		if (source->text[i] == '\n')
			*++lines = (guint32)i + 1;
}

struct source *source_new(struct arena *arena, const char *name, const char *text, gsize length)
{
	struct source *source = arena_alloc(arena, sizeof(*source));

	source->name = arena_strdup(arena, name);
	source->text = arena_strndup(arena, text, length);
	source->length = length;
	find_lines(arena, source);
	return source;
}

struct place source_place(const struct source *source, guint32 offset)
{
	guint low = 0, high = source->line_count;

	/* The last line that begins at or before the offset. */
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (struct place){ low + 1, offset - source->lines[low] + 1 };
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
