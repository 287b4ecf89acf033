/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - between lexer and parser: script arguments, preprocess.h, adjacent strings.
 *
 *	$1	the text of the argument, as if it stood there
 *	@1	the same as a string
 *	$# @#	how many there are
 *	"a" "b"	"ab"
 */
#ifndef PARSE_FILTER_H
#define PARSE_FILTER_H

#include "lexer.h"
#include "parse.h"

struct filter;

/* macros: as preprocessor_new() has it. */
struct filter *filter_new(struct arena *arena, struct diagnostics *d, const struct source *source,
			  const struct parse_context *context, GHashTable *macros);
void filter_free(struct filter *filter);
/* The next token for the parser; at the end TOKEN_END. */
const struct token *filter_next(struct filter *filter);

#endif
