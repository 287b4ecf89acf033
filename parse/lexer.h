/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lexer.h - raw tokens from a text; what lies between them and the parser is filter.h. */
#ifndef PARSE_LEXER_H
#define PARSE_LEXER_H

#include "diagnostic.h"

struct lexer;

/*
 * place: NULL, or a token whose place all tokens of this text get (the text of $1 stands where $1
 * stood).
 */
struct lexer *lexer_new(struct arena *arena, struct diagnostics *d, const struct source *source,
			const struct token *place);
void lexer_free(struct lexer *lexer);
/*
 * The next token; at the end TOKEN_END, again and again.  Bad text is reported and comes as T_BAD.
 */
struct token *lexer_next(struct lexer *lexer);

#endif
