/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regex_compile.h - regular expressions of a script, to the tables that a module runs.
 *
 * The language is POSIX's extended regular expressions without backreferences, on the bytes 1 to
 * 255 of a string, as in the C locale:
 *
 *	x . [a-z] [^]a-] [[:alpha:]]	one byte; . and [^…] include the newline
 *	\x				x itself, if it is no letter and no digit
 *	^ $				the string's start and end, wherever they stand
 *	* + ? {m} {m,} {m,n}		repetition, of what stands before it
 *	ab a|b (a)			all of them may be empty
 *
 * The match is the leftmost one and of those the longest, and the groups are as POSIX has them:
 * each subexpression, from left to right and outer before inner ones, matches the longest possible
 * string.  A repeated group is what it matched the last time; what a group in it matched at an
 * earlier time is forgotten.
 */
#ifndef ELABORATE_REGEX_COMPILE_H
#define ELABORATE_REGEX_COMPILE_H

#include <glib.h>
#include <stdbool.h>

#include "../runtime/shared/regex.h"

struct regex_error {
	guint position;		/* byte of the pattern, from 0 */
	char message[80];	/* "unclosed character class" */
};

/* The tables, with their sizes.  What they point to belongs to it. */
struct regex {
	struct stp_regex tables;
	guint search_states, match_states;	/* rows of the automata */
	guint link_count;
	guint border_count;			/* bytes of all lists */
};

/*
 * groups: matches are to be located, with their groups.  Without, the tables tell match from no
 * match only and are smaller.  NULL: *error says why.  Free the result with regex_free().
 */
struct regex *regex_compile(const char *pattern, bool groups, struct regex_error *error);
void regex_free(struct regex *regex);

#endif
