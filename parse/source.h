/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - the text of a script, and places in it.  The one module that maps byte offsets to
 * lines and columns.
 */
#ifndef PARSE_SOURCE_H
#define PARSE_SOURCE_H

#include "arena.h"

#include <stdbool.h>

struct source {
	const char *name;	/* as given, or "<input>" */
	const char *text;
	gsize length;
	const guint32 *lines;	/* where each begins */
	guint line_count;
	bool library;		/* from a tapset folder */
};

enum token_kind {
	TOKEN_JUNK,
	TOKEN_IDENTIFIER,
	TOKEN_OPERATOR,
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_EMBEDDED,
	TOKEN_KEYWORD,
	TOKEN_END,
};

/* What a token of a macro's body came from: the macro, and the token that called it. */
struct origin {
	const struct token *macro;	/* its name, where it is defined */
	const struct token *call;
};

/* A word of a script.  AST nodes point to the token that messages about them name. */
struct token {
	enum token_kind kind;
	int symbol;		/* of the grammar */
	const struct source *source;
	guint32 begin, end;	/* bytes of the source */
	const char *text;	/* as written, without quotes or %{ %} */
	/* strings: with escapes replaced; @words that mean nothing: similar ones, for the message */
	const char *value;
	const struct origin *origin;	/* or NULL: written where it is */
};

struct place {
	guint line, column;	/* from 1; columns count bytes */
};

/* Takes text over; the source lives in the arena. */
struct source *source_new(struct arena *arena, const char *name, const char *text, gsize length);
struct place source_place(const struct source *source, guint32 offset);
/* The line around an offset, without its newline; free with g_free(). */
char *source_line(const struct source *source, guint32 offset);

/* "identifier 'x' at a.stp:1:2"; with same_file, " at :1:2".  In the arena. */
const char *token_describe(struct arena *arena, const struct token *token, bool same_file);

#endif
