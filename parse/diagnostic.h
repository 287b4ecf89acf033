/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnostic.h - the one sink for what a script's author is told.  Its error count alone decides
 * whether a pass failed.
 *
 *	parse error: expected literal string or number
 *	        saw: identifier 'var' at <input>:1:29
 *	     source: global var=1; probe timer.s(var) {println("hello")}
 *	                                         ^
 *
 * Each message has a tag, stable across wordings ("parse-expected", "type-mismatch"): tests and
 * translations go by it. A message that was given once in a run, for the same place, is not
 * repeated.
 */
#ifndef PARSE_DIAGNOSTIC_H
#define PARSE_DIAGNOSTIC_H

#include "source.h"

#include <stdio.h>

struct diagnostics;

/* Messages go to out (stderr); suppress_warnings is -w, fatal_warnings is -W. */
struct diagnostics *diagnostics_new(struct arena *arena, FILE *out);
void diagnostics_free(struct diagnostics *d);
void diagnostics_set_warnings(struct diagnostics *d, bool suppress, bool fatal);
/*
 * SGR codes for the parts of messages, as in GCC_COLORS: "error=01;31:warning=00;33:source=00;34:
 * caret=01:token=01"; NULL: no colours.
 */
void diagnostics_set_colors(struct diagnostics *d, const char *colors);
/* What is called before anything is printed; NULL: nothing. */
void diagnostics_set_before(struct diagnostics *d, void (*before)(void));
guint diagnostics_errors(const struct diagnostics *d);
/* The tags of all messages given, in order. */
const GPtrArray *diagnostics_tags(const struct diagnostics *d);

/*
 * What the parser tripped over ("saw") or where the lexer or the preprocessor did ("at").  token
 * may be NULL.
 */
void report_parse(struct diagnostics *d, const char *tag, const struct token *saw,
		  const char *format, ...) G_GNUC_PRINTF(4, 5);
void report_lexical(struct diagnostics *d, const char *tag, const struct token *at,
		    const char *format, ...) G_GNUC_PRINTF(4, 5);
/* A semantic error at one or two places; either may be NULL. */
void report_semantic(struct diagnostics *d, const char *tag, const struct token *at,
		     const struct token *other, const char *format, ...) G_GNUC_PRINTF(5, 6);
void report_warning(struct diagnostics *d, const char *tag, const struct token *at,
		    const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Anything that has no place in a script: "ERROR: …". */
void report_error(struct diagnostics *d, const char *tag, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
