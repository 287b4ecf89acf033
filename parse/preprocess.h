/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preprocess.h - conditionals and macros, on tokens.
 *
 *	%( kernel_v >= "5.10" && CONFIG_PREEMPT == "y" %? tokens %: tokens %)
 *	@define name %( tokens %)			called as @name
 *	@define name(a, b) %( tokens, @a, @b %)		called as @name(x, y)
 *
 * Macros are local to their file; those of the library's *.stpm files can be called everywhere.
 *
 * The branch that is not taken is skipped as raw text: what is wrong in it is not looked at.  A
 * macro's expansion is read again, so macros may call macros; each token of a body remembers the
 * call, which is how a macro that comes to call itself is found.
 */
#ifndef PARSE_PREPROCESS_H
#define PARSE_PREPROCESS_H

#include "diagnostic.h"
#include "parse.h"

struct preprocessor;

/*
 * macros: where definitions go, name → struct macro; NULL: they are this file's own.  next: the
 * source of raw tokens, TOKEN_END at the end.  replace: makes @1 and $# what they stand for, in
 * place, and gives the tokens of a $1, or NULL for anything else.
 */
struct preprocessor *preprocessor_new(struct arena *arena, struct diagnostics *d,
				      const struct parse_context *context,
				      GHashTable *macros,
				      struct token *(*next)(void *data),
				      GPtrArray *(*replace)(void *data, struct token *token),
				      void *data);
void preprocessor_free(struct preprocessor *pp);
/* The next token behind conditionals and macros. */
struct token *preprocessor_next(struct preprocessor *pp);

/* " (similar: @a, @b)", or "": the macros that look like @word; in the arena. */
const char *preprocessor_similar(const struct preprocessor *pp, const char *word);

#endif
