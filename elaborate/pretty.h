/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pretty.h - values of the probed program as text: $x$, $x$$, $$vars. */
#ifndef ELABORATE_PRETTY_H
#define ELABORATE_PRETTY_H

#include "object.h"

/* A sprintf() in the making. */
struct text_builder {
	struct session *s;
	const struct token *token;
	const struct source *source;	/* where the script's names are looked for */
	GString *literal;		/* not yet among the pieces */
	GPtrArray *pieces, *arguments;
};

void text_begin(struct text_builder *b, struct session *s, const struct token *token,
		const struct source *source);
void text_printf(struct text_builder *b, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* One conversion and its value: 'd', 'u', 's', 'p', 'x' with its 0x, 'c' escaped. */
void text_value(struct text_builder *b, char conversion, struct expr *value);
struct expr *text_end(struct text_builder *b);	/* the sprintf(), or a string literal */

/*
 * `$x$` (depth 1) and `$x$$` (2): a structure's members as {.a=1, .b=…}, those within shown as {...}
 * at depth 1; a string in quotes; a fault on the way as ERROR.
 */
struct expr *pretty_value(const struct object *object, guint depth, const struct source *source,
			  const char **why);
/* The enumerator of an enum that has this value, by its name; the number, if none has. */
struct expr *enumerator_text(struct session *s, const struct token *token,
			     const struct source *source, const struct debug_type *type,
			     struct expr *value);

#endif
